"""One store over several: which shard a key belongs to, and how records move when the shards change.

It may import the files of ``stores`` that know no medium. It never knows what its shards are: any
``ContextStore`` will do.
"""

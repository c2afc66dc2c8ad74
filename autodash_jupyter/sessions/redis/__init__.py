"""Sessions on Redis or Redis Cluster, which any number of machines share.

It may import the files of ``sessions`` above, ``stores.redis`` and redis-py where it is first needed.
It never asks for ``KEYS``, and never touches what isn't a session's.
"""

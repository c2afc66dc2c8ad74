"""A read-through cache in front of any store, told by the store when others write.

It may import the files of ``stores`` that know no medium. It never answers with what may be older than
it says.
"""

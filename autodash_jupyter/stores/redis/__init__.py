"""Records on Redis or Redis Cluster, through redis-py.

It may import the files of ``stores`` that know no medium, ``caching.watching``, and redis-py where it is
first needed. It never asks for ``KEYS``, nor touches anything outside its prefix.
"""

"""The default store: a TinyDB database in a file, with a journal beside it so that nothing is lost.

It may import the files of ``stores`` that know no medium, and tinydb, filelock and xxhash. It never
rewrites a file in place, and never acknowledges what isn't on the disk.
"""

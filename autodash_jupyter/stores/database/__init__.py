"""Records in SQLite, PostgreSQL or MySQL, through SQLAlchemy Core.

It may import the files of ``stores`` that know no medium, and SQLAlchemy where it is first needed. It
never puts a value into a statement's text, nor a password into a message.
"""

"""A database backend that brings its own PostgreSQL, for machines that have nothing but pip.

Django's PostgreSQL backend, except that the server starts with the first connection and stops when the
last process that used it has gone. If that process was killed, the server stays until the next user
leaves. `NAME` is created if it is missing; `DATA_DIR` is the server's own directory; everything else
means what it means to Django's backend.

`python -m config.embedded_postgres stop` stops a server, `kill` kills it as a crash would. The next
connection starts it again. It is for development and tests: a deployment sets DATABASE_URL.
"""

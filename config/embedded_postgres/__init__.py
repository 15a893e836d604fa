"""Django's PostgreSQL backend with an embedded server, which pip installs. For development and tests.

The first connection starts the server. It stops when the last process that used it ends. If that process
was killed, the server runs until the next user ends. The database `NAME` is created if it is missing.
`DATA_DIR` is the server's own directory. All other settings are those of Django's backend.

`python -m config.embedded_postgres stop` stops a server, and `kill` simulates a crash. The next connection
starts it again. A deployment sets DATABASE_URL instead.
"""

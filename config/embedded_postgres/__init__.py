"""A database backend that brings its own PostgreSQL, for machines that have nothing but pip.

Django's PostgreSQL backend, except that the server is started on the first connection and stopped
when the last process that used it has gone. Settings write:

    DATABASES = {
        "default": {
            "ENGINE": "config.embedded_postgres",
            "NAME": "credits",  # made if it is missing
            "DATA_DIR": BASE_DIR / ".local" / "postgres",  # the server's own directory
        }
    }

Everything else (`CONN_MAX_AGE`, `OPTIONS` with `pool`, `server_side_binding` …) means what it means
to Django's backend. `python -m config.embedded_postgres stop` stops a server, `kill` kills it as a
crash would; in both cases the next connection of any process starts it again. A server whose last
user was itself killed stays until the next one comes and goes, or until `stop`.

It is for development and tests. A deployment sets DATABASE_URL.
"""

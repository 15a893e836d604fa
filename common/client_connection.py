"""Detect whether the client of a request is still connected."""

import select
import socket
import ssl
from collections.abc import Callable, Mapping
from typing import Any


def is_connected(environ: Mapping[str, Any]) -> Callable[[], bool]:
    """Return a function that tells whether the client of a WSGI request still waits for the response.

    The function peeks at the socket that gunicorn puts into the environment. Under another server, or with
    TLS in this process, it always returns True. A proxy must close its connection to us when its client
    disconnects; nginx does so by default.
    """
    connection = environ.get("gunicorn.socket")
    if not isinstance(connection, socket.socket) or isinstance(connection, ssl.SSLSocket):
        return lambda: True

    def connected() -> bool:
        try:
            poll = select.poll()
            poll.register(connection, select.POLLIN)
            if not poll.poll(0):
                return True
            # Readable: the end of the stream, or the client's next request.
            return bool(connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT))
        except BlockingIOError:
            return True
        except (OSError, ValueError):  # reset by the client, or closed
            return False

    return connected

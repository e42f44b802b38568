"""Refuses every socket but loopback's in each Python process that has this folder in PYTHONPATH."""

import os
import socket
import sys

_LOCAL = {"localhost", "127.0.0.1", "::1", "", None}
#: Events of the interpreter (PEP 578) that reach for another machine, and where in their arguments its name is.
_REACHES = {
    "socket.connect": 1,
    "socket.sendto": 1,
    "socket.sendmsg": 1,
    "socket.getaddrinfo": 0,
    "socket.gethostbyname": 0,
}


def _refuse(event: str, arguments: tuple[object, ...]) -> None:
    place = _REACHES.get(event)
    if place is None:
        return
    target = arguments[place]
    host = target[0] if isinstance(target, tuple) else target
    family = getattr(arguments[0], "family", None)
    if family == socket.AF_UNIX or host in _LOCAL:
        return
    with open(os.environ["LOOPBACK_REFUSED"], "a", encoding="utf-8") as refused:  # noqa: PTH123
        refused.write(f"{sys.argv} {event} {host}\n")
    raise PermissionError(f"only loopback may be reached here, not {host}")


sys.addaudithook(_refuse)

"""Ports of this machine for servers that tests start in processes of their own."""

from __future__ import annotations

import os
import random
import socket
from itertools import cycle

_FIRST, _LAST = 20_000, 32_000
"""Below those that the system hands out by itself: nobody is given one by chance while its server starts."""
_SHARES = 16
_SHARE = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % _SHARES
_PORTS = cycle(random.sample(range(_FIRST + _SHARE, _LAST, _SHARES), (_LAST - _FIRST) // _SHARES))


def find_port() -> int:
    """A free one of this process's own share, so that tests in the process beside it take none of the same."""
    for port in _PORTS:
        try:
            socket.create_server(("127.0.0.1", port)).close()
        except OSError:
            continue
        return port
    raise AssertionError("no port is free")

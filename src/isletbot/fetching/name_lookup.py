"""Looks up the addresses of a host name, without ever holding up the program that waits for them."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Callable, Sequence
from threading import Thread

LookUp = Callable[[str, int], Sequence[str]]
"""Returns the IP addresses of a host. Raises OSError."""


def look_up_addresses(host: str, port: int) -> Sequence[str]:
    found = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


async def look_up_in_thread(look_up: LookUp, host: str, port: int) -> Sequence[str]:
    """The thread is a daemon: the system's own look-up cannot be cancelled, and must not keep the program alive."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[Sequence[str]] = loop.create_future()

    def settle(addresses: Sequence[str], error: Exception | None) -> None:
        if answer.done():
            return
        if error:
            answer.set_exception(error)
        else:
            answer.set_result(addresses)

    def work() -> None:
        addresses: Sequence[str] = ()
        failure: Exception | None = None
        try:
            addresses = look_up(host, port)
        except (OSError, UnicodeError) as error:
            failure = error
        with contextlib.suppress(RuntimeError):  # the loop is closed when nobody waits any more
            loop.call_soon_threadsafe(settle, addresses, failure)

    Thread(target=work, daemon=True).start()
    return await answer

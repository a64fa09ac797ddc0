"""What the server does by itself, now and then: delete what is over, deliver what people sent to the
clinic, and what else it is given to do."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass

from anyio import to_thread
from fastapi import FastAPI

from isletbot.errors import IsletbotError
from isletbot.server.reception import Reception

_log = logging.getLogger(__name__)
PURGE_SECONDS = 600.0
DELIVERY_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class Chore:
    do: Callable[[], object]
    seconds: float
    """From the end of one time to the begin of the next."""


def do_chores(
    reception: Reception, more: Sequence[Chore] = ()
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    """The app's lifespan: the chores run as long as it does."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        listed = [Chore(lambda: purge_records(reception), PURGE_SECONDS), *more]
        if reception.handover.carriers:
            listed.append(Chore(reception.handover.deliver_due, DELIVERY_SECONDS))
        chores = [asyncio.create_task(_repeat(chore)) for chore in listed]
        try:
            yield
        finally:
            for chore in chores:
                chore.cancel()
            await asyncio.gather(*chores, return_exceptions=True)

    return lifespan


def purge_records(reception: Reception) -> None:
    reception.records.purge(reception.desk.now(), reception.retention)


async def _repeat(chore: Chore) -> None:
    while True:
        try:
            await to_thread.run_sync(chore.do)
        except IsletbotError as error:  # the database is away: the next time is soon
            _log.error("%s", error)
        await asyncio.sleep(chore.seconds)

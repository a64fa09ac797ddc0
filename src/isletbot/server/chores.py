"""What the server does by itself, now and then: delete what is over, deliver what people sent to the clinic."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from anyio import to_thread
from fastapi import FastAPI

from isletbot.errors import IsletbotError
from isletbot.server.reception import Reception

_log = logging.getLogger(__name__)
PURGE_SECONDS = 600.0
DELIVERY_SECONDS = 15.0


def do_chores(reception: Reception) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    """The app's lifespan: the chores run as long as it does."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        chores = [asyncio.create_task(_repeat(lambda: purge_records(reception), PURGE_SECONDS))]
        if reception.handover.carriers:
            chores.append(asyncio.create_task(_repeat(reception.handover.deliver_due, DELIVERY_SECONDS)))
        try:
            yield
        finally:
            for chore in chores:
                chore.cancel()
            await asyncio.gather(*chores, return_exceptions=True)

    return lifespan


def purge_records(reception: Reception) -> None:
    reception.records.purge(reception.desk.now(), reception.retention)


async def _repeat(chore: Callable[[], object], seconds: float) -> None:
    while True:
        try:
            await to_thread.run_sync(chore)
        except IsletbotError as error:  # the database is away: the next time is soon
            _log.error("%s", error)
        await asyncio.sleep(seconds)

"""Runs the server's background jobs: deletes records whose retention is over, keeps urgent replies, delivers handoffs,
and runs the jobs that wiring adds."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass

from anyio import to_thread
from fastapi import FastAPI

from isletbot.errors import IsletbotError
from isletbot.server.dependencies import ServerContext
from isletbot.server.emergency_handler import SETTLE_SECONDS

_log = logging.getLogger(__name__)
PURGE_SECONDS = 600.0
DELIVERY_SECONDS = 15.0


@dataclass(frozen=True, slots=True)
class BackgroundJob:
    do: Callable[[], object]
    seconds: float
    """Between the end of one run and the start of the next."""


def run_jobs(
    context: ServerContext, more: Sequence[BackgroundJob] = ()
) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    """Returns the app's lifespan, during which the jobs run."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        listed = [BackgroundJob(lambda: purge_records(context), PURGE_SECONDS), *more]
        if context.emergency_handler:
            listed.append(BackgroundJob(context.emergency_handler.settle, SETTLE_SECONDS))
        if context.handoff.channels:
            listed.append(BackgroundJob(context.handoff.deliver_due, DELIVERY_SECONDS))
        jobs = [asyncio.create_task(_repeat(job)) for job in listed]
        try:
            yield
        finally:
            for job in jobs:
                job.cancel()
            await asyncio.gather(*jobs, return_exceptions=True)

    return lifespan


def purge_records(context: ServerContext) -> None:
    context.records.purge(context.chat.now(), context.retention)


async def _repeat(job: BackgroundJob) -> None:
    while True:
        try:
            await to_thread.run_sync(job.do)
        except IsletbotError as error:  # the database is away: the next time is soon
            _log.error("%s", error)
        await asyncio.sleep(job.seconds)

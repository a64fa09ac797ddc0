"""Serves POST /v1/chat: takes a conversation, returns an Answer as JSON or as server-sent events."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Mapping
from functools import partial

from anyio import to_thread
from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response
from fastapi.sse import EventSourceResponse, format_sse_event

from isletbot.errors import InputError, Unavailable
from isletbot.request_headers import read_headers
from isletbot.server.asked_corpora import ServedCorpora, choose_by_body
from isletbot.server.bodies import read_json
from isletbot.server.http_errors import error_response
from isletbot.server.idempotency import claim_reply
from isletbot.server.negotiation import prefers_stream
from isletbot.server.openapi import CHAT_ROUTE
from isletbot.server.streaming import SentenceEvent, StepEvent, StreamEvent, follow_answer, while_connected
from isletbot.server.wire import answer_to_json, read_conversation, sentence_to_event
from isletbot.types import Answer

_log = logging.getLogger(__name__)
_ALIVE_SECONDS = 15.0
"""After this long without an event a comment is sent, so that no proxy closes the connection."""


def make_chat_router(corpora: ServedCorpora, max_body_bytes: int, emergency: str) -> APIRouter:
    router = APIRouter()

    @router.post("/v1/chat", openapi_extra=CHAT_ROUTE)
    async def chat(request: Request) -> Response:
        body = await read_json(request, max_body_bytes)
        question = read_conversation(body)
        chosen = choose_by_body(corpora, body, request)
        context, session = chosen.context, await chosen.find_session(request)
        session_id = session.id if session else ""
        headers = read_headers(request.scope)
        caller, key = session_id or headers.client_address, headers.idempotency_key
        claimed = await to_thread.run_sync(claim_reply, context.records, key, caller, body, context.chat.now)
        streams = prefers_stream(headers.accept)
        if claimed.shown is not None:
            return EventSourceResponse(write_whole(claimed.shown)) if streams else JSONResponse(claimed.shown)
        reply = partial(context.chat.reply, question, session_id=session_id, claim=claimed.id)
        events = follow_answer(reply, steps=streams)
        if not streams:
            return JSONResponse(answer_to_json(await while_connected(request, _wait_for_answer(events))))
        first = await while_connected(request, anext(events))  # so that a refusal still has its status
        return EventSourceResponse(_write_events(first, events, emergency))

    return router


async def _wait_for_answer(events: AsyncIterator[StreamEvent]) -> Answer:
    async for event in events:
        if isinstance(event, Answer):
            return event
    raise AssertionError("what is followed ends with an answer or an error")


async def _write_events(first: StreamEvent, events: AsyncIterator[StreamEvent], emergency: str) -> AsyncIterator[bytes]:
    following = asyncio.ensure_future(anext(events))
    try:
        yield _format_event(first)
        while not isinstance(first, Answer):
            while not (await asyncio.wait({following}, timeout=_ALIVE_SECONDS))[0]:
                yield format_sse_event(comment="alive")
            first = following.result()
            yield _format_event(first)
            following = asyncio.ensure_future(anext(events))
    except Exception as error:
        yield _write_event("error", _describe_error(error, emergency))
    finally:
        following.cancel()


async def write_whole(shown: Mapping[str, object]) -> AsyncIterator[bytes]:
    """An answer that is there already, as a stream of one event."""
    yield _write_event("answer", shown)


def _format_event(event: StreamEvent) -> bytes:
    match event:
        case StepEvent(name):
            return _write_event("step", {"step": name})
        case SentenceEvent(sentence, citations):
            return _write_event("sentence", sentence_to_event(sentence, citations))
        case Answer():
            return _write_event("answer", answer_to_json(event))


def _write_event(event: str, data: Mapping[str, object]) -> bytes:
    return format_sse_event(event=event, data_str=json.dumps(data, ensure_ascii=False))


def _describe_error(error: Exception, emergency: str) -> Mapping[str, object]:
    """Describes the error as a response would whose status had not been sent yet."""
    if isinstance(error, InputError | Unavailable):
        code, message, remedy = error.code, error.message, error.remedy
    else:
        _log.error("an answer failed: %s", type(error).__name__, exc_info=error)
        code, message, remedy = "internal", "Something went wrong here.", "Try again later."
    described: dict[str, object] = json.loads(bytes(error_response(500, code, message, remedy, emergency).body))
    return described

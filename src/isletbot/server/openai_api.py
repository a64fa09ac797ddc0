"""Serves programs written for OpenAI's API: POST /v1/chat/completions and GET /v1/models."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator
from functools import partial

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse

from isletbot.server.api_keys import ApiKeys
from isletbot.server.bodies import read_json
from isletbot.server.concurrency import AskAsync
from isletbot.server.openai_wire import (
    MODEL,
    CompletionHead,
    describe_answer,
    read_request,
    write_annotations,
    write_content,
    write_rest,
    write_sentence,
)
from isletbot.server.openapi import COMPLETIONS_ROUTE, MODELS_ROUTE
from isletbot.server.request_context import current_request
from isletbot.server.streaming import SentenceEvent, StreamEvent, follow_answer
from isletbot.server.wire import Json
from isletbot.types import Answer


def make_openai_router(ask: AskAsync, keys: ApiKeys, max_body_bytes: int) -> APIRouter:
    router = APIRouter()

    @router.post("/v1/chat/completions", openapi_extra=COMPLETIONS_ROUTE)
    async def complete(request: Request) -> Response:
        keys.check(request.headers)
        asked = read_request(await read_json(request, max_body_bytes))
        head = CompletionHead(f"chatcmpl-{current_request().id}", int(time.time()))
        if not asked.stream:
            return JSONResponse(head.completion(await ask(asked.question, None)))
        events = follow_answer(partial(ask, asked.question))
        first = await anext(events)  # before the response begins, so that a refusal still has its status
        chunks = _write_chunks(head, first, events, asked.include_usage)
        return StreamingResponse(_write_events(chunks), media_type="text/event-stream")

    @router.get("/v1/models", openapi_extra=MODELS_ROUTE)
    async def list_models(request: Request) -> JSONResponse:
        keys.check(request.headers)
        model = {"id": MODEL, "object": "model", "created": 0, "owned_by": MODEL}
        return JSONResponse({"object": "list", "data": [model]})

    return router


async def _write_chunks(
    head: CompletionHead, first: StreamEvent, events: AsyncIterator[StreamEvent], include_usage: bool
) -> AsyncIterator[Json]:
    yield head.chunk({"role": "assistant", "content": ""})
    streamed, event = "", first
    while not isinstance(event, Answer):
        if isinstance(event, SentenceEvent):
            piece = f"{' ' if streamed else ''}{write_sentence(event.sentence, event.citations)}"
            streamed += piece
            yield head.chunk({"content": piece})
        event = await anext(events)
    content = write_content(event)
    yield head.chunk({"content": write_rest(content, streamed)})
    yield head.chunk({"annotations": write_annotations(event, content)}, "stop") | describe_answer(event)
    if include_usage:
        yield head.usage_chunk(event)


def stream_whole(head: CompletionHead, answer: Answer) -> AsyncIterator[str]:
    """An answer that is there already, as a stream."""
    return _write_events(_write_chunks(head, answer, _no_more(), include_usage=False))


async def _no_more() -> AsyncIterator[StreamEvent]:
    nothing: tuple[StreamEvent, ...] = ()
    for event in nothing:
        yield event


async def _write_events(chunks: AsyncIterator[Json]) -> AsyncIterator[str]:
    async for chunk in chunks:
        yield f"data: {json.dumps(chunk, ensure_ascii=False)}\n\n"
    yield "data: [DONE]\n\n"

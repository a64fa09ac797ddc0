"""Serves programs written for OpenAI's API: completions, responses, and the list of models."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator
from functools import partial

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse

from isletbot.request_headers import read_headers
from isletbot.server.api_keys import ApiKeys
from isletbot.server.asked_corpora import ServedCorpora, choose_by_model
from isletbot.server.bodies import read_json
from isletbot.server.concurrency import AskAsync
from isletbot.server.openai_parameters import MODEL, check_model, name_model
from isletbot.server.openai_wire import (
    CompletionHead,
    describe_answer,
    read_request,
    write_annotations,
    write_content,
    write_rest,
    write_sentence,
)
from isletbot.server.openapi import COMPLETIONS_ROUTE, MODEL_ROUTE, MODELS_ROUTE
from isletbot.server.openapi_responses import RESPONSES_ROUTE
from isletbot.server.request_context import current_request
from isletbot.server.responses_wire import ResponseWriter, read_response_request
from isletbot.server.streaming import SentenceEvent, StreamEvent, follow_answer
from isletbot.server.wire import Json
from isletbot.types import Answer

_Pieces = AsyncIterator[str | Answer]


def make_openai_router(corpora: ServedCorpora, keys: ApiKeys, max_body_bytes: int) -> APIRouter:
    router = APIRouter()

    def choose_bot(corpus: str, request: Request) -> AskAsync:
        return choose_by_model(corpora, corpus, request).context.chat.for_channel("openai")

    @router.post("/v1/chat/completions", openapi_extra=COMPLETIONS_ROUTE)
    async def complete(request: Request) -> Response:
        keys.check(read_headers(request.scope).bearer)
        asked = read_request(await read_json(request, max_body_bytes), corpora.names)
        ask = choose_bot(asked.corpus, request)
        head = CompletionHead(f"chatcmpl-{current_request().id}", int(time.time()), name_model(asked.corpus))
        if not asked.stream:
            return JSONResponse(head.completion(await ask(asked.question, None)))
        events = follow_answer(partial(ask, asked.question))
        first = await anext(events)  # before the response begins, so that a refusal still has its status
        chunks = _write_chunks(head, _cut_pieces(first, events), asked.include_usage)
        return StreamingResponse(_write_events(chunks), media_type="text/event-stream")

    @router.post("/v1/responses", openapi_extra=RESPONSES_ROUTE)
    async def respond(request: Request) -> Response:
        keys.check(read_headers(request.scope).bearer)
        asked = read_response_request(await read_json(request, max_body_bytes), corpora.names)
        ask = choose_bot(asked.corpus, request)
        writer = ResponseWriter(current_request().id, int(time.time()), name_model(asked.corpus))
        if not asked.stream:
            answer = await ask(asked.question, None)
            return JSONResponse(writer.whole(answer, write_content(answer)))
        events = follow_answer(partial(ask, asked.question))
        first = await anext(events)
        steps = _write_response(writer, _cut_pieces(first, events))
        return StreamingResponse(_write_named_events(steps), media_type="text/event-stream")

    @router.get("/v1/models", openapi_extra=MODELS_ROUTE)
    async def list_models(request: Request) -> JSONResponse:
        keys.check(read_headers(request.scope).bearer)
        return JSONResponse({"object": "list", "data": [_write_card(name) for name in ("", *corpora.names)]})

    @router.get("/v1/models/{model_id:path}", openapi_extra=MODEL_ROUTE)
    async def show_model(model_id: str, request: Request) -> JSONResponse:
        keys.check(read_headers(request.scope).bearer)
        return JSONResponse(_write_card(check_model(model_id, corpora.names)))

    return router


def _write_card(corpus: str) -> Json:
    return {"id": name_model(corpus), "object": "model", "created": 0, "owned_by": MODEL}


async def _cut_pieces(first: StreamEvent, events: AsyncIterator[StreamEvent]) -> _Pieces:
    """The text of the reply in pieces, each sentence as soon as it is verified, and the Answer last."""
    streamed, event = "", first
    while not isinstance(event, Answer):
        if isinstance(event, SentenceEvent):
            piece = f"{' ' if streamed else ''}{write_sentence(event.sentence, event.citations)}"
            streamed += piece
            yield piece
        event = await anext(events)
    yield write_rest(write_content(event), streamed)
    yield event


async def _write_chunks(head: CompletionHead, pieces: _Pieces, include_usage: bool) -> AsyncIterator[Json]:
    yield head.chunk({"role": "assistant", "content": ""})
    said = ""
    async for piece in pieces:
        if isinstance(piece, str):
            said += piece
            yield head.chunk({"content": piece})
            continue
        annotations = write_annotations(piece, said)
        yield head.chunk({"annotations": annotations}, "stop") | describe_answer(piece)
        if include_usage:
            yield head.usage_chunk(piece)


async def _write_response(writer: ResponseWriter, pieces: _Pieces) -> AsyncIterator[Json]:
    for event in writer.begin():
        yield event
    said = ""
    async for piece in pieces:
        if isinstance(piece, str):
            said += piece
            yield writer.delta(piece)
            continue
        for event in writer.finish(piece, said):
            yield event


def stream_whole(head: CompletionHead, answer: Answer) -> AsyncIterator[str]:
    """An answer that is there already, as a stream."""
    return _write_events(_write_chunks(head, _cut_pieces(answer, _no_more()), include_usage=False))


def stream_whole_response(writer: ResponseWriter, answer: Answer) -> AsyncIterator[str]:
    """The same by the Responses protocol."""
    return _write_named_events(_write_response(writer, _cut_pieces(answer, _no_more())))


async def _no_more() -> AsyncIterator[StreamEvent]:
    nothing: tuple[StreamEvent, ...] = ()
    for event in nothing:
        yield event


async def _write_events(chunks: AsyncIterator[Json]) -> AsyncIterator[str]:
    async for chunk in chunks:
        yield f"data: {json.dumps(chunk, ensure_ascii=False)}\n\n"
    yield "data: [DONE]\n\n"


async def _write_named_events(events: AsyncIterator[Json]) -> AsyncIterator[str]:
    async for event in events:
        yield f"event: {event['type']}\ndata: {json.dumps(event, ensure_ascii=False)}\n\n"

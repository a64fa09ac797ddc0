"""The door for programs written for OpenAI's API: POST /v1/chat/completions and GET /v1/models."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse

from isletbot.server.api_keys import ApiKeys
from isletbot.server.chat_api import read_json
from isletbot.server.line_queue import Answers
from isletbot.server.openai_wire import MODEL, completion_to_chunks, completion_to_json, read_request
from isletbot.server.wire import Json


def make_openai_router(answers: Answers, keys: ApiKeys, max_body_bytes: int) -> APIRouter:
    router = APIRouter()

    @router.post("/v1/chat/completions")
    async def complete(request: Request) -> Response:
        keys.check(request.headers)
        asked = read_request(await read_json(request, max_body_bytes))
        # Streamed only when it is whole: a sentence goes out when it is verified, and that is when the answer is done.
        answer = await answers(asked.question)
        created = int(time.time())
        if not asked.stream:
            return JSONResponse(completion_to_json(answer, created))
        chunks = completion_to_chunks(answer, created, asked.include_usage)
        return StreamingResponse(_write_events(chunks), media_type="text/event-stream")

    @router.get("/v1/models")
    async def list_models(request: Request) -> JSONResponse:
        keys.check(request.headers)
        model = {"id": MODEL, "object": "model", "created": 0, "owned_by": MODEL}
        return JSONResponse({"object": "list", "data": [model]})

    return router


def _write_events(chunks: Iterator[Json]) -> Iterator[str]:
    for chunk in chunks:
        yield f"data: {json.dumps(chunk, ensure_ascii=False)}\n\n"
    yield "data: [DONE]\n\n"

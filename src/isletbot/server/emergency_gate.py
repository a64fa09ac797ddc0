"""Middleware that answers emergencies before every limit: it reads the body ahead and asks `emergency_handler.py`. Any
other request goes on to the limits and routes."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator, Callable
from types import SimpleNamespace

from fastapi.responses import JSONResponse, Response, StreamingResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from isletbot.curation.records import Channel
from isletbot.request_headers import RequestHeaders, read_headers
from isletbot.server.chat_api import write_whole
from isletbot.server.emergency_handler import EmergencyHandler
from isletbot.server.negotiation import prefers_stream
from isletbot.server.openai_api import stream_whole, stream_whole_response
from isletbot.server.openai_parameters import name_model
from isletbot.server.openai_wire import CompletionHead, write_content
from isletbot.server.readable import ReadableRequest, read_what_can_be_read
from isletbot.server.request_context import current_request
from isletbot.server.responses_wire import ResponseWriter
from isletbot.server.wire import answer_to_json
from isletbot.types import Answer

_log = logging.getLogger(__name__)
_CHAT, _COMPLETIONS, _RESPONSES, _MCP = "/v1/chat", "/v1/chat/completions", "/v1/responses", "/mcp"
FindHandler = Callable[[str], EmergencyHandler | None]
"""Returns the emergency handler of the corpus of that name; None for a name that is not known."""
_CHANNELS: dict[str, Channel] = {_CHAT: "chat", _COMPLETIONS: "openai", _RESPONSES: "openai", _MCP: "mcp"}


class EmergencyGate:
    """A request that names a corpus is read at that corpus's handler, and at `handler` where the name is not known."""

    def __init__(
        self, app: ASGIApp, handler: EmergencyHandler, max_bytes: int, body_seconds: float, find_handler: FindHandler
    ) -> None:
        self.app = app
        self._handler, self._max_bytes, self._body_seconds = handler, max_bytes, body_seconds
        self._find_handler = find_handler

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"].removeprefix(scope.get("root_path", "")) if scope["type"] == "http" else ""
        if path not in _CHANNELS or scope["method"] != "POST":
            await self.app(scope, receive, send)
            return
        arrived = await self._read_ahead(receive)
        reply = await self._answer(path, read_headers(scope), arrived)
        if reply is None:
            await self.app(scope, _replay(arrived, receive), send)
            return
        scope["route"] = SimpleNamespace(path=path)  # for the log line, as no route was reached
        await reply(scope, receive, send)

    async def _answer(self, path: str, headers: RequestHeaders, arrived: list[Message]) -> Response | None:
        try:
            body = b"".join(message.get("body", b"") for message in arrived)
            request = read_what_can_be_read(body[: self._max_bytes])
            if request is None:
                return None
            channel = _CHANNELS[path]
            token = headers.bearer if channel == "chat" else ""
            named = self._find_handler(request.corpus)
            answer = await (named or self._handler).answer(request.question, channel, token)
            model = name_model(request.corpus if named else "")
            return _write_reply(path, headers, request, answer, model) if answer else None
        except Exception:  # a fault here must not cost the normal way
            _log.exception("the gate for emergencies failed")
            return None

    async def _read_ahead(self, receive: Receive) -> list[Message]:
        """What arrived within the limits of size and time; the routes read on, and refuse what is over them."""
        arrived: list[Message] = []
        size = 0
        try:
            async with asyncio.timeout(self._body_seconds):
                while size <= self._max_bytes:
                    arrived.append(await receive())
                    size += len(arrived[-1].get("body", b""))
                    if not arrived[-1].get("more_body", False):
                        break
        except TimeoutError:
            pass
        return arrived


def _replay(arrived: list[Message], receive: Receive) -> Receive:
    waiting = list(reversed(arrived))

    async def receive_again() -> Message:
        return waiting.pop() if waiting else await receive()

    return receive_again


def _write_reply(path: str, headers: RequestHeaders, request: ReadableRequest, answer: Answer, model: str) -> Response:
    if path == _MCP:
        return JSONResponse(_write_call_result(request.call, answer))
    if path == _RESPONSES:
        writer = ResponseWriter(current_request().id, int(time.time()), model)
        if request.stream:
            return _stream(stream_whole_response(writer, answer))
        return JSONResponse(writer.whole(answer, write_content(answer)))
    if path == _COMPLETIONS:
        head = CompletionHead(f"chatcmpl-{current_request().id}", int(time.time()), model)
        return _stream(stream_whole(head, answer)) if request.stream else JSONResponse(head.completion(answer))
    shown = answer_to_json(answer)
    streams = prefers_stream(headers.accept)
    return _stream(write_whole(shown)) if streams else JSONResponse(shown)


def _stream(events: AsyncIterator[bytes] | AsyncIterator[str]) -> Response:
    headers = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
    return StreamingResponse(events, media_type="text/event-stream", headers=headers)


def _write_call_result(call: object, answer: Answer) -> dict[str, object]:
    """The result of the tool `ask` as JSON-RPC, for a reply that is given before the protocol's own server."""
    shown = answer_to_json(answer)
    text = json.dumps(shown, ensure_ascii=False, indent=2)
    result = {"content": [{"type": "text", "text": text}], "structuredContent": shown, "isError": False}
    return {"jsonrpc": "2.0", "id": call, "result": result}

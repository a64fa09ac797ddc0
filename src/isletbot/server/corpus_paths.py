"""Lets one server answer from several corpora: `/corpora/NAME/…` leads to an app of its own for each, and so does the
name of one in a question to the app above them."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any

from fastapi import FastAPI
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Receive, Scope, Send

from isletbot.request_headers import FORWARDED_PREFIX, read_headers
from isletbot.server.http_errors import error_response

_ASKED = "isletbot.unknown_corpus"
_PATH = re.compile(r"(?P<prefix>(?:/[A-Za-z0-9._~-]+)*?)/corpora/(?P<name>[^/]+)(?P<rest>/.*)?", re.DOTALL)


def add_corpora(app: FastAPI, corpora: Mapping[str, FastAPI], root_path: str) -> FastAPI:
    """Returns `app`, which then passes on what belongs to one of `corpora`, by its path or by the name in a question.
    They start and end with it."""
    app.state.corpora.add({name: corpus.state.corpora.own for name, corpus in corpora.items()})
    app.user_middleware.insert(0, Middleware(CorpusPaths, corpora=corpora, root_path=root_path))
    app.user_middleware.append(Middleware(RefuseUnknown, names=tuple(corpora), emergency=app.state.guard.emergency))
    start = app.router.lifespan_context

    @asynccontextmanager
    async def start_all(started: FastAPI) -> AsyncIterator[Any]:
        async with AsyncExitStack() as stack:
            for corpus in corpora.values():
                await stack.enter_async_context(corpus.router.lifespan_context(corpus))
            yield await stack.enter_async_context(start(started))

    app.router.lifespan_context = start_all
    return app


class CorpusPaths:
    """Comes before everything that looks at a path, a limit or a body. What names an unknown corpus goes to the app
    without a name, so that an emergency is answered there too."""

    def __init__(self, app: ASGIApp, corpora: Mapping[str, ASGIApp], root_path: str) -> None:
        self.app = app
        self._corpora, self._root = corpora, root_path.rstrip("/")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        found = _PATH.fullmatch(scope["path"]) if scope["type"] == "http" else None
        if found is None:
            await self.app(scope, receive, send)
            return
        headers = MutableHeaders(raw=list(scope["headers"]))
        forwarded = read_headers(scope).forwarded_prefix
        if found["prefix"] not in ("", self._root, str(scope.get("root_path", "")).rstrip("/"), forwarded):
            await self.app(scope, receive, send)
            return
        name = found["name"]
        inner = {**scope, "path": found["rest"] or "/", "root_path": "", "headers": headers.raw}
        inner.pop("raw_path", None)
        if name not in self._corpora:
            await self.app({**inner, _ASKED: name}, receive, send)
            return
        if forwarded:
            headers[FORWARDED_PREFIX] = f"{forwarded}/corpora/{name}"
        await self._corpora[name]({**inner, "headers": headers.raw}, receive, send)


class RefuseUnknown:
    """Stands behind the emergencies and the limits, before the routes."""

    def __init__(self, app: ASGIApp, names: tuple[str, ...], emergency: str) -> None:
        self.app = app
        self._names, self._emergency = names, emergency

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if _ASKED not in scope:
            await self.app(scope, receive, send)
            return
        message = f"There is no corpus {scope[_ASKED][:40]!r}."
        remedy = f"There are: {', '.join(self._names)}."
        await error_response(404, "no_such_corpus", message, remedy, self._emergency)(scope, receive, send)

"""The console as an app of its own, to be mounted at `/staff`."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from isletbot.console.door import Door, refuse
from isletbot.console.house import House
from isletbot.console.look import STATIC, Look
from isletbot.console.pages import Page, Pages
from isletbot.console.visit import Visit

_log = logging.getLogger(__name__)

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    # Without a referrer a browser would not name the origin of a form either.
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class OwnHeaders:
    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, send_guarded)


def make_console(house: House, subjects: Sequence[Pages]) -> Starlette:
    look = Look([entry for subject in subjects for entry in subject.menu])
    door = Door(house, look)
    pages = [page for subject in subjects for page in subject.listed]
    routes = [*_serve_files(look), *(Route(page.path, _open(door, page), methods=[page.method]) for page in pages)]
    nowhere = Page("GET", "/{path:path}", "viewer", show_nowhere)
    routes.append(Route(nowhere.path, _open(door, nowhere), methods=["GET", "POST"]))
    console = Starlette(routes=routes, middleware=[Middleware(OwnHeaders)])
    console.state.pages = [*pages, nowhere]
    return console


def show_nowhere(visit: Visit) -> Response:
    return refuse(visit, 404, "There is no such page.", "It may have been moved or closed.")


def _open(door: Door, page: Page) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        return await door.let_in(page, request)

    return answer


def _serve_files(look: Look) -> list[Route]:
    def serve(name: str) -> Callable[[Request], Awaitable[Response]]:
        async def send_file(_: Request) -> Response:
            kept = {"Cache-Control": "public, max-age=31536000, immutable"}  # its address changes with its content
            return Response(look.static[name], media_type=STATIC[name], headers=kept)

        return send_file

    return [Route(f"/static/{name}", serve(name)) for name in STATIC]

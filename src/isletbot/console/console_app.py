"""The console is an app of its own, which the server mounts at `/staff`."""

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

from isletbot.console.access import AccessControl, refuse_request
from isletbot.console.context import ConsoleContext
from isletbot.console.home_page import make_home_pages
from isletbot.console.rendering import STATIC, Templates
from isletbot.console.request import StaffRequest
from isletbot.console.routing import Page, PageRouter

_log = logging.getLogger(__name__)

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    # Without a referrer a browser would not name the origin of a form either.
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class ConsoleHeaders:
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


def make_console(context: ConsoleContext, routers: Sequence[PageRouter]) -> Starlette:
    routers = (make_home_pages(routers), *routers)
    templates = Templates(
        [entry for router in routers for entry in router.menu], [router.warn for router in routers if router.warn]
    )
    access = AccessControl(context, templates)
    pages = [page for router in routers for page in router.pages]
    routes = [
        *_list_static_routes(templates),
        *(Route(page.path, _make_endpoint(access, page), methods=[page.method]) for page in pages),
    ]
    not_found = Page("GET", "/{path:path}", "viewer", show_not_found)
    routes.append(Route(not_found.path, _make_endpoint(access, not_found), methods=["GET", "POST"]))
    console = Starlette(routes=routes, middleware=[Middleware(ConsoleHeaders)])
    console.state.pages = [*pages, not_found]
    return console


def show_not_found(request: StaffRequest) -> Response:
    return refuse_request(request, 404, "There is no such page.", "It may have been moved or closed.")


def _make_endpoint(access: AccessControl, page: Page) -> Callable[[Request], Awaitable[Response]]:
    async def answer(http: Request) -> Response:
        return await access.dispatch(page, http)

    return answer


def _list_static_routes(templates: Templates) -> list[Route]:
    def serve(name: str) -> Callable[[Request], Awaitable[Response]]:
        async def send_file(_: Request) -> Response:
            kept = {"Cache-Control": "public, max-age=31536000, immutable"}  # its address changes with its content
            return Response(templates.static[name], media_type=STATIC[name], headers=kept)

        return send_file

    return [Route(f"/static/{name}", serve(name)) for name in STATIC]

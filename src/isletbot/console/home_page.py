"""The home page lists the pages that the account may open."""

from __future__ import annotations

from starlette.responses import Response

from isletbot.console.rendering import NextAction
from isletbot.console.request import StaffRequest
from isletbot.console.routing import PageRouter


def make_home_pages() -> PageRouter:
    router = PageRouter()
    router.get("/", needs="viewer")(show_home)
    return router


def show_home(request: StaffRequest) -> Response:
    return request.render("home.html", NextAction("See your account and sessions", "/staff/me"))

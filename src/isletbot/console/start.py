"""The first page: what this account may open."""

from __future__ import annotations

from starlette.responses import Response

from isletbot.console.look import NextStep
from isletbot.console.pages import Pages
from isletbot.console.visit import Visit


def make_start_pages() -> Pages:
    pages = Pages()
    pages.get("/", needs="viewer")(show_start)
    return pages


def show_start(visit: Visit) -> Response:
    return visit.render("start.html", NextStep("See your account and sessions", "/staff/me"))

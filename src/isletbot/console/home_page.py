"""Home is the day's work: who waits, what was marked, what to approve, what is overdue, and whether the bot is on."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.responses import Response

from isletbot.console.rendering import MenuEntry, NextAction
from isletbot.console.request import HOME, StaffRequest
from isletbot.console.routing import PageRouter
from isletbot.console.work_lists import tell_wait


def make_home_pages(others: Sequence[PageRouter]) -> PageRouter:
    """`others` are the routers whose work the page shows."""
    router = PageRouter(menu=(MenuEntry("Today", HOME, "viewer", "Work", 0),))
    router.get("/", needs="viewer")(lambda request: show_home(request, others))
    return router


def show_home(request: StaffRequest, others: Sequence[PageRouter]) -> Response:
    found = [each for router in others for list_work in router.work for each in list_work(request)]
    lists = sorted((each for each in found if each.count), key=lambda each: each.place)
    next_action = NextAction("Read the conversations", "/staff/conversations")
    if lists:
        next_action = NextAction(f"Begin with “{lists[0].items[0].words[:80]}”", lists[0].items[0].path)
    clear = [each.title for each in found if not each.count]
    return request.render(
        "home.html", next_action, lists=lists, clear=clear, now=request.context.now(), tell_wait=tell_wait
    )

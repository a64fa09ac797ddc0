"""An approver turns the kill switch: while it is off, only urgent replies go out. The audit log says who turned it and
why."""

from __future__ import annotations

from typing import Protocol

from starlette.responses import Response

from isletbot.console.form_errors import check_form
from isletbot.console.rendering import MenuEntry, NextAction
from isletbot.console.request import StaffRequest
from isletbot.console.routing import PageRouter
from isletbot.curation.audit import AuditFilter

_PAGE = "/staff/switch"


class KillSwitchControl(Protocol):
    @property
    def off(self) -> bool: ...

    def turn_off(self) -> None: ...

    def turn_on(self) -> None: ...


def make_kill_switch_pages(switch: KillSwitchControl) -> PageRouter:
    def warn() -> str:
        return "The bot is off: only urgent replies go out." if switch.off else ""

    router = PageRouter(menu=(MenuEntry("Kill switch", _PAGE, "viewer", "Keep", 20),), warn=warn)

    def render(request: StaffRequest, problem: str = "", status: int = 200) -> Response:
        rows = request.context.audit.list_rows(AuditFilter(action="switch"), limit=10)
        off = switch.off
        # Turned at the command line, the last row may tell of another state.
        known = bool(rows) and rows[0].event.action == ("switch.off" if off else "switch.on")
        next_action = (
            NextAction("See what people asked meanwhile", "/staff/conversations")
            if off
            else NextAction("Go to the first page", "/staff/")
        )
        values = {"off": off, "rows": rows, "known": known, "problem": problem, "why": request.form.raw("why")[:500]}
        return request.render("switch.html", next_action, status, **values)

    def turn(request: StaffRequest, off: bool) -> Response:
        with check_form():
            why = request.form.text("why", most=500, least=5)
        with request.audited_change("switch.off" if off else "switch.on", detail=why):
            if off:
                switch.turn_off()
            else:
                switch.turn_on()
        return request.redirect(_PAGE, "Off: only urgent replies go out." if off else "On: questions are answered.")

    router.get("/switch", needs="viewer")(lambda request: render(request))
    router.post("/switch/off", needs="approver", show_again=render)(lambda request: turn(request, off=True))
    router.post("/switch/on", needs="approver", show_again=render)(lambda request: turn(request, off=False))
    return router

"""The kill switch: off, only urgent replies go out. Who turned it and why is in the audit log."""

from __future__ import annotations

from typing import Protocol

from starlette.responses import Response

from isletbot.console.look import MenuEntry, NextStep
from isletbot.console.pages import Pages
from isletbot.console.visit import Visit
from isletbot.curation.audit import Wanted
from isletbot.errors import InputError

_PAGE = "/staff/switch"


class Switch(Protocol):
    @property
    def off(self) -> bool: ...

    def turn_off(self) -> None: ...

    def turn_on(self) -> None: ...


def make_switch_pages(switch: Switch) -> Pages:
    pages = Pages(menu=(MenuEntry("Kill switch", _PAGE, "viewer", "Keep", 20),))

    def render(visit: Visit, problem: str = "", status: int = 200) -> Response:
        rows = visit.house.audit.list_rows(Wanted(action="switch"), limit=10)
        off = switch.off
        # Turned at the command line, the last row may tell of another state.
        known = bool(rows) and rows[0].event.action == ("switch.off" if off else "switch.on")
        step = (
            NextStep("See what people asked meanwhile", "/staff/")
            if off
            else NextStep("Go to the first page", "/staff/")
        )
        given = {"off": off, "rows": rows, "known": known, "problem": problem, "why": visit.form.raw("why")[:500]}
        return visit.render("switch.html", step, status, **given)

    def turn(visit: Visit, off: bool) -> Response:
        try:
            why = visit.form.text("why", most=500, least=5)
        except InputError as error:
            return render(visit, str(error), 422)
        with visit.change("switch.off" if off else "switch.on", detail=why):
            if off:
                switch.turn_off()
            else:
                switch.turn_on()
        return visit.redirect(_PAGE, "Off: only urgent replies go out." if off else "On: questions are answered.")

    pages.get("/switch", needs="viewer")(lambda visit: render(visit))
    pages.post("/switch/off", needs="approver")(lambda visit: turn(visit, off=True))
    pages.post("/switch/on", needs="approver")(lambda visit: turn(visit, off=False))
    return pages

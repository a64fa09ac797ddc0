"""The overview: how much is asked, what becomes of it, and what needs somebody's care."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.responses import Response

from isletbot.console.exports import send_csv
from isletbot.console.figures import Facts, Table, make_tables
from isletbot.console.look import MenuEntry, NextStep
from isletbot.console.pages import Pages
from isletbot.console.visit import Visit
from isletbot.errors import InputError

_PAGE = "/staff/overview"
RANGES = (7, 30, 90)
_USUAL = 30


def make_overview_pages(facts: Facts) -> Pages:
    pages = Pages(menu=(MenuEntry("Overview", _PAGE, "viewer", "Work", 60),))
    pages.get("/overview", needs="viewer")(lambda visit: show_overview(visit, facts))
    pages.get("/overview/{table}.csv", needs="viewer")(lambda visit: export_table(visit, facts))
    return pages


def show_overview(visit: Visit, facts: Facts) -> Response:
    days = read_days(visit)
    tables = make_tables(facts, visit.house.now().date(), days)
    visit.write_down("conversation.overview", detail=f"{days} days")  # the gaps are words of people
    return visit.render("overview/overview.html", _choose_step(tables), tables=tables, days=days, ranges=RANGES)


def export_table(visit: Visit, facts: Facts) -> Response:
    days, name = read_days(visit), visit.of_path("table")
    table = next((one for one in make_tables(facts, visit.house.now().date(), days) if one.id == name), None)
    if table is None:
        raise InputError(f"There is no table {name[:40]!r}.", remedy="Take one that the overview links to.")
    visit.write_down("export.overview", name, f"{days} days, {len(table.rows)} rows")
    return send_csv(f"{name}-{days}-days.csv", table.header, (row.cells for row in table.rows))


def read_days(visit: Visit) -> int:
    """Raises InputError."""
    given = visit.query("days") or str(_USUAL)
    if given not in map(str, RANGES):
        raise InputError(f"{given[:40]!r} is no range.", remedy=f"Take one of {', '.join(map(str, RANGES))} days.")
    return int(given)


def _choose_step(tables: Sequence[Table]) -> NextStep:
    """What most needs somebody's care."""
    rows = {table.id: table.rows for table in tables}
    unsafe = rows["feedback"][0]
    if int(unsafe.cells[1]):
        return NextStep("Read what people called unsafe", unsafe.path)
    if rows["gaps"]:
        return NextStep("Look at what is asked most and not in the sources", rows["gaps"][0].path)
    return NextStep("Read the conversations", "/staff/conversations")

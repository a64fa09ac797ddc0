"""The overview shows how much people ask, what replies they get, and what needs attention."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.responses import Response

from isletbot.console.csv_export import send_csv
from isletbot.console.overview_tables import OverviewData, OverviewTable, make_tables
from isletbot.console.rendering import MenuEntry, NextAction
from isletbot.console.request import StaffRequest
from isletbot.console.routing import PageRouter
from isletbot.errors import InputError

_PAGE = "/staff/overview"
RANGES = (7, 30, 90)
_USUAL = 30


def make_overview_pages(data: OverviewData) -> PageRouter:
    router = PageRouter(menu=(MenuEntry("Overview", _PAGE, "viewer", "Work", 60),))
    router.get("/overview", needs="viewer")(lambda request: show_overview(request, data))
    router.get("/overview/{table}.csv", needs="viewer")(lambda request: export_table(request, data))
    return router


def show_overview(request: StaffRequest, data: OverviewData) -> Response:
    days = read_days(request)
    tables = make_tables(data, request.context.now().date(), days)
    request.log_action("conversation.overview", detail=f"{days} days")  # the gaps are words of people
    return request.render(
        "overview/overview.html", _choose_next_action(tables), tables=tables, days=days, ranges=RANGES
    )


def export_table(request: StaffRequest, data: OverviewData) -> Response:
    days, name = read_days(request), request.path_param("table")
    table = next((one for one in make_tables(data, request.context.now().date(), days) if one.id == name), None)
    if table is None:
        raise InputError(f"There is no table {name[:40]!r}.", remedy="Take one that the overview links to.")
    request.log_action("export.overview", name, f"{days} days, {len(table.rows)} rows")
    return send_csv(f"{name}-{days}-days.csv", table.header, (row.cells for row in table.rows))


def read_days(request: StaffRequest) -> int:
    """Reads the number of days from the query of the address. Raises InputError."""
    given = request.query("days") or str(_USUAL)
    if given not in map(str, RANGES):
        raise InputError(f"{given[:40]!r} is no range.", remedy=f"Take one of {', '.join(map(str, RANGES))} days.")
    return int(given)


def _choose_next_action(tables: Sequence[OverviewTable]) -> NextAction:
    """Chooses the link to what most needs attention."""
    rows = {table.id: table.rows for table in tables}
    unsafe = rows["feedback"][0]
    if int(unsafe.cells[1]):
        return NextAction("Read what people called unsafe", unsafe.path)
    if rows["gaps"]:
        return NextAction("Look at what is asked most and not in the sources", rows["gaps"][0].path)
    return NextAction("Read the conversations", "/staff/conversations")

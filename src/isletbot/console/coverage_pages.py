"""Staff see what the sources cover and what they leave out."""

from __future__ import annotations

from collections.abc import Callable

from starlette.responses import Response

from isletbot.console.rendering import NextAction
from isletbot.console.request import StaffRequest
from isletbot.console.routing import PageRouter
from isletbot.curation.coverage import CoverageReport


def make_coverage_pages(make_report: Callable[[], CoverageReport]) -> PageRouter:
    router = PageRouter()
    router.get("/coverage", needs="viewer")(lambda request: show_coverage(request, make_report()))
    return router


def show_coverage(request: StaffRequest, report: CoverageReport) -> Response:
    request.log_action("source.coverage")  # the questions are words of people
    return request.render("sources/coverage.html", _choose_next_action(report), report=report)


def _choose_next_action(report: CoverageReport) -> NextAction:
    """Chooses what misleads people soonest."""
    if report.due:
        return NextAction(f"Look at “{report.due[0].name[:60]}”", report.due[0].path or "/staff/answers")
    if report.unanswered:
        return NextAction("Look at what is asked most and not in the sources", report.unanswered[0].path)
    return NextAction("Back to the sources", "/staff/sources")

"""The page that says what the sources cover, as staff see it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from html import unescape
from pathlib import Path

import pytest

from isletbot.answering.graph import Bot
from isletbot.console.coverage_pages import make_coverage_pages
from isletbot.corpus import ContradictingPair
from isletbot.curation.conversation_review import ExpiringItem, UnansweredQuestion
from isletbot.curation.coverage import CoverageReport
from isletbot.settings import load_settings
from isletbot.storage.sql_records import SqlRecords
from isletbot.wiring import make_app
from isletbot.wiring.console import make_house
from isletbot.wiring.server_context import now
from tests.builders import DEATHS, INDEPENDENCE, a_passage
from tests.built import copy_built
from tests.console.people import Workplace, a_workplace
from tests.server.contexts import TurnedClock

FIRST = a_passage(INDEPENDENCE)
SECOND = a_passage(DEATHS, statement="paper#deaths")
EMPTY = CoverageReport(4, 1, (), (), (), (), ())
FULL = CoverageReport(
    statements=4,
    cases=7,
    unasked=(SECOND,),
    unquoted=(FIRST, SECOND),
    due=(ExpiringItem("end", "Who stopped insulin?", date(2026, 12, 4), "/staff/answers"),),
    contradictions=(ContradictingPair(FIRST, SECOND, ("10 of 12", "9 of 12")),),
    unanswered=(UnansweredQuestion("<script>alert(1)</script>", 3, "/staff/conversations/c1#n1"),),
)


class Reports:
    report = FULL


@pytest.fixture
def reports() -> Reports:
    return Reports()


@pytest.fixture
def place(tmp_path: Path, reports: Reports) -> Iterator[Workplace]:
    workplace = a_workplace(tmp_path, (make_coverage_pages(lambda: reports.report),))
    yield workplace
    workplace.records.close()


def test_everything_that_is_left_out_is_shown_and_the_look_is_written_down(place: Workplace) -> None:
    page = unescape(place.person("vera").get("/staff/coverage").text)
    for said in (
        '<a href="/staff/answers">Who stopped insulin?</a></th><td>end</td>',
        "4 December 2026",
        f"<b>10 of 12</b>: {INDEPENDENCE}",
        f"<b>9 of 12</b>: {DEATHS}",
        "2 of 4. A reply quotes them only",
        "1 of 4, by 7 cases",
        "3 times",
        "Look at “Who stopped insulin?”",
    ):
        assert said in page, said
    assert place.tail("source.coverage") == ["vera source.coverage"]


def test_words_of_people_are_shown_as_text(place: Workplace) -> None:
    assert "&lt;script&gt;alert(1)" in place.person("vera").get("/staff/coverage").text


def test_where_nothing_is_left_out_the_page_says_so(place: Workplace, reports: Reports) -> None:
    reports.report = EMPTY
    page = place.person("vera").get("/staff/coverage").text
    assert "Nothing in these days." in page
    assert "None found." in page
    assert "Back to the sources" in page
    reports.report = replace(EMPTY, cases=0)
    assert "Not known: no suite" in place.person("viktor").get("/staff/coverage").text


def test_nobody_sees_it_who_is_not_signed_in(place: Workplace) -> None:
    stranger = place.person("mallory", role=None)
    assert stranger.browser.get("/staff/coverage").headers["location"].startswith("/staff/sign-in")


@pytest.mark.weights
def test_a_server_surveys_what_it_serves_now(built: Path, tmp_path: Path, bot: Bot) -> None:
    copy_built(built, tmp_path)
    settings = load_settings(data_dir=tmp_path)
    app = make_app(settings)
    records = SqlRecords.open(None, tmp_path)
    place = Workplace(make_house(settings, records.database), records, TurnedClock(now()), app)
    page = unescape(place.person("vera").get("/staff/coverage").text)
    count = len(bot.line.index.everything())
    assert f"What the {count} statements of the" in page
    assert "cases of the evaluation" in page
    assert place.tail("source.coverage") == ["vera source.coverage"]
    records.close()

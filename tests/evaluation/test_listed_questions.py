"""Every listed way of asking is put to the bot by itself, and what it gives is compared with what lists it."""

from __future__ import annotations

from datetime import date

import pytest

from isletbot.evaluation.listed_questions import ListedQuestion, ask_listed
from isletbot.types import ApprovedAnswer, Kind, Trace
from tests.scripted import ScriptedBot, an_answer

DAY = date(2027, 1, 31)


def an_approved(name: str, *asks: str) -> ApprovedAnswer:
    return ApprovedAnswer(name, asks, (), "Al", "Bo", DAY, DAY, DAY)


def test_each_way_of_asking_is_put_alone_and_in_order() -> None:
    bot = ScriptedBot([an_answer(trace=Trace(approved=("off-insulin",))), an_answer("declined")])
    answers = (an_approved("off-insulin", "Who stopped?", "who came off"), an_approved("deaths", "Who died?"))
    assert list(ask_listed(bot, answers)) == [
        ListedQuestion("Who stopped?", "off-insulin", ("off-insulin",), "answered"),
        ListedQuestion("who came off", "off-insulin", (), "declined"),
        ListedQuestion("Who died?", "deaths", (), "declined"),
    ]
    assert bot.asked == [("Who stopped?", ()), ("who came off", ()), ("Who died?", ())]


@pytest.mark.parametrize(
    ("kind", "got", "given"),
    [
        ("answered", ("deaths",), True),
        ("answered", ("off-insulin", "deaths"), True),
        ("answered", ("off-insulin",), False),
        ("answered", (), False),
        ("declined", ("deaths",), False),
    ],
)
def test_it_is_given_where_its_own_answer_is_among_what_was_answered(
    kind: Kind, got: tuple[str, ...], given: bool
) -> None:
    bot = ScriptedBot([an_answer(kind, trace=Trace(approved=got))])
    [asked] = ask_listed(bot, [an_approved("deaths", "Who died?")])
    assert asked.given is given


def test_without_answers_nothing_is_asked() -> None:
    bot = ScriptedBot()
    assert list(ask_listed(bot, ())) == []
    assert bot.asked == []

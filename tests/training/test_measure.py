"""What a reader is worth, from made-up reads of held-out messages."""

from __future__ import annotations

from typing import get_args

import pytest

from isletbot.ingestion.question_bank import BankMessage
from isletbot.messages import MessageRoute
from isletbot.training.measure import Read, choose_threshold, measure_read


def a_read(
    route: MessageRoute,
    answers: tuple[str, ...] = (),
    scored: tuple[tuple[str, float], ...] = (),
    read_as: MessageRoute | None = None,
) -> Read:
    """Read as its own route unless another is named."""
    routes = {name: 0.9 if name == (read_as or route) else 0.1 / 7 for name in get_args(MessageRoute)}
    return Read(BankMessage("q1", ("hello",), route, answers, "", "plain", "W"), routes, scored)


RIGHT = a_read("answer", ("deaths",), (("deaths", 0.64), ("off-insulin", 0.3)))
SECOND = a_read("answer", ("deaths",), (("off-insulin", 0.7), ("deaths", 0.6)))
NOWHERE = a_read("answer", (), (("deaths", 0.55),))
CALM = a_read("small_talk", scored=(("deaths", 0.9),))


@pytest.mark.parametrize(
    ("read", "least"),
    [
        ((RIGHT, NOWHERE), 0.56),  # from 0.56 to 0.64 both are right; the nearest to one half is taken
        ((RIGHT,), 0.5),
        ((NOWHERE,), 0.56),
        ((CALM,), 0.5),
        ((), 0.5),
    ],
)
def test_the_threshold_is_where_most_messages_get_what_is_right(read: tuple[Read, ...], least: float) -> None:
    assert choose_threshold(read) == least


def test_answers_are_counted_among_the_messages_on_the_topic() -> None:
    figures = measure_read((RIGHT, SECOND, NOWHERE, CALM), answer=0.6, urgent=0.5)
    assert figures["messages"] == 4
    assert figures["answer_first"] == pytest.approx(1 / 2)
    assert figures["answer_among_three"] == 1
    assert figures["right"] == pytest.approx(2 / 3)
    assert figures["answerable_auroc"] == 1


def test_another_threshold_gives_other_answers() -> None:
    assert measure_read((RIGHT, NOWHERE), answer=0.5, urgent=0.5)["right"] == pytest.approx(1 / 2)
    assert measure_read((RIGHT, NOWHERE), answer=0.7, urgent=0.5)["right"] == pytest.approx(1 / 2)


def test_alarms_are_found_missed_or_false() -> None:
    read = (
        a_read("emergency"),
        a_read("crisis", read_as="emergency"),
        a_read("care_team", read_as="personal"),
        a_read("personal", read_as="crisis"),
        a_read("personal"),
        CALM,
    )
    figures = measure_read(read, answer=0.5, urgent=0.5)
    assert figures["urgent_found"] == pytest.approx(2 / 3)
    assert figures["false_alarms"] == pytest.approx(1 / 3)
    assert figures["route"] == pytest.approx(1 / 2)
    assert figures["right"] == 0, "nobody asked for an answer"


def test_below_its_threshold_no_alarm_is_a_route() -> None:
    figures = measure_read((a_read("emergency"),), answer=0.5, urgent=0.99)
    assert (figures["urgent_found"], figures["route"]) == (0, 0)


def test_of_no_messages_every_share_is_nought() -> None:
    assert set(measure_read((), answer=0.5, urgent=0.5).values()) == {0}

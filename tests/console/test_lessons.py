"""What staff judge in the queue works at once, for the message and for those close to it, until the next training."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from isletbot.corpus import Example
from isletbot.curation.queue import CaseKind, QueueItem, StaffCase
from isletbot.inference.scripted import HashEmbeddings
from isletbot.live.examples import LiveExamples
from isletbot.ports import Embeddings, Vectors
from isletbot.storage.sql_lessons import SqlLessons
from isletbot.storage.sql_queue import SqlQueue
from isletbot.storage.sql_queue_intake import SqlQueueIntake
from isletbot.wiring.staff_answers import make_answer_context
from tests.builders import ANSWERS, a_judge
from tests.console.answer_workplace import AnswerPlace

MESSAGE = (
    "my brother in law who has had type one since he was nine keeps telling us that somebody in one of those studies "
    "was able to stop insulin so was anyone"
)
CLOSE = MESSAGE.replace("brother", "sister")
FAR = "Was somebody able to stop insulin in those studies?"
LISTED = "Who stopped insulin?"
BANK = [Example(f"{text} {word}", ("off-insulin",)) for text in (MESSAGE, FAR) for word in "abcdefghijklmnopqrstuvwxyz"]


class Counted(HashEmbeddings):
    """Writes down what it embeds."""

    def __init__(self) -> None:
        super().__init__()
        self.embedded: list[str] = []

    def embed(self, texts: Sequence[str]) -> Vectors:
        self.embedded.extend(texts)
        return super().embed(texts)


@pytest.fixture
def place(answer_place: AnswerPlace) -> AnswerPlace:
    """Whose corpus has an answer, and whose bank has messages for it."""
    shelf = answer_place.shelf
    shelf.put(answers=ANSWERS)
    answer_place.line = replace(
        answer_place.line, answers=shelf.held.answers, judge=a_judge(shelf.held.everything(), BANK)
    )
    answer_place.opened = answer_place.replica("data")
    return answer_place


def add_case(place: AnswerPlace, kind: CaseKind, question: str = MESSAGE, group: str = "g1") -> None:
    """The server looks again after it."""
    at = place.clock()
    SqlQueue(place.records.database).add_case(StaffCase(f"c{at:%H%M%S}", group, question, kind, (), "anna", at))
    place.clock.pass_by(timedelta(seconds=3))


def close_group(place: AnswerPlace, answer_id: str, group: str = "g1") -> None:
    intake = SqlQueueIntake(place.records.database)
    intake.keep([(QueueItem(f"declined:{group}", "declined", MESSAGE, "", place.clock()), None, group)], place.clock())
    intake.close_answered(group, answer_id)


def is_given(place: AnswerPlace, *messages: str) -> list[bool]:
    """Whether each gets the approved answer."""
    return [place.bot.ask(message).composer == "approved" for message in messages]


def open_examples(place: AnswerPlace, embeddings: Embeddings) -> LiveExamples:
    line = replace(place.line, embeddings=embeddings)
    lessons = SqlLessons(place.records.database)
    return LiveExamples(
        line.judge.examples, lessons, line.answers, make_answer_context(line), lambda: place.clock().timestamp()
    )


def find_judged(place: AnswerPlace, examples: LiveExamples, message: str = MESSAGE) -> list[tuple[str, ...]]:
    """The answers of the messages that staff judged, among those that vote."""
    [vector] = HashEmbeddings().embed([message])
    return [hit.example.answers for hit in examples.nearest(vector, 30) if hit.example.weight > 1]


def test_what_staff_judge_to_be_in_no_source_gets_the_answer_no_more_nor_does_what_is_close_to_it(
    place: AnswerPlace,
) -> None:
    assert is_given(place, MESSAGE, CLOSE, FAR, LISTED) == [True, True, True, True]
    add_case(place, "not_in_corpus")
    assert is_given(place, MESSAGE, CLOSE, FAR, LISTED) == [False, False, True, True]


def test_what_staff_judge_to_be_answered_gets_the_answer_that_closed_its_group(place: AnswerPlace) -> None:
    declined = [Example(f"{MESSAGE} {word}", ()) for word in "abcdefghijklmnopqrstuvwxyz"]
    place.line = replace(place.line, judge=a_judge(place.shelf.held.everything(), declined))
    place.opened = place.replica("data")
    assert is_given(place, MESSAGE, CLOSE) == [False, False]
    add_case(place, "answered")
    assert is_given(place, MESSAGE, CLOSE) == [False, False], "nothing names the answer yet"
    close_group(place, "off-insulin")
    place.clock.pass_by(timedelta(seconds=3))
    assert is_given(place, MESSAGE, CLOSE) == [True, True]


def test_an_answer_that_is_not_served_is_not_taught(place: AnswerPlace) -> None:
    close_group(place, "gone")
    add_case(place, "answered")
    assert find_judged(place, open_examples(place, HashEmbeddings())) == []
    close_group(place, "off-insulin")
    examples = open_examples(place, HashEmbeddings())
    assert find_judged(place, examples) == [("off-insulin",)]
    place.clock.pass_by(timedelta(days=365))
    assert find_judged(place, examples) == [], "it expired"


def test_the_newest_case_of_a_text_is_what_staff_mean(place: AnswerPlace) -> None:
    close_group(place, "off-insulin")
    examples = open_examples(place, HashEmbeddings())
    add_case(place, "not_in_corpus")
    assert find_judged(place, examples) == [()]
    add_case(place, "answered", f"{MESSAGE.capitalize()}?")
    assert find_judged(place, examples) == [("off-insulin",)]
    add_case(place, "answered", group="another")
    assert find_judged(place, examples) == [], "taken back"


def test_nothing_is_taught_against_a_listed_way_of_asking(place: AnswerPlace) -> None:
    add_case(place, "not_in_corpus", LISTED)
    assert find_judged(place, open_examples(place, HashEmbeddings()), LISTED) == []


def test_a_case_votes_though_the_bank_has_thirty_that_are_nearer(place: AnswerPlace) -> None:
    add_case(place, "not_in_corpus")
    examples = open_examples(place, HashEmbeddings())
    [vector] = HashEmbeddings().embed([f"{MESSAGE} a"])
    hits = examples.nearest(vector, 1)
    assert [(hit.example.text, hit.example.answers) for hit in hits] == [(MESSAGE, ())]
    assert len(examples.nearest(vector, 30)) == 30


def test_cases_are_looked_for_every_two_seconds_and_only_new_texts_are_embedded(place: AnswerPlace) -> None:
    embeddings = Counted()
    examples = open_examples(place, embeddings)
    at = place.clock()
    add_case(place, "not_in_corpus")
    place.clock.moment = at + timedelta(seconds=2)
    assert find_judged(place, examples) == []
    place.clock.pass_by(timedelta(seconds=1))
    assert find_judged(place, examples) == [()]
    add_case(place, "not_in_corpus", f" {CLOSE.replace(' ', '  ')}\n")
    assert find_judged(place, examples) == [(), ()]
    assert embeddings.embedded == [MESSAGE, CLOSE]


def test_what_was_taught_goes_on_while_the_records_are_away_and_each_look_says_so_once(
    place: AnswerPlace, caplog: pytest.LogCaptureFixture
) -> None:
    add_case(place, "not_in_corpus")
    examples = open_examples(place, HashEmbeddings())
    place.records.close()
    records = place.folder / "records.sqlite"
    records.rename(place.folder / "elsewhere")
    records.mkdir()
    with caplog.at_level(logging.ERROR):
        place.clock.pass_by(timedelta(seconds=3))
        assert [find_judged(place, examples) for _ in range(3)] == [[()]] * 3
        assert len(caplog.records) == 1
    records.rmdir()
    (place.folder / "elsewhere").rename(records)
    add_case(place, "not_in_corpus", CLOSE)
    assert find_judged(place, examples) == [(), ()]

"""What staff approved, among all that is served: where nothing else answers, and when the records are away."""

from __future__ import annotations

from datetime import timedelta

import pytest

from isletbot.answering.graph import Bot
from isletbot.settings import load_settings
from isletbot.wiring.staff_answers import add_staff_answers
from tests.builders import DEATHS
from tests.console.answer_workplace import AnswerPlace

UNANSWERED = "Which company sells Lantidra?"
DIED = "Two of the 14 people died."


@pytest.fixture
def path(answer_place: AnswerPlace) -> str:
    """Of an answer to what no statement answers."""
    anna, bert = answer_place.person("anna", "editor"), answer_place.person("bert", "approver")
    assert answer_place.bot.ask(UNANSWERED).kind == "not_in_corpus"
    written = answer_place.write(anna, asks=UNANSWERED, text=DIED, rests="")
    bert.get(written)
    assert bert.post(f"{written}/approve", number="1").status_code == 200
    return written


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("So which company sells Lantidra?", "answered"),
        ("Which company sells Foozumab?", "not_in_corpus"),
        ("What is Lantidra?", "not_in_corpus"),
    ],
)
def test_what_nothing_else_answers_gets_the_answer_written_to_it_and_only_that(
    answer_place: AnswerPlace, path: str, question: str, kind: str
) -> None:
    answer = answer_place.bot.ask(question)
    assert answer.kind == kind
    assert [citation.quote for citation in answer.citations] == ([DEATHS] if kind == "answered" else [])


def test_what_is_served_goes_on_while_the_records_are_away(answer_place: AnswerPlace, path: str) -> None:
    answer_place.records.close()
    (answer_place.folder / "records.sqlite").rename(answer_place.folder / "elsewhere")
    (answer_place.folder / "records.sqlite").mkdir()
    answer_place.clock.pass_by(timedelta(seconds=5))
    assert answer_place.bot.ask(UNANSWERED).composer == "approved"


def test_a_program_that_only_asks_reads_what_was_approved_and_changes_nothing(
    answer_place: AnswerPlace, path: str
) -> None:
    line = add_staff_answers(load_settings(data_dir=answer_place.folder), answer_place.line)
    assert Bot(line).ask(UNANSWERED).composer == "approved"
    nothing = add_staff_answers(load_settings(data_dir=answer_place.folder / "new"), answer_place.line)
    assert nothing is answer_place.line
    assert not (answer_place.folder / "new").exists()

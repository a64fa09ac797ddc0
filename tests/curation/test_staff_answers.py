"""What must hold before an answer is kept, approved, and served on."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from isletbot.curation.staff_answers import (
    AnswerVersion,
    AnswerWording,
    StaffAnswer,
    check_wording,
    find_fault,
    list_objections,
)
from isletbot.curation.staff_cases import make_cases
from isletbot.errors import InputError
from isletbot.types import Finding, Sentence
from tests.builders import a_passage, a_reason, a_source
from tests.kept import NOW

TODAY = date(2026, 11, 20)
WORDING = AnswerWording(
    ("Who came off insulin?",), ("Ten of the 12 did. [paper#independence]",), "anna", date(2027, 11, 20)
)
GOOD = Finding(Sentence("Ten of the 12 did.", ()), "supported", a_reason("coverage 1.00"))
PASSAGE = a_passage()
NAME = PASSAGE.statement


def a_version(**changes: object) -> AnswerVersion:
    version = AnswerVersion("off", 1, WORDING, (GOOD,), "anna", NOW, "", built_on=(PASSAGE.key,))
    return replace(version, **changes)  # type: ignore[arg-type]


def an_answer(**changes: object) -> StaffAnswer:
    return replace(StaffAnswer("off", "anna", a_version()), **changes)  # type: ignore[arg-type]


def object_to(answer: StaffAnswer, by: str = "bert", **changes: object) -> list[str]:
    given = {"found": (GOOD,), "sources": {"paper": a_source()}, "taken": frozenset(), "today": TODAY, **changes}
    return list(list_objections(answer, by, **given))  # type: ignore[arg-type]


def test_another_person_may_approve_what_is_supported() -> None:
    assert object_to(an_answer()) == []


@pytest.mark.parametrize(
    ("answer", "by", "changes", "words"),
    [
        (an_answer(), "anna", {}, "You wrote it"),
        (an_answer(made_by="bert"), "bert", {}, "You wrote it"),
        (an_answer(latest=a_version(approved_by="carl")), "bert", {}, "carl approved this version already"),
        (
            an_answer(),
            "bert",
            {"found": (replace(GOOD, outcome="unchecked", reason=a_reason("too long")),)},
            "is unchecked",
        ),
        (an_answer(), "bert", {"sources": {"paper": None}}, "The source paper is not approved any more"),
        (an_answer(), "bert", {"sources": {"paper": a_source(review_due=date(2026, 1, 1))}}, "due for a check"),
        (an_answer(), "bert", {"taken": {"who came off insulin?"}}, "Another answer that staff approved"),
        (an_answer(), "bert", {"today": date(2028, 1, 1)}, "Its review date"),
    ],
)
def test_what_stands_against_an_approval_is_named(
    answer: StaffAnswer, by: str, changes: dict[str, object], words: str
) -> None:
    assert words in " ".join(object_to(answer, by, **changes))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"asks": ()}, "no way of asking"),
        ({"say": ()}, "says nothing"),
        ({"owner": ""}, "no owner"),
        ({"asks": ("One?", "one?")}, "there twice"),
        ({"review_due": date(2026, 1, 1)}, "review date, 1 January 2026, is over"),
        ({"expires": date(2026, 11, 19)}, "expiry date, 19 November 2026, is over"),
    ],
)
def test_what_may_not_even_be_a_draft_is_named(changes: dict[str, object], words: str) -> None:
    with pytest.raises(InputError, match=words):
        check_wording(replace(WORDING, **changes), TODAY)  # type: ignore[arg-type]


def fault(version: AnswerVersion | None = None, sources: tuple[str, ...] = ("paper",), **standing: object) -> str:
    held = standing.get("standing", {NAME: PASSAGE})
    return find_fault(version or a_version(), held, sources, [NAME], TODAY)  # type: ignore[arg-type]


def test_an_answer_is_served_while_its_quotes_stand_and_falls_with_the_reason() -> None:
    assert fault() == ""
    assert fault(sources=()) == "The source paper is not approved any more."
    assert "was changed or is gone" in fault(standing={})
    assert "was changed or is gone" in fault(standing={NAME: replace(PASSAGE, key="other")})
    expired = a_version(wording=replace(WORDING, expires=date(2026, 11, 19)))
    assert fault(expired) == "It expired on 19 November 2026."
    assert fault(a_version(wording=replace(WORDING, expires=TODAY))) == ""


def test_a_case_holds_the_figures_of_a_sentence_or_else_its_telling_words() -> None:
    said = (GOOD, Finding(Sentence("The cells settle in the liver.", ()), "supported", a_reason()))
    version = a_version(findings=said, approved_by="bert")
    [case] = make_cases(version, WORDING.asks, ["paper", "paper"], lambda _text: ["liver", "settle", "cells"])
    assert case["turns"] == ["Who came off insulin?"]
    assert case["cite"] == ["paper"]
    facts = {fact["fact"]: fact["any"] for fact in case["must"]}  # type: ignore[attr-defined]
    assert list(facts) == ["12", "liver", "settle"]
    assert facts["12"] == [r"(?<![\d.,])(?:12|twelve)(?![.,]?\d)"]

"""The trace keeps names and numbers of the evidence, and no text."""

from __future__ import annotations

from datetime import date

from isletbot.answering.trace import _SHOWN, add_tokens, list_found, list_judged
from isletbot.types import ApprovedAnswer, Draft, Evidence, Found, NearAnswer, Part, ScoredPassage
from tests.builders import a_passage

DAY = date(2026, 11, 20)


def near(name: str, relevance: float) -> NearAnswer:
    answer = ApprovedAnswer(name, ("Who?",), (), "Al", "Bo", DAY, DAY, date.max)
    return NearAnswer(answer, (0.5,), relevance=relevance)


def scored(key: str, score: float, relevance: float | None) -> ScoredPassage:
    return ScoredPassage(a_passage(key=key), score, 0.5, 0.5, relevance)


def test_what_was_found_is_listed_in_order_with_its_score() -> None:
    parts = (Found(Part("why"), (scored("b", 0.92345, None), scored("a", 0.5, 0.1))), Found(Part("who"), ()))
    assert list_found(Evidence(parts)) == (("b", 0.9234), ("a", 0.5))


def test_what_was_judged_is_the_answers_and_the_statements_that_were_read() -> None:
    found = Found(Part("why"), (scored("read", 0.9, 0.12344), scored("unread", 0.8, None)), (near("off", 0.75),))
    assert list_judged(Evidence((found,))) == (("off", 0.75), ("read", 0.1234))


def test_of_many_answers_the_first_are_listed() -> None:
    answers = tuple(near(f"answer-{place}", 1 - place / 10) for place in range(_SHOWN + 3))
    listed = list_judged(Evidence((Found(Part("why"), (), answers),)))
    assert [name for name, _ in listed] == [f"answer-{place}" for place in range(_SHOWN)]


def test_nothing_found_is_listed_as_nothing() -> None:
    assert list_found(Evidence(())) == list_judged(Evidence(())) == ()


def test_tokens_of_every_draft_are_added_and_none_asked_is_none() -> None:
    asked, quiet = Draft("model", (), chat_tokens=(100, 20)), Draft("quotes", ())
    assert add_tokens((asked, quiet, asked)) == (200, 40)
    assert add_tokens((quiet,)) is None

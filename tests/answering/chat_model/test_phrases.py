"""A sentence as words in clauses, each marked by what leaving it out does."""

from __future__ import annotations

import pytest

from isletbot.answering.chat_model.phrases import read_words, split_segments, split_sentences


def told(text: str, dated: bool = False) -> list[str]:
    return [word.text for word in read_words(text, dated)]


def marked(text: str, mark: str) -> list[str]:
    return [word.text for word in read_words(text) if getattr(word, mark)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("twelve patients", "12 people"),
        ("the trials", "a study"),
        ("they received it", "they got it"),
        ("83 per cent", "83%"),
        ("the United Kingdom", "the UK"),
        ("it cannot", "it can not"),
        ("1,200 people", "1200 people"),
        ("immunosuppressive drugs", "immune suppressing drugs"),
        ("severe hypoglycaemia", "severe hypoglycemia"),
        ("hypoglycaemic and anaemic", "hypoglycemic and anemic"),
    ],
)
def test_words_that_mean_the_same_are_one_word(one: str, other: str) -> None:
    words = [[word.text for word in read_words(text) if not word.free] for text in (one, other)]
    assert words[0] == words[1]


def test_clauses_are_numbered() -> None:
    first, second = (read_words("Ten came off, and two died")[place] for place in (0, 4))
    assert first.clause == 0 < second.clause
    assert len({word.clause for word in read_words("Ten came off, and two died")}) == 2


def test_little_words_are_free_and_telling_ones_are_kept() -> None:
    text = "The 12 people may not have a cure"
    assert marked(text, "free") == ["the", "have", "a"]
    assert marked(text, "kept") == ["12", "may", "not"]
    assert marked(text, "named") == ["12"]


def test_who_says_it_is_a_frame() -> None:
    assert marked("Vertex announced that it works", "frame") == ["announc"]


def test_a_group_is_one_named_word() -> None:
    assert "parta" in marked("people in part A", "named")
    assert {"parta", "partb"} <= set(marked("parts A and B", "named"))


def test_one_date_stands_at_the_end_when_asked_for() -> None:
    assert told("On 4 October 2026 it was listed.", dated=True)[-1] == "@4-october-2026"
    assert told("On 4 October 2026 it was listed.") != told("On 4 October 2026 it was listed.", dated=True)
    two = "In 2025 it began and in 2026 it ended."
    assert told(two, dated=True) == told(two)


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Ten came off. Two died.", ["Ten came off.", "Two died."]),
        ("It was 7.5 mmol/l in the U.K. study.", ["It was 7.5 mmol/l in the U.K. study."]),
        ("It rose by 5%. “Ten” came off.", ["It rose by 5%.", "“Ten” came off."]),
        (" ", []),
    ],
)
def test_sentences_are_told_apart(text: str, sentences: list[str]) -> None:
    assert split_sentences(text) == sentences


def test_segments_that_may_rest_on_other_sources_are_told_apart() -> None:
    assert split_segments("Ten came off, and two died; of the") == ["Ten came off", "and two died"]

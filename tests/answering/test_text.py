"""Text becomes words: one case, plain quotes, number words as digits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isletbot.answering.text import (
    bare_words,
    content_words,
    fold_characters,
    is_negation,
    may_want_yes_or_no,
    normalise,
    stem,
    tokenise,
)


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Don’t “worry” – it’s ﬁne", "don't \"worry\" - it's fine"),
        ("hi\u200bdden so\u00adft", "hidden soft"),
        ("HbA1c ≥ ７％", "hba1c ≥ 7%"),
    ],
)
def test_quotes_dashes_and_hidden_characters_are_made_plain(text: str, plain: str) -> None:
    assert normalise(text) == plain


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("ｃｈｅｓｔ ｐａｉｎ", "chest pain"),
        ("𝐜𝐡𝐞𝐬𝐭 𝓹𝓪𝓲𝓷", "chest pain"),
        ("сһest рain", "chest pain"),
        ("chεst pαin", "chest pain"),
        ("chest\u200bpain", "chest pain"),
        ("che\u200bst pain", "chest pain"),
        ("🆘 my wife", " sos  my wife"),
        ("β cells, µg, α", "β cells, μg, α"),
        ("Сколько человек?", "Сколько человек?"),
        ("πόσοι άνθρωποι", "πόσοι άνθρωποι"),
        ("“10” – ‘12’", "\"10\" - '12'"),
        ("plain", "plain"),
    ],
)
def test_what_looks_the_same_is_one_character_and_other_scripts_stay(text: str, folded: str) -> None:
    assert fold_characters(text) == folded
    assert fold_characters(folded) == folded


@given(st.text(max_size=200))
def test_what_is_plain_has_no_hidden_character(text: str) -> None:
    assert not {"\u00ad", "\u200b", "\ufeff"} & set(normalise(text))


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("Ten of the 12 people", ["10", "of", "the", "12", "people"]),
        ("VX-880 at 7.5% didn't", ["vx-880", "at", "7.5%", "didn't"]),
        ("HbA1c in 2,000 people", ["hba1c", "in", "2,000", "people"]),
        ("Зимислецел?", ["зимислецел"]),
        ("", []),
    ],
)
def test_words_and_numbers_are_told_apart(text: str, tokens: list[str]) -> None:
    assert tokenise(text) == tokens


def test_content_words_carry_the_subject_and_stand_once() -> None:
    assert content_words("Did the insulin, or what is it? Insulin!") == ("insulin",)


def test_words_of_one_kind_have_one_stem() -> None:
    assert len({stem(word) for word in ("infuse", "infused", "infusing")}) == 1


@pytest.mark.parametrize(("token", "denies"), [("not", True), ("didn't", True), ("nobody", True), ("knot", False)])
def test_words_that_deny_are_known(token: str, denies: bool) -> None:
    assert is_negation(token) is denies


@pytest.mark.parametrize("text", ["Who  stopped insulin?", "who stopped insulin", " Who stopped\ninsulin?! "])
def test_case_blanks_and_marks_at_the_ends_do_not_count(text: str) -> None:
    assert bare_words(text) == "who stopped insulin"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("Did all stop?", True),
        ("ok so is it safe", True),
        ("Everybody stopped, right?", True),
        ("everybody stopped, lovely", True),
        ("nice day, whatever they stopped", True),
        ("I read the paper. Does it cure?", True),
        ("All came off it. Or am I wrong?", False),
        ("how many did", False),
        ("what it is", False),
        ("Tell me what they could do", False),
    ],
)
def test_what_may_want_yes_or_no(text: str, wanted: bool) -> None:
    assert may_want_yes_or_no(text) == wanted

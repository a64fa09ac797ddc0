"""The notation of a phrase: what README.md says of it holds, and what is wrong with one is said in words."""

from __future__ import annotations

import re

import pytest

from isletbot.answering.red_flags.phrases import PhraseError, compile_phrase
from tests.answering.triage_data import ROOT

README = (ROOT / "prompts" / "triage" / "README.md").read_text("utf-8")
ROWS = re.findall(r"^\| `((?:[^`\\]|\\.)+)` \| (?:[^|\\]|\\.)+ \| ([^|]*)\| ([^|]*)\|$", README, re.MULTILINE)


def finds(phrase: str, text: str) -> bool:
    written = compile_phrase(phrase, {"kin"}).replace("<kin>", "(?:wife|brother)")
    return re.search(rf"(?<!\w)(?:{written})", text) is not None


def test_the_table_of_signs_is_read() -> None:
    assert len(ROWS) == 21


@pytest.mark.parametrize(("phrase", "found", "missed"), ROWS, ids=[row[0] for row in ROWS])
def test_each_sign_finds_what_its_row_says(phrase: str, found: str, missed: str) -> None:
    phrase = phrase.replace("\\|", "|")
    texts = [text.strip() for text in found.split(", ")] if "please" not in found else [found.strip()]
    assert all(finds(phrase, text) for text in texts)
    assert not any(finds(phrase, text.strip()) for text in missed.split(", ") if text.strip())


@pytest.mark.parametrize(
    ("phrase", "written"),
    [
        ("the (cat | dog) sat", "the (?:cat|dog) sat"),
        ("a [b | c] d", "a (?:(?:b|c) )?d"),
        ("a [b] [c] d", "a (?:b )?(?:c )?d"),
        ("a [b] [c]", "a(?: b)?(?: c)?"),
        ("a [b] !(c | d)", r"a(?: b)?(?! (?:c|d))"),
        ("[a]*3 b", "(?:a ){0,3}b"),
        ("a ~4 b", r"a (?:\w+ ){0,4}?b"),
        ("a ~9<not .,> b", r"a\b[^.,]{0,9}\bb"),
        ("a~9<any>b", "a.{0,9}b"),
        ("heart ?attack", "heart ?attack"),
        ("(a_ | b)?c", "(?:a |b)?c"),
        ("* b* c+", r"\w+ b\w* c\w+"),
        ("D+ (mg | ml).", r"\d+ (?:mg|ml)\b"),
        ("a\n  b", "a b"),
    ],
)
def test_a_phrase_becomes_this_pattern(phrase: str, written: str) -> None:
    assert compile_phrase(phrase, ()) == written


@pytest.mark.parametrize(
    ("phrase", "said"),
    [
        ("(a | b", "No ')' closes the group"),
        ("a (", "No ')' closes the group"),
        ("a [b", "No ']' closes the group"),
        ("a) b", "Nothing opens the ')'"),
        ("a | | b", "Nothing stands at character"),
        ("", "Nothing stands at character"),
        ("~30<not", "No '>' closes"),
        ("a {kin} b", "There is no list {kin}"),
        ("a {Kin", "'Kin' is never found"),
        ("I can't", "'I' is never found"),
        ("i can't", "without apostrophes"),
        ("anti-rejection", "a hyphen in a word is a space"),
        ("a & b", "says nothing here"),
        ("(" * 40 + "a" + ")" * 40, "More than 30 groups"),
    ],
)
def test_what_is_wrong_with_a_phrase_is_said(phrase: str, said: str) -> None:
    with pytest.raises(PhraseError, match=re.escape(said)):
        compile_phrase(phrase, ())

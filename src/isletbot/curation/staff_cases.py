"""An approval adds regression cases: each way of asking must keep getting what was approved. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from isletbot.curation.staff_answers import AnswerVersion

KeyWords = Callable[[str], Sequence[str]]
"""Returns the most telling words of a text, the most telling first."""

_FIGURE = re.compile(r"\d[\d.,]*\d|\d")
_WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_TELLING = 2
"""The number of words that stand for a sentence without figures."""


def make_cases(
    version: AnswerVersion, asks: Sequence[str], sources: Sequence[str], key_words: KeyWords
) -> tuple[Mapping[str, object], ...]:
    """Makes one case for each way of asking that gets the answer, in the form of the suites."""
    facts = list(_list_facts(version, key_words))
    return tuple(
        {
            "id": f"{version.answer_id}-{number}",
            "turns": [ask],
            "kinds": ["answered"],
            "must": facts,
            "must_not": [],
            "cite": list(dict.fromkeys(sources)),
            "tags": ["staff"],
            "basis": f"approved answer {version.answer_id}, version {version.number}, by {version.approved_by}",
            "group": version.answer_id,
        }
        for number, ask in enumerate(asks, 1)
    )


def _list_facts(version: AnswerVersion, key_words: KeyWords) -> list[Mapping[str, object]]:
    facts: dict[str, Mapping[str, object]] = {}
    for finding in version.findings:
        text = finding.sentence.text
        figures = list(dict.fromkeys(_FIGURE.findall(text)))
        patterns = {figure: _match_figure(figure) for figure in figures} or {
            word: rf"\b{re.escape(word)}" for word in key_words(text)[:_TELLING]
        }
        facts |= {name: {"fact": name, "any": [pattern]} for name, pattern in patterns.items()}
    return list(facts.values())


def _match_figure(figure: str) -> str:
    """Makes a pattern that matches the figure in digits or, for a small number, in words."""
    words = f"|{_WORDS[int(figure)]}" if figure.isdecimal() and int(figure) < len(_WORDS) else ""
    return rf"(?<![\d.,])(?:{re.escape(figure)}{words})(?![.,]?\d)"

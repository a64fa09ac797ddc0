"""`glossary.yaml`: words for the same thing, and what the corpus is not about. How they are used is not here."""

from __future__ import annotations

import re

from isletbot.corpus import Glossary
from isletbot.errors import Problem
from isletbot.ingestion.fields import Card, Field, parse_lists

_LEAST = {
    **{"same": 2, "elsewhere": 1, "pointing": 1, "arms": 1, "parts": 1, "same_time": 2, "own_view": 1},
    **{"reworded": 2, "medicines": 1, "dose_units": 1},
}
"""The sections, and the words that a list of each has at least."""
_TIME = re.compile(r"\d+ (?:day|week|month|year)s?")


def read_glossary(file: str, text: str) -> tuple[Glossary, list[Problem]]:
    groups, card = parse_lists(file, text)
    card.check_names(frozenset(), frozenset(_LEAST))
    read = {name: _read_groups(card, groups.get(name, []), least) for name, least in _LEAST.items()}
    if len(read["pointing"]) not in (0, 2):
        rule = "two lists: words that point, and what they point at"
        found = f"{len(read['pointing'])} lists"
        card.problems.append(Problem(card.file, card.fields["pointing"].line, rule, found, "Write two lists, or none."))
    for group, field in zip(read["same_time"], groups.get("same_time", []), strict=True):
        for time in group:
            if not _TIME.fullmatch(time):
                rule = "a number and days, weeks, months or years"
                card.problems.append(Problem(card.file, field.line, rule, time, "Write it like `365 days`."))
    return Glossary(**read), card.problems


def _read_groups(card: Card, groups: list[Field], least: int) -> tuple[tuple[str, ...], ...]:
    read = []
    for group in groups:
        words = tuple(word.strip() for word in group.values)
        if not group.is_list or len(words) < least or not all(words):
            rule = f"a list of at least {least} words"
            card.problems.append(Problem(card.file, group.line, rule, ", ".join(words), "Write `- [one, another]`."))
        read.append(words)
    return tuple(read)

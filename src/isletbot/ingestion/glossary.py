"""`glossary.yaml`: words for the same thing, and what the corpus is not about. How they are used is not here."""

from __future__ import annotations

from isletbot.corpus import Glossary
from isletbot.errors import Problem
from isletbot.ingestion.fields import Card, Field, parse_lists


def read_glossary(file: str, text: str) -> tuple[Glossary, list[Problem]]:
    groups, card = parse_lists(file, text)
    card.check_names(frozenset(), frozenset({"same", "elsewhere"}))
    same = _read_groups(card, groups.get("same", []), least=2)
    elsewhere = _read_groups(card, groups.get("elsewhere", []), least=1)
    return Glossary(same=same, elsewhere=elsewhere), card.problems


def _read_groups(card: Card, groups: list[Field], least: int) -> tuple[tuple[str, ...], ...]:
    read = []
    for group in groups:
        words = tuple(word.strip() for word in group.values)
        if not group.is_list or len(words) < least or not all(words):
            rule = f"a list of at least {least} words"
            card.problems.append(Problem(card.file, group.line, rule, ", ".join(words), "Write `- [one, another]`."))
        read.append(words)
    return tuple(read)

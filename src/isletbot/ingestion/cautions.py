"""`cautions.yaml` and `coverage.yaml`, checked against the passages. How a reply heeds a caution is not here."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from isletbot.corpus import Caution
from isletbot.errors import Problem
from isletbot.ingestion.fields import Card, parse_card, parse_cards
from isletbot.types import Passage

REQUIRED = frozenset({"id", "point"})
LISTS = frozenset({"misread_as", "say", "weaker", "never"})
UNKNOWN_STATEMENT = "a statement that exists"


def read_cautions(file: str, text: str, passages: Sequence[Passage]) -> tuple[tuple[Caution, ...], list[Problem]]:
    """The cautions, and every rule one of them breaks."""
    cards, problems = parse_cards(file, text)
    cautions = []
    seen: dict[str, int] = {}
    for card in cards:
        caution = _read_caution(card)
        if caution.id in seen:
            card.report("id", "unique id", f"Choose another: line {seen[caution.id]} has it.")
        seen.setdefault(caution.id, card.line)
        _check_statements(card, caution, {passage.statement for passage in passages})
        _check_never(card, caution, passages)
        problems.extend(card.problems)
        cautions.append(caution)
    return tuple(cautions), problems


def read_coverage(
    file: str, text: str, passages: Sequence[Passage]
) -> tuple[Mapping[str, tuple[str, ...]], list[Problem]]:
    """Which statements hold each fact that the digests must hold."""
    card = parse_card(file, text, first_line=1)
    known = {passage.statement for passage in passages}
    coverage = {fact: card.texts(fact) for fact in card.fields}
    for fact, statements in coverage.items():
        if not statements:
            card.report(fact, "a fact with statements", "Name the statements that hold it.", value=fact)
        _check_known(card, fact, statements, known)
    return coverage, card.problems


def apply_cautions(passages: Sequence[Passage], cautions: Sequence[Caution]) -> tuple[Passage, ...]:
    """Passages that know what corrects them and which wrong readings they set right."""
    keys = {passage.statement: passage.key for passage in passages}
    corrected: dict[str, dict[str, None]] = {}  # a dict keeps the order and drops repeats
    misread: dict[str, dict[str, None]] = {}
    for caution in cautions:
        for statement in caution.weaker:
            corrected.setdefault(statement, {}).update(
                dict.fromkeys(keys[name] for name in caution.say if name in keys)
            )
        for statement in caution.say:
            misread.setdefault(statement, {}).update(dict.fromkeys(caution.misread_as))
    return tuple(
        replace(
            passage,
            corrected_by=tuple(corrected.get(passage.statement, ())),
            misread=tuple(misread.get(passage.statement, ())),
        )
        for passage in passages
    )


def _read_caution(card: Card) -> Caution:
    card.check_names(REQUIRED, LISTS)
    for name in sorted(REQUIRED & card.fields.keys()):
        if not card.fields[name].text:
            card.report(name, "missing value", f"Write a value after `{name}:`.", value=name)
    return Caution(
        id=card.text("id"),
        point=card.text("point"),
        misread_as=card.texts("misread_as"),
        say=card.texts("say"),
        weaker=card.texts("weaker"),
        never=card.texts("never"),
    )


def _check_statements(card: Card, caution: Caution, known: set[str]) -> None:
    for name, statements in (("say", caution.say), ("weaker", caution.weaker)):
        _check_known(card, name, statements, known)
    for statement in sorted(set(caution.say) & set(caution.weaker)):
        card.report("weaker", "weaker or said, not both", "Remove it from one of the two.", value=statement)
    for name in ("misread_as", "weaker"):
        if name in card.fields and not caution.say:
            card.report(name, f"{name} with say", "Add `say: […]` with the statements that set it right.")
    if not caution.say and not caution.never:
        card.report("id", "a caution that does something", "Add `say: […]` or `never: […]`.")


def _check_known(card: Card, name: str, statements: Sequence[str], known: set[str]) -> None:
    for statement in statements:
        if statement not in known:
            remedy = "Name a statement of a digest: source-id#anchor."
            card.report(name, UNKNOWN_STATEMENT, remedy, value=statement)


def _check_never(card: Card, caution: Caution, passages: Sequence[Passage]) -> None:
    for expression in caution.never:
        try:
            pattern = re.compile(expression, re.IGNORECASE)
        except re.error as error:
            card.report("never", f"a regular expression ({error})", "Mend the expression.", value=expression)
            continue
        for passage in passages:
            if pattern.search(passage.text):
                remedy = f"It matches {passage.statement}: narrow the expression or reword the statement."
                card.report("never", "matches no statement", remedy, value=expression)

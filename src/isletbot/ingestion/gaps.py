"""`gaps.yaml`: what people ask for and no source gives, by name, with the answers that come nearest."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from isletbot.errors import Problem
from isletbot.ingestion.fields import Card, parse_cards
from isletbot.types import ApprovedAnswer, Gap

_REQUIRED = frozenset("id say nearest".split())
_OPTIONAL = frozenset({"asks"})
"""A gap that messages of the question bank name needs no ways of asking of its own."""
_SENTENCE = "My sources do not "


def read_gaps(
    file: str, text: str, answers: Sequence[ApprovedAnswer], withheld: Collection[str] = ()
) -> tuple[tuple[Gap, ...], list[Problem]]:
    """Every gap, in the order of the file. The first way of asking for each of its `nearest` answers is suggested; one
    whose id is among the `withheld` is known and suggests nothing."""
    known = {answer.id: answer for answer in answers}
    gaps: dict[str, Gap] = {}
    cards, problems = parse_cards(file, text)
    for card in cards:
        card.check_names(_REQUIRED, _OPTIONAL)
        _check(card, {*known, *withheld}, gaps)
        nearest = [known[name] for name in card.texts("nearest") if name in known]
        suggestions = tuple(answer.asks[0] for answer in nearest)
        gaps.setdefault(card.text("id"), Gap(card.text("id"), card.text("say"), suggestions, card.texts("asks")))
        problems += card.problems
    return tuple(gaps.values()), problems


def _check(card: Card, answers: Collection[str], gaps: Collection[str]) -> None:
    if card.text("id") in gaps:
        card.report("id", "unique id", "Choose another: a gap above has it.")
    if not card.text("say").startswith(_SENTENCE) or not card.text("say").endswith("."):
        card.report("say", f"one sentence that begins with {_SENTENCE!r}", "Name what the sources do not give.")
    for name in card.texts("nearest"):
        if name not in answers:
            card.report("nearest", "the id of an approved answer", "Name one of answers/.", value=name)

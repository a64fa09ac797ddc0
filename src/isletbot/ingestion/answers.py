"""`answers/*.yaml`: answers that one person wrote and another approved. Each sentence is traced to the words it rests
on, and verified as the line verifies it. How a question finds its answer is not here."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from isletbot.corpus import Why, Withheld
from isletbot.errors import Problem
from isletbot.ingestion.answer_lines import Line, Verify, read_line, trace_line
from isletbot.ingestion.cautions import UNKNOWN_STATEMENT
from isletbot.ingestion.fields import Card, Field, parse_cards
from isletbot.ingestion.read import read_date
from isletbot.types import ApprovedAnswer, Draft, Evidence, Opening, Passage, Proposition, Sentence, Verdict

REQUIRED = frozenset("id owner approved_by reviewed review_due asks say".split())
_PROPOSITIONS: Mapping[str, Opening] = {
    "yes_to": "yes",
    "no_to": "no",
    "not_yet_to": "not_yet",
    "unknown_to": "unknown",
}
"""Fields that list what an answer affirms, denies, or leaves open."""
OPTIONAL = frozenset({"built_on", "expires", "alone", *_PROPOSITIONS})

_ID = re.compile(r"[a-z0-9][a-z0-9-]*")
_ALONE = re.compile(
    # "2: It began in June. [a#b]"; not: "It began in June. [a#b]"
    r"(?P<place>\d+): (?P<line>.+)"
)


@dataclass(slots=True)
class Answers:
    """What the files hold."""

    served: list[ApprovedAnswer] = field(default_factory=list)
    withheld: list[Withheld] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


def read_answers(texts: Mapping[str, str], passages: Sequence[Passage], verify: Verify | None) -> Answers:
    """Every answer of the files, by file name. Without `verify` no sentence is held to its quotes."""
    read = Answers()
    known = {passage.statement: passage for passage in passages}
    ids: dict[str, str] = {}
    asked: dict[str, str] = {}
    for name, text in texts.items():
        cards, problems = parse_cards(name, text)
        read.problems += problems
        for card in cards:
            _check_card(card, ids, asked)
            _read_answer(card, known, verify, read)
            read.problems += card.problems
    return read


def _check_card(card: Card, ids: dict[str, str], asked: dict[str, str]) -> None:
    card.check_names(REQUIRED, OPTIONAL)
    own_id = card.text("id")
    if not _ID.fullmatch(own_id):
        card.report("id", "letters, digits, dashes", "Use lower-case letters, digits and dashes only.")
    for name in ("owner", "asks", "say"):
        if name in card.fields and not card.fields[name].values:
            card.report(name, "missing value", f"Write a value after `{name}:`.", value=name)
    if own_id in ids:
        card.report("id", "unique id", f"Choose another: {ids[own_id]} has it.")
    ids.setdefault(own_id, f"{card.file}:{card.line}")
    for ask in card.texts("asks"):
        if ask.lower() in asked:
            card.report("asks", "one answer a question", f"Remove it here or there: {asked[ask.lower()]}.", value=ask)
        asked.setdefault(ask.lower(), own_id)
    if card.text("owner") == card.text("approved_by"):
        card.report("approved_by", "approved by a second person", "Leave it empty until somebody else has approved it.")


def _read_answer(card: Card, known: Mapping[str, Passage], verify: Verify | None, read: Answers) -> None:
    lines, alone = _read_lines(card), _read_alone(card)
    named = tuple(dict.fromkeys(statement for line in (*lines, *alone.values()) for statement, _ in line.quotes))
    standing = {statement: known[statement] for statement in named if statement in known}
    if "built_on" not in card.fields:
        for statement in named:
            if statement not in known:
                remedy = "Name a statement of a digest: source-id#anchor."
                card.report("say", UNKNOWN_STATEMENT, remedy, value=statement)
        remedy = f"Write `built_on: {_keys(standing)}`: the keys of what it quotes, as it stands now."
        card.report("built_on", "missing field", remedy)
    dates = {name: read_date(card, name) for name in ("reviewed", "review_due", "expires")}
    if card.problems:
        return
    if withheld := _why_withheld(card, named, standing):
        read.withheld.append(withheld)
        return
    answer = ApprovedAnswer(
        id=card.text("id"),
        asks=card.texts("asks"),
        sentences=tuple(_trace_sentence(card, line, standing) for line in lines),
        owner=card.text("owner"),
        approved_by=card.text("approved_by"),
        reviewed=dates["reviewed"],
        review_due=dates["review_due"],
        expires=dates["expires"] if "expires" in card.fields else date.max,
        propositions=tuple(
            Proposition(opening, text) for name, opening in _PROPOSITIONS.items() for text in card.texts(name)
        ),
        alone=tuple((place, _trace_sentence(card, line, standing)) for place, line in alone.items()),
    )
    if verify and not card.problems:
        evidence = Evidence(found=(), quoted=tuple(standing.values()))
        _report_unsupported(card, (*lines, *alone.values()), verify(Draft("approved", answer.wordings), evidence))
    read.served.append(answer)


def _read_lines(card: Card) -> tuple[Line, ...]:
    said = card.fields.get("say", Field((), card.line))
    lines = []
    for number, value in zip(said.lines, said.values, strict=True):
        line = read_line(number, value)
        if line is None:
            remedy = "Write: A sentence. [source-id#anchor; source-id#anchor: exact words of it]"
            card.problems.append(Problem(card.file, number, "a sentence with its quotes", value[:80], remedy))
        else:
            lines.append(line)
    return tuple(lines)


def _read_alone(card: Card) -> dict[int, Line]:
    """By the place, from 0, of the sentence that each says without the one before it."""
    listed, said = card.fields.get("alone", Field((), card.line)), len(card.texts("say"))
    alone: dict[int, Line] = {}
    for number, value in zip(listed.lines, listed.values, strict=True):
        match = _ALONE.fullmatch(value.strip())
        line = read_line(number, match["line"]) if match else None
        place = int(match["place"]) - 1 if match else -1
        if line is None or not 0 < place < said or place in alone:
            remedy = f"Write, once a sentence: N: A sentence. [source-id#anchor], with N from 2 to {said}."
            card.problems.append(Problem(card.file, number, "a sentence to say alone", value[:80], remedy))
        else:
            alone[place] = line
    return alone


def _why_withheld(card: Card, named: Sequence[str], standing: Mapping[str, Passage]) -> Withheld | None:
    """An answer is built on statements, each known by the hash of its words: a digest may change around them."""

    def withhold(why: Why, detail: str) -> Withheld:
        return Withheld(card.text("id"), why, f"{card.file}:{card.line}: {detail}")

    built_on = card.texts("built_on")
    if not card.text("approved_by"):
        return withhold("not approved", "Have a second person read it, and write the name after `approved_by:`.")
    changed = [name for name in named if name not in standing or standing[name].key not in built_on]
    if changed:
        remedy = f"Read it against them, then write `built_on: {_keys(standing)}`."
        return withhold("changed", f"changed or gone since: {', '.join(changed)}. {remedy}")
    withdrawn = [name for name, passage in standing.items() if passage.source.status != "approved"]
    if withdrawn:
        return withhold("withdrawn", f"of a source that is not approved: {', '.join(withdrawn)}.")
    return None


def _trace_sentence(card: Card, line: Line, standing: Mapping[str, Passage]) -> Sentence:
    sentence, astray = trace_line(line, standing)
    for each in astray:
        remedy = f"Copy them from {each.statement}, or name it without words to quote it whole."
        card.problems.append(Problem(card.file, line.number, "exact words of the statement", each.words, remedy))
    return sentence


def _report_unsupported(card: Card, lines: Sequence[Line], verdict: Verdict) -> None:
    for line, finding in zip(lines, verdict.findings, strict=True):
        if finding.outcome != "supported":
            rule = f"a sentence that its quotes support ({finding.outcome}: {finding.reason.text})"
            remedy = "Say only what the quotes say, or quote the statement that says it."
            card.problems.append(Problem(card.file, line.number, rule, line.text, remedy))


def _keys(standing: Mapping[str, Passage]) -> str:
    return f"[{', '.join(dict.fromkeys(passage.key for passage in standing.values()))}]"

"""The question bank: messages in people's voices with what they want, one JSON object a line. Read for training, and
for the judge, which looks up the nearest of them."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from isletbot.corpus import Example, Kept
from isletbot.errors import InputError
from isletbot.messages import MessageRoute, join_turns
from isletbot.types import ApprovedAnswer, Gap, Opening, Passage

EXAMPLES_FORM = 8
"""Raised when examples are made of the same files in another way, so that none of before is taken over."""
_ANSWERED = ("answer", "personal")
_ROUTES: tuple[MessageRoute, ...] = get_args(MessageRoute)
_FORM = (
    'A line is {"id": "q1", "turns": ["…"], "route": "answer", "answer": "id" or null, "voice": "…", "writer": "…"}.'
)
_FIELDS = {"id", "turns", "route", "answer", "answers", "near", "voice", "writer", "statements", "gap", "opening"}
_OPENINGS: tuple[Opening, ...] = get_args(Opening)


@dataclass(frozen=True, slots=True)
class BankMessage:
    id: str
    turns: tuple[str, ...]
    """What the person says, oldest first; the last is the one that is labelled."""
    route: MessageRoute
    answers: tuple[str, ...]
    """On the route `answer`: ids of the approved answers that answer it; empty when no source does. On the route
    `personal`: the one whose public facts may follow the referral; empty when none may."""
    near: str
    """Id of the approved answer that it nearly fits and that does not answer it; empty for most."""
    voice: str
    writer: str
    statements: tuple[str, ...] = ()
    """`source-id#anchor` of the statements that answer it, where no approved answer does."""
    gap: str = ""
    """Id of the gap it asks for, where nothing answers it."""
    opening: Opening | None = None
    """How the reply begins, where it wants yes or no."""

    @property
    def text(self) -> str:
        """As the encoder reads it."""
        return join_turns(self.turns[-1], self.turns[-2] if len(self.turns) > 1 else "")


def read_bank(folder: Path) -> tuple[BankMessage, ...]:
    """Every message of the folder's `.jsonl` files. Raises InputError that names file, line, rule and remedy; empty
    where there is no such folder: another corpus may have no bank yet."""
    messages: list[BankMessage] = []
    seen: dict[str, str] = {}
    for path in sorted(folder.glob("*.jsonl")):
        for where, row in _read_rows(path):
            message = _read_message(where, row)
            if message.id in seen:
                raise InputError(
                    f"{where}: the id {message.id!r} stands at {seen[message.id]} too.", remedy="Give it another."
                )
            seen[message.id] = where
            messages.append(message)
    return tuple(messages)


def find_examples(
    messages: Sequence[BankMessage],
    passages: Sequence[Passage],
    answers: Sequence[ApprovedAnswer],
    kept: Mapping[str, Kept] | None = None,
) -> tuple[Example, ...]:
    """The messages whose answer, or lack of one, is known; of those about somebody's own case, of
    the public facts that may follow the referral. A bank that names none of these answers is about something
    else and tells nothing. `kept` is what `read_kept_sentences` reads."""
    ids = {answer.id for answer in answers}
    asked = [message for message in messages if message.route in _ANSWERED]
    if not any(answer in ids for message in asked for answer in message.answers):
        return ()
    answered_by = make_answer_lookup(passages, answers)
    return tuple(
        Example(
            message.text,
            answered_by(message),
            opening=message.opening,
            gap=message.gap,
            personal=message.route == "personal",
            kept=kept.get(message.id) if kept and len(message.answers) == 1 else None,
        )
        for message in asked
        if answered_by(message) or not (message.answers or message.statements)
    )


def make_answer_lookup(
    passages: Sequence[Passage], answers: Sequence[ApprovedAnswer]
) -> Callable[[BankMessage], tuple[str, ...]]:
    """What answers a message, in this corpus: ids of its answers, or what answers a question for its statements."""
    ids, owners = {answer.id for answer in answers}, find_owners(passages, answers)
    keys = {passage.statement: passage.key for passage in passages}

    def look_up(message: BankMessage) -> tuple[str, ...]:
        if message.answers:
            return message.answers if ids.intersection(message.answers) else ()
        named = [keys[statement] for statement in message.statements if statement in keys]
        return tuple(dict.fromkeys(owner for key in named for owner in owners[key] or (key,)))

    return look_up


def find_owners(passages: Sequence[Passage], answers: Sequence[ApprovedAnswer]) -> Mapping[str, tuple[str, ...]]:
    """What answers a question for a statement, by its key: the approved answer that begins with it, or the only one
    that says it; where none says it, the statement itself; where several do, nobody can tell."""
    first = {answer.sentences[0].quotes[0].key: answer.id for answer in reversed(answers)}
    said: defaultdict[str, set[str]] = defaultdict(set)
    for answer in answers:
        for sentence in answer.sentences:
            for quote in sentence.quotes:
                said[quote.key].add(answer.id)
    owners = {}
    for passage in passages:
        by = {first[passage.key]} if passage.key in first else said.get(passage.key, {passage.key})
        owners[passage.key] = tuple(by) if len(by) == 1 else ()
    return owners


def find_statement_examples(passages: Sequence[Passage], answers: Sequence[ApprovedAnswer]) -> tuple[Example, ...]:
    """The questions listed for a statement, with what answers them; propositions of an answer, with its opening."""
    owners, ids = find_owners(passages, answers), {answer.id for answer in answers}
    examples = [
        Example(one.text, (answer.id,), opening=one.opening) for answer in answers for one in answer.propositions
    ]
    misread: dict[str, str] = {}
    for passage in passages:
        if owners[passage.key]:
            examples.extend(Example(ask, owners[passage.key]) for ask in passage.asks)
        owner = next(iter(owners[passage.key]), passage.key)
        for wrong in passage.misread:
            # Several statements may set it right. One speaks: that of an approved answer, if there is one.
            if wrong not in misread or (owner in ids and misread[wrong] not in ids):
                misread[wrong] = owner
    return (*examples, *(Example(wrong, (answer,)) for wrong, answer in misread.items()))


def find_gap_examples(gaps: Sequence[Gap]) -> tuple[Example, ...]:
    """The ways of asking for what no source gives."""
    return tuple(Example(ask, (), gap=gap.id) for gap in gaps for ask in gap.asks)


def files_digest(folder: Path) -> str:
    """Hash of the folder's files as they are: to tell quickly that nothing has changed."""
    digest = hashlib.sha256()
    for path in sorted(folder.glob("*.jsonl")):
        digest.update(f"{path.name}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def bank_digest(messages: Sequence[BankMessage]) -> str:
    """Hash of what the messages say and are labelled with, in their order."""
    parts = (part for one in messages for part in (one.text, one.route, ",".join((*one.answers, *one.statements))))
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _read_rows(path: Path) -> Iterator[tuple[str, Mapping[str, Any]]]:
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            where = f"{path.name}:{number}"
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except ValueError as error:
                raise InputError(f"{where}: not JSON: {error}.", remedy=_FORM) from error
            if not isinstance(row, dict):
                raise InputError(f"{where}: a line is an object, not {type(row).__name__}.", remedy=_FORM)
            yield where, row


def _read_message(where: str, row: Mapping[str, Any]) -> BankMessage:
    if unknown := sorted(set(row) - _FIELDS):
        raise InputError(f"{where}: unknown field {unknown[0]!r}.", remedy=f"Fields are {', '.join(sorted(_FIELDS))}.")
    turns = row.get("turns")
    if not isinstance(turns, list) or not turns or not all(isinstance(turn, str) and turn.strip() for turn in turns):
        raise InputError(f"{where}: `turns` is {str(turns)[:60]!r}, not a list of texts.", remedy=_FORM)
    if row.get("route") not in _ROUTES:
        raise InputError(f"{where}: route {row.get('route')!r}.", remedy=f"It is one of {', '.join(_ROUTES)}.")
    answers = row.get("answers") or ([row["answer"]] if row.get("answer") else [])
    if answers and row["route"] not in _ANSWERED:
        remedy = "Only `answer` and `personal` have answers."
        raise InputError(f"{where}: an answer on the route {row['route']!r}.", remedy=remedy)
    if row.get("opening") not in (None, *_OPENINGS):
        raise InputError(f"{where}: opening {row['opening']!r}.", remedy=f"It is one of {', '.join(_OPENINGS)}.")
    return BankMessage(
        id=str(row.get("id") or where),
        turns=tuple(turns),
        route=row["route"],
        answers=tuple(map(str, answers)),
        near=str(row.get("near") or ""),
        voice=str(row.get("voice") or ""),
        writer=str(row.get("writer") or ""),
        statements=tuple(map(str, row.get("statements") or ())),
        gap=str(row.get("gap") or ""),
        opening=row.get("opening"),
    )

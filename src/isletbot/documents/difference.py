"""How a draft differs from what is served, statement by statement, and what rests on the words that change."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from isletbot.corpus import Corpus
from isletbot.curation.coverage import QuotingAnswer
from isletbot.curation.sources import find_touched, read_statements
from isletbot.documents.corpus_folder import CorpusFolder
from isletbot.errors import UserError

_FACT = re.compile(r"[A-Z]+\d+(?:\.\d+)*")
"""Matches `B1.3` and `B7` in `B1.3, B7 P5`."""


@dataclass(frozen=True, slots=True)
class StatementChange:
    anchor: str
    before: str
    """Empty for a new statement."""
    after: str
    """Empty for one that is gone."""


@dataclass(frozen=True, slots=True)
class DraftDifference:
    changes: tuple[StatementChange, ...]
    answers: tuple[str, ...]
    """Ids of the approved answers that quote a statement which changes or goes; they are withheld until reviewed."""
    staff_answers: tuple[QuotingAnswer, ...] = ()
    """The live answers of staff that rest on such a statement; they leave when the draft is approved."""
    cases: tuple[str, ...] = ()
    """`file: id` of the cases of the evaluation that ask about a statement which changes or goes."""


def compare_draft(
    folder: CorpusFolder, source_id: str, corpus: Corpus | None, evals: Path, written: Sequence[QuotingAnswer] = ()
) -> DraftDifference:
    """`written` are the live answers of staff. Raises UserError where there is no draft."""
    draft, served = folder.draft(source_id), folder.served(source_id)
    if not draft.is_file():
        known = ", ".join(folder.list_drafts()) or "none"
        raise UserError(f"There is no draft of {source_id[:80]!r}. There are: {known}.")
    before = served.read_text("utf-8") if served.is_file() else ""
    after = draft.read_text("utf-8")
    touched = find_touched(before, after)
    old, new = read_statements(before), read_statements(after)
    anchors = (*touched.changed, *touched.gone, *touched.new)
    changes = tuple(StatementChange(name, old.get(name, ""), new.get(name, "")) for name in anchors)
    names = frozenset(f"{source_id}#{anchor}" for anchor in (*touched.changed, *touched.gone))
    if corpus is None or not names:
        return DraftDifference(changes, ())
    keys = frozenset(passage.key for passage in corpus.passages if passage.statement in names)
    return DraftDifference(
        changes,
        tuple(_find_answers(corpus, keys)),
        tuple(answer for answer in written if keys & answer.keys),
        tuple(_find_cases(evals, source_id, names, corpus.coverage)),
    )


def _find_answers(corpus: Corpus, keys: frozenset[str]) -> Iterator[str]:
    for answer in corpus.answers:
        if any(quote.key in keys for sentence in answer.sentences for quote in sentence.quotes):
            yield answer.id


def _find_cases(
    evals: Path, source_id: str, names: frozenset[str], facts: Mapping[str, Sequence[str]]
) -> Iterator[str]:
    """Cases that cite the source; where they say which facts they were written from, only those of these statements."""
    for path in sorted(evals.glob("*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            if f'"{source_id}"' not in line:
                continue
            case = _read_case(line)
            basis = _FACT.findall(str(case.get("basis") or ""))
            held = {name for fact in basis for name in _find_holders(fact, facts)}
            if source_id in (case.get("cite") or ()) and (not held or held & names):
                yield f"{path.name}: {case.get('id', '')}"


def _find_holders(fact: str, facts: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """`B7` names all of B7.1, B7.2 and so on."""
    for known, statements in facts.items():
        if known == fact or known.startswith(f"{fact}."):
            yield from statements


def _read_case(line: str) -> Mapping[str, Any]:
    try:
        case = json.loads(line)
    except ValueError:
        return {}
    return case if isinstance(case, dict) else {}

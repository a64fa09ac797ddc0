"""Serves the approved answers of the corpus together with those of staff, as they are approved or fall."""

from __future__ import annotations

import json
import logging
import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from threading import Lock

import numpy as np

from isletbot.curation.staff_answers import AnswerVersion, StaffAnswers, find_fault
from isletbot.errors import IsletbotError
from isletbot.ingestion.answer_lines import Verify, check_lines, read_line
from isletbot.ports import ApprovedAnswers, Clock, Embeddings, PassageIndex, Vectors
from isletbot.storage.answer_search import AnswerSearch
from isletbot.types import ApprovedAnswer, NearAnswer, Passage

_log = logging.getLogger(__name__)
_REFRESH_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class AnswerContext:
    """What approved answers are checked against."""

    index: PassageIndex
    embeddings: Embeddings
    verify: Verify
    clock: Clock

    def statements(self) -> Mapping[str, Passage]:
        """Returns the statements of approved sources by name."""
        return {passage.statement: passage for passage in self.index.everything()}


@dataclass(frozen=True, slots=True)
class _Served:
    versions: tuple[AnswerVersion, ...]
    search: AnswerSearch


class LiveAnswers:
    """Checks on use, at most every two seconds, whether an answer was approved or must go; that caller waits."""

    def __init__(
        self,
        corpus: ApprovedAnswers,
        store: StaffAnswers,
        context: AnswerContext,
        unpublish: Callable[[AnswerVersion, str], object],
        cases_path: Path | None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._corpus, self._store, self._context = corpus, store, context
        self._unpublish, self._cases_path, self._clock = unpublish, cases_path, clock
        self._vectors: dict[str, Vectors] = {}
        self._read: tuple[int, str] = (-1, "")
        self._now = _Served((), self._search(()))
        self._refreshed_at = 0.0
        self._lock = Lock()
        self.refresh()

    def nearest(self, vector: Vectors, limit: int, today: date) -> tuple[NearAnswer, ...]:
        if self._clock() - self._refreshed_at > _REFRESH_SECONDS and self._lock.acquire(blocking=False):
            try:
                self._refresh()
            finally:
                self._lock.release()
        return merge_nearest((self._corpus, self._now.search), vector, limit, today)

    @property
    def answers(self) -> tuple[ApprovedAnswer, ...]:
        return (*self._corpus.answers, *self._now.search.answers)

    def find_listed(self, text: str, today: date) -> ApprovedAnswer | None:
        """What staff approved for these words wins over what ships with the corpus."""
        return self._now.search.find_listed(text, today) or self._corpus.find_listed(text, today)

    def holds_listed(self, text: str, today: date) -> bool:
        """Whether staff's answers of the last check list the text; asks no records."""
        return self._now.search.find_listed(text, today) is not None

    def refresh(self) -> None:
        """Checks now, for a caller that has just changed something."""
        with self._lock:
            self._refresh()

    def with_draft(self, draft: ApprovedAnswer) -> ApprovedAnswers:
        """Returns the served answers with this draft in the place of the answer it would replace."""
        others = [answer for answer in self._now.search.answers if answer.id != draft.id]
        return _DraftAmong(self._corpus, self._search((*others, draft)))

    def asked_by_others(self, answer_id: str) -> Mapping[str, str]:
        """Maps each way of asking for another served answer of staff, in lower case, to that answer's id."""
        others = (answer for answer in self._now.search.answers if answer.id != answer_id)
        return {ask.lower(): answer.id for answer in others for ask in answer.asks}

    def find_shipped(self, text: str) -> ApprovedAnswer | None:
        """Returns the answer of the corpus that lists the text as a way of asking for it."""
        return self._corpus.find_listed(text, self._context.clock.today())

    def _refresh(self) -> None:
        """Keeps serving the known answers when the records cannot be read, and still drops one whose quotes no longer
        stand."""
        versions, anew = self._now.versions, False
        try:
            read = (self._store.count_changes(), self._context.index.version)
            if anew := read != self._read:
                versions, self._read = self._store.list_live(), read
        except IsletbotError as error:
            anew = False
            _log.error("approved answers of staff cannot be read: %s", error)
        self._serve(versions, anew)
        self._refreshed_at = self._clock()

    def _serve(self, versions: Sequence[AnswerVersion], anew: bool) -> None:
        standing = self._context.statements()
        faults = {version.answer_id: self._find_fault(version, standing, anew) for version in versions}
        served = tuple(version for version in versions if not faults[version.answer_id])
        if anew or served != self._now.versions:
            search = self._search([make_answer(version, standing, self._context.verify) for version in served])
            self._now = _Served(served, search)  # one assignment: no question sees half of it
        for version in versions:
            if why := faults[version.answer_id]:
                _log.warning("approved answer %s is served no more: %s", version.answer_id, why)
                self._let_go(version, why)
        if anew or served != tuple(versions):
            self._write_cases({version.answer_id for version in served})

    def _find_fault(self, version: AnswerVersion, standing: Mapping[str, Passage], anew: bool) -> str:
        sources = {source.id for source in self._context.index.sources}
        named = list_statements(version)
        if fault := find_fault(version, standing, sources, named, self._context.clock.today()):
            return fault
        if anew:
            for finding in check_lines(version.wording.say, standing, self._context.verify):
                if finding.outcome != "supported":
                    return f"It does not pass verification any more: {finding.reason.text}."
        return ""

    def _let_go(self, version: AnswerVersion, why: str) -> None:
        try:
            self._unpublish(version, why)
        except IsletbotError as error:  # it is out of the replies all the same; written down at the next look
            _log.error("it could not be written down: %s", error)

    def _search(self, answers: Sequence[ApprovedAnswer]) -> AnswerSearch:
        asks = [ask for answer in answers for ask in answer.asks]
        new = [ask for ask in dict.fromkeys(asks) if ask not in self._vectors]
        if new:
            self._vectors |= dict(zip(new, self._context.embeddings.embed(new), strict=True))
        vectors = [self._vectors[ask] for ask in asks]
        return AnswerSearch(answers, np.array(vectors) if vectors else np.empty((0, 1), dtype=np.float32))

    def _write_cases(self, served: set[str]) -> None:
        """Writes the regression cases of the served answers to a file that `isletbot eval run` can read."""
        if self._cases_path is None:
            return
        try:
            cases = [case for case in self._store.list_cases() if case["group"] in served]
            if not cases:
                self._cases_path.unlink(missing_ok=True)
                return
            self._cases_path.parent.mkdir(parents=True, exist_ok=True)
            written = self._cases_path.with_suffix(f".{os.getpid()}.part")
            written.write_text("".join(json.dumps(case, ensure_ascii=False) + "\n" for case in cases), "utf-8")
            written.replace(self._cases_path)
        except (OSError, IsletbotError) as error:
            _log.error("%s cannot be written: %s", self._cases_path, error)


@dataclass(frozen=True, slots=True)
class _DraftAmong:
    corpus: ApprovedAnswers
    staff: AnswerSearch

    @property
    def answers(self) -> tuple[ApprovedAnswer, ...]:
        return (*self.corpus.answers, *self.staff.answers)

    def nearest(self, vector: Vectors, limit: int, today: date) -> tuple[NearAnswer, ...]:
        return merge_nearest((self.corpus, self.staff), vector, limit, today)

    def find_listed(self, text: str, today: date) -> ApprovedAnswer | None:
        return self.staff.find_listed(text, today) or self.corpus.find_listed(text, today)


def merge_nearest(kept: Sequence[ApprovedAnswers], vector: Vectors, limit: int, today: date) -> tuple[NearAnswer, ...]:
    """Merges the nearest answers of several collections, best first."""
    near = [found for answers in kept for found in answers.nearest(vector, limit, today)]
    return tuple(sorted(near, key=lambda found: -found.similarities[0])[:limit])


def list_statements(version: AnswerVersion) -> tuple[str, ...]:
    """Lists the names of the statements that the answer quotes."""
    lines = (read_line(number, value) for number, value in enumerate(version.wording.say))
    return tuple(dict.fromkeys(name for line in lines if line for name, _ in line.quotes))


def make_answer(version: AnswerVersion, standing: Mapping[str, Passage], verify: Verify) -> ApprovedAnswer:
    """Builds the answer for the composer, with its quotes located in the current statements."""
    found = check_lines(version.wording.say, standing, verify)
    return ApprovedAnswer(
        id=version.answer_id,
        asks=version.wording.asks,
        sentences=tuple(finding.sentence for finding in found),
        owner=version.wording.owner,
        approved_by=version.approved_by,
        reviewed=(version.approved_at or version.written_at).date(),
        review_due=version.wording.review_due,
        expires=version.wording.expires,
    )

"""Serves the example messages of the question bank together with those that staff judged."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from threading import Lock

import numpy as np

from isletbot.answering.text import bare_words
from isletbot.answering.votes import JUDGED_BY_STAFF, measure_nearness
from isletbot.corpus import Example
from isletbot.curation.lessons import Lesson, Lessons
from isletbot.errors import IsletbotError
from isletbot.live.answers import AnswerContext
from isletbot.messages import join_turns
from isletbot.ports import ApprovedAnswers, Examples, Hits, Vectors
from isletbot.storage.example_search import ExampleSearch
from isletbot.types import ApprovedAnswer

_log = logging.getLogger(__name__)
_REFRESH_SECONDS = 2.0


class LiveExamples:
    """Checks on use, at most every two seconds, whether a case was added or an answer came or left."""

    def __init__(
        self,
        bank: Examples,
        lessons: Lessons,
        answers: ApprovedAnswers,
        context: AnswerContext,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._bank, self._lessons, self._answers = bank, lessons, answers
        self._context, self._clock = context, clock
        self._changes, self._told = -1, tuple[Lesson, ...]()
        self._served: tuple[ApprovedAnswer, ...] = ()
        self._vectors: dict[str, Vectors] = {}
        self._now = ExampleSearch((), np.empty((0, 1), dtype=np.float32))
        self._refreshed_at = 0.0
        self._lock = Lock()
        self.refresh()

    def nearest(self, vector: Vectors, limit: int, personal: bool = False) -> Hits:
        self._refresh_in_time()
        return _merge((*self._bank.nearest(vector, limit, personal), *self._now.nearest(vector, limit)), limit)

    def nearest_of_each(self, vector: Vectors, limit: int, personal: bool = False) -> tuple[Hits, Hits]:
        self._refresh_in_time()
        bank, now = self._bank.nearest_of_each(vector, limit, personal), self._now.nearest_of_each(vector, limit)
        answered, unanswered = (_merge((*ours, *theirs), limit) for ours, theirs in zip(bank, now, strict=True))
        return answered, unanswered

    def asking(self, vector: Vectors, answer: str) -> Hits:
        """Those of the bank: of what staff judged nobody said how the reply begins, and which sentences belong."""
        return self._bank.asking(vector, answer)

    def _refresh_in_time(self) -> None:
        if self._clock() - self._refreshed_at > _REFRESH_SECONDS and self._lock.acquire(blocking=False):
            try:
                self._refresh()
            finally:
                self._lock.release()

    def refresh(self) -> None:
        """Checks now; waits for a check that another thread has begun."""
        with self._lock:
            self._refresh()

    def _refresh(self) -> None:
        """Keeps the known examples when the records cannot be read."""
        told, changes = self._told, self._changes
        try:
            changes = self._lessons.count_changes()
            if changes != self._changes:
                told = self._lessons.list_lessons()
        except IsletbotError as error:
            changes = self._changes
            _log.error("what staff judged cannot be read: %s", error)
        today = self._context.clock.today()
        served = tuple(answer for answer in self._answers.answers if answer.expires >= today)
        if told != self._told or served != self._served:
            self._now = self._search(make_examples(told, served))  # one assignment: no question sees half of it
        self._told, self._changes, self._served = told, changes, served
        self._refreshed_at = self._clock()

    def _search(self, examples: Sequence[Example]) -> ExampleSearch:
        texts = [example.text for example in examples]
        if new := [text for text in dict.fromkeys(texts) if text not in self._vectors]:
            self._vectors |= dict(zip(new, self._context.embeddings.embed(new), strict=True))
        self._vectors = {text: self._vectors[text] for text in texts}
        vectors = list(self._vectors.values())
        return ExampleSearch(examples, np.array(vectors) if vectors else np.empty((0, 1), dtype=np.float32))


def make_examples(lessons: Sequence[Lesson], served: Sequence[ApprovedAnswer]) -> tuple[Example, ...]:
    """Makes an example of the newest case of each text. Leaves out a case whose answer is not served, and a case that
    contradicts a way of asking listed for a served answer."""
    ids = {answer.id for answer in served}
    listed = {bare_words(ask): answer.id for answer in served for ask in answer.asks}
    newest = {bare_words(lesson.text): lesson for lesson in lessons}
    examples = []
    for words, lesson in newest.items():
        answer_id = lesson.answer_id if lesson.kind == "answered" else ""
        known = lesson.kind == "not_in_corpus" or answer_id in ids
        if known and listed.get(words, answer_id) == answer_id:
            answers = (answer_id,) if answer_id else ()
            examples.append(Example(join_turns(lesson.text, ""), answers, JUDGED_BY_STAFF))
    return tuple(examples)


def _merge(hits: Hits, limit: int) -> Hits:
    return tuple(sorted(hits, key=lambda hit: -measure_nearness(hit))[:limit])

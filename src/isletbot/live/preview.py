"""Shows staff how the bot would answer with a draft of an approved answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from isletbot.answering.composers.explain import explain_answers
from isletbot.answering.graph import Bot, find_candidates
from isletbot.answering.judge import judge_evidence
from isletbot.answering.line import Line
from isletbot.answering.text import stem, tokenise
from isletbot.console.answer_editor import Preview
from isletbot.curation.staff_answers import AnswerVersion
from isletbot.live.answers import AnswerContext, LiveAnswers, make_answer
from isletbot.types import Passage

_NEAR = 5
"""Statements to try for a sentence that names none."""
_WORD = 4
"""Shortest word, in letters, that a regression case may look for in a reply."""


@dataclass(frozen=True, slots=True)
class DraftPreview:
    line: Line
    answers: LiveAnswers
    context: AnswerContext

    def find_near(self, text: str) -> Sequence[Passage]:
        [vector] = self.line.embeddings.embed([text])
        return self.line.index.passages([hit.key for hit in self.line.index.search_dense(vector, _NEAR)])

    def run_trial(self, question: str, version: AnswerVersion | None) -> Preview:
        tried = self.line
        if version:
            draft = make_answer(version, self.context.statements(), self.context.verify)
            tried = replace(tried, answers=self.answers.with_draft(draft))
        answer = Bot(tried).ask(question)
        query = answer.trace.query
        if query is None:
            return Preview(answer, ())
        found = find_candidates(tried, query, tried.embeddings)
        judged = judge_evidence(found, tried.embeddings, tried.judge, tried.lexicon)
        return Preview(answer, explain_answers(judged, tried.composers))

    def key_words(self, text: str) -> Sequence[str]:
        """Lists the words of a text that tell it from others, the rarest in the corpus first."""
        words = [word for word in dict.fromkeys(tokenise(text)) if word.isalpha() and len(word) >= _WORD]
        return sorted(words, key=lambda word: -self.line.lexicon.weight(stem(word)))

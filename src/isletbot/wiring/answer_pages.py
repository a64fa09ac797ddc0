"""The console's pages about answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from isletbot.answering.composers.explain import explain_answers
from isletbot.answering.graph import Bot, find_candidates
from isletbot.answering.judge import judge_evidence
from isletbot.answering.text import stem, tokenise
from isletbot.console.answer_editor import AnswerEditor, Preview
from isletbot.console.answer_pages import AnswerPages, make_answer_pages
from isletbot.console.answer_preview import PreviewPages, make_preview_pages
from isletbot.console.ask_pages import AskPages, make_ask_pages
from isletbot.console.routing import PageRouter
from isletbot.console.sentence_editor import SentenceEditor
from isletbot.curation.staff_answers import AnswerVersion
from isletbot.types import Passage
from isletbot.wiring.live_answers import make_answer
from isletbot.wiring.staff_answers import StaffAnswersOpen

_NEAR = 5
"""Statements that are tried for a sentence without one."""
_WORD = 4
"""Letters from which a word may tell a reply."""


def make_pages_of_answers(opened: StaffAnswersOpen) -> Sequence[PageRouter]:
    line, grounds = opened.line, opened.grounds

    def find(text: str) -> Sequence[Passage]:
        [vector] = line.embeddings.embed([text])
        return line.index.passages([hit.key for hit in line.index.search_dense(vector, _NEAR)])

    def run_trial(question: str, version: AnswerVersion | None) -> Preview:
        tried = line
        if version:
            draft = make_answer(version, grounds.standing(), grounds.verify)
            tried = replace(line, answers=opened.live.with_draft(draft))
        answer = Bot(tried).ask(question)
        query = answer.trace.query
        if query is None:
            return Preview(answer, ())
        found = find_candidates(tried, query, tried.embeddings)
        judged = judge_evidence(found, tried.embeddings, tried.judge, tried.lexicon)
        return Preview(answer, explain_answers(judged, tried.composers))

    def key_words(text: str) -> Sequence[str]:
        words = [word for word in dict.fromkeys(tokenise(text)) if word.isalpha() and len(word) >= _WORD]
        return sorted(words, key=lambda word: -line.lexicon.weight(stem(word)))

    sentences = SentenceEditor(line.index, grounds.verify, find)
    desk = AnswerEditor(
        store=opened.store,
        served=opened.live,
        sentences=sentences,
        key_words=key_words,
        preview=run_trial,
        today=line.clock.today,
        cases_file=opened.cases_file,
    )
    return (
        make_ask_pages(AskPages(Bot(line), sentences, line.say, line.clock.today)),
        make_preview_pages(PreviewPages(desk)),
        make_answer_pages(AnswerPages(desk)),
    )

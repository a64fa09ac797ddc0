"""Builds the console's pages about answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from isletbot.answering.composers.explain import explain_answers
from isletbot.answering.graph import Bot, find_candidates
from isletbot.answering.judge import judge_evidence
from isletbot.answering.text import stem, tokenise
from isletbot.console.answer_desk import AnswerDesk, Trial
from isletbot.console.answer_pages import AnswerPages, make_answer_pages
from isletbot.console.ask_pages import AskPages, make_ask_pages
from isletbot.console.pages import Pages
from isletbot.console.sentences import SentenceDesk
from isletbot.console.trial_box import TrialBox, make_trial_pages
from isletbot.curation.staff_answers import Version
from isletbot.types import Passage
from isletbot.wiring.live_answers import make_answer
from isletbot.wiring.staff_answers import StaffAnswersOpen

_NEAR = 5
"""Statements to try for a sentence that names none."""
_WORD = 4
"""Shortest word, in letters, that a regression case may look for in a reply."""


def make_pages_of_answers(opened: StaffAnswersOpen) -> Sequence[Pages]:
    line, context = opened.line, opened.context

    def find(text: str) -> Sequence[Passage]:
        [vector] = line.embeddings.embed([text])
        return line.index.passages([hit.key for hit in line.index.search_dense(vector, _NEAR)])

    def run_trial(question: str, version: Version | None) -> Trial:
        tried = line
        if version:
            draft = make_answer(version, context.statements(), context.verify)
            tried = replace(line, answers=opened.live.with_draft(draft))
        answer = Bot(tried).ask(question)
        query = answer.trace.query
        if query is None:
            return Trial(answer, ())
        found = find_candidates(tried, query, tried.embeddings)
        judged = judge_evidence(found, tried.embeddings, tried.judge, tried.lexicon)
        return Trial(answer, explain_answers(judged, tried.composers))

    def key_words(text: str) -> Sequence[str]:
        words = [word for word in dict.fromkeys(tokenise(text)) if word.isalpha() and len(word) >= _WORD]
        return sorted(words, key=lambda word: -line.lexicon.weight(stem(word)))

    sentences = SentenceDesk(line.index, context.verify, find)
    desk = AnswerDesk(
        store=opened.store,
        live=opened.live,
        sentences=sentences,
        key_words=key_words,
        run_trial=run_trial,
        today=line.clock.today,
        cases_file=opened.cases_file,
    )
    return (
        make_ask_pages(AskPages(Bot(line), sentences, line.say, line.clock.today)),
        make_trial_pages(TrialBox(desk)),
        make_answer_pages(AnswerPages(desk)),
    )

"""The composer that lets a chat model word the answer. Each sentence is checked as soon as it is finished, and only
what holds is released; whatever the model does, the composer after it goes on from there."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import closing

from isletbot.answering.chat_model.conduct import find_misconduct
from isletbot.answering.chat_model.extract import find_departure
from isletbot.answering.chat_model.parse import Cited, Rambling, Written, cut_sentences, find_quote, read_sentence
from isletbot.answering.chat_model.prompt import Fitting, Offer, make_offer
from isletbot.answering.text import normalise
from isletbot.errors import ChatTrouble
from isletbot.finding_reasons import Reason
from isletbot.ports import ChatModel, Reply, Writing
from isletbot.types import Composer, Draft, Evidence, Finding, Part, Query, Quote, Sentence

log = logging.getLogger(__name__)
MOST_SENTENCES = 3
"""Sentences for one part; the rest would be more than was asked."""
_MOST_REFUSED = 6
"""Unusable lines of one call after which no more are read."""
_SHOWN = 200
"""Characters kept of a line that was dropped."""


class ModelComposer:
    name: Composer = "model"

    def __init__(self, chat: ChatModel, ask: Callable[..., str], find_fitting: Fitting) -> None:
        """`ask` fills a text of `prompts/compose/` by its path; `find_fitting` gives the passages shown for a part."""
        self._chat = chat
        self._ask = ask
        self._find_fitting = find_fitting

    def compose(self, query: Query, evidence: Evidence, begun: Draft, reply: Reply) -> Draft:
        offer = make_offer(query, evidence, begun.unanswered, self._find_fitting)
        progress = _Progress(begun, reply)
        declined, tokens = "no passage answers the question", None
        if offer.parts:
            writing = self._chat.begin(lambda: reply.cancelled)
            declined = self._write(offer, progress, writing)
            tokens = writing.tokens
            log.info("chat model: %d tokens sent, %d written%s", *tokens, f"; {declined}" if declined else "")
        return Draft(
            composer=begun.composer if begun.sentences or not progress.kept else "model",
            sentences=(*begun.sentences, *progress.kept),
            suggestions=begun.suggestions,
            declined=declined,
            unanswered=progress.unanswered,
            dropped=(*begun.dropped, *progress.dropped),
            chat_tokens=tokens,
        )

    def _write(self, offer: Offer, progress: _Progress, writing: Writing) -> str:
        """Asks, and asks once more where nothing held. Returns why the model has not answered, or not to the end."""
        system = self._ask("compose/system", sentences=str(MOST_SENTENCES))
        user = self._ask("compose/question", questions=offer.questions, passages=offer.shown)
        problem = _read(writing, system, user, offer, progress)
        left = offer.only([part for part in progress.unanswered if part not in progress.declined])
        if left.parts and progress.dropped and not problem:
            refused = "\n".join(f"- {finding.sentence.text}\n  {finding.reason.text}" for finding in progress.dropped)
            user = self._ask("compose/repair", questions=left.questions, passages=left.shown, refused=refused)
            problem = _read(writing, system, user, left, progress)
        if problem or progress.kept:
            return problem
        return "it says that the passages do not answer" if progress.declined else "nothing it wrote held"


def _read(writing: Writing, system: str, user: str, offer: Offer, progress: _Progress) -> str:
    """One call; ends it when enough was read. Returns what went wrong."""
    refused = len(progress.dropped)
    try:
        with closing(writing.stream(system, user)) as chunks:
            for piece in cut_sentences(chunks):
                progress.take(read_sentence(piece), offer)
                if len(progress.dropped) - refused >= _MOST_REFUSED:
                    return f"not read further after {_MOST_REFUSED} lines that did not hold"
                if progress.is_full:
                    return ""
    except ChatTrouble as trouble:
        return str(trouble)
    except Rambling:
        return "not read further: a line without an end"
    return ""


class _Progress:
    """What one reply has come to so far."""

    def __init__(self, begun: Draft, reply: Reply) -> None:
        self._reply = reply
        self._said = {normalise(sentence.text) for sentence in begun.sentences}
        self._asked = begun.unanswered
        self._answered: set[Part] = set()
        self.kept: list[Sentence] = []
        self.dropped: list[Finding] = []
        self.declined: set[Part] = set()

    @property
    def unanswered(self) -> tuple[Part, ...]:
        return tuple(part for part in self._asked if part not in self._answered)

    @property
    def is_full(self) -> bool:
        return len(self.kept) >= MOST_SENTENCES * len(self._asked)

    def take(self, written: Written, offer: Offer) -> None:
        """Release a sentence, or drop it with the reason."""
        if written.declines:
            letters = {written.part} if written.part else {offered.letter for offered in offer.parts}
            self.declined |= {offered.part for offered in offer.parts if offered.letter in letters}
            return
        finding = self._judge(written, offer)
        if finding.outcome != "supported":
            self.dropped.append(finding)
            return
        self._said.add(normalise(written.text))
        self.kept.append(finding.sentence)
        keys = [quote.key for quote in finding.sentence.quotes]
        if part := offer.answered_by(keys, written.part):
            self._answered.add(part)

    def _judge(self, written: Written, offer: Offer) -> Finding:
        quotes = [_quote(cited, offer) for cited in written.cited]
        sentence = Sentence(written.text, tuple(quote for quote in quotes if isinstance(quote, Quote)))
        problem = (
            (not written.cited and "no citation")
            or find_misconduct(written.text)
            or next((quote for quote in quotes if isinstance(quote, str)), "")
            or (normalise(written.text) in self._said and "said already")
            or find_departure(written.text, [quote.text for quote in sentence.quotes])
        )
        if problem:
            return Finding(
                Sentence(written.text[:_SHOWN], sentence.quotes),
                "unsupported",
                Reason("refused_from_chat_model", problem),
            )
        return self._reply.release(sentence)


def _quote(cited: Cited, offer: Offer) -> Quote | str:
    """The exact words a citation stands for, or what is wrong with it."""
    passage = offer.passages.get(cited.key)
    if passage is None:
        return f"key {cited.key!r} was not given"
    return find_quote(passage, cited.words) or f"quote does not stand in passage {passage.key!r}"

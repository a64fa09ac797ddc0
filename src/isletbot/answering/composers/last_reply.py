"""Says what the last reply said, as the person asks for it now."""

from __future__ import annotations

from calendar import month_name
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from isletbot.answering.composers.quotes import QuotesComposer
from isletbot.answering.composers.say_plan import Plan, say_plan
from isletbot.answering.glossary import Lexicon
from isletbot.answering.recall import ReplyIntent
from isletbot.answering.verification.figures import read_ledger
from isletbot.answering.verification.signed import without_opening
from isletbot.dates import write_date
from isletbot.ports import Reply
from isletbot.types import Composer, Draft, Evidence, Passage, Query, Quote, Sentence, Source

MOST_MORE = 3
"""Statements that `more` adds."""
_NAMES = frozenset(("type", "phase", "part", "level"))
"""What a number after it only names: type 1, phase 3."""
_MONTHS = frozenset(map(str.lower, month_name[1:]))
_ONE = ("1", "")


@dataclass(frozen=True, slots=True)
class Said:
    """Holds sentences, and texts of the house that go before them."""

    sentences: Sequence[Sentence]
    leads: tuple[str, ...] = ()


class LastReplyComposer:
    """Answers what a person asks of the last reply; the line asks it first, and only then."""

    name: Composer = "quotes"

    def __init__(self, intent: ReplyIntent, say: Callable[..., str], lexicon: Lexicon) -> None:
        self._intent = intent
        self.say = say
        self._adds_nothing = QuotesComposer(lexicon, least=1.0).adds_nothing

    def compose(self, query: Query, evidence: Evidence, begun: Draft, reply: Reply) -> Draft:
        said = self._follow(evidence)
        sentences = _keep_company(said.sentences, self._intent.said.sentences, evidence)
        signed = {one for found in evidence.found for near in found.approved for one in near.answer.wordings}
        bare = [without_opening(one) for one in sentences]
        return Draft(
            composer="approved" if bare and signed.issuperset(bare) else "quotes",
            sentences=sentences,
            suggestions=begun.suggestions,
            declined="" if sentences else "nothing of the last reply is served any more",
            unanswered=() if sentences else begun.unanswered,
            leads=said.leads,
        )

    def _follow(self, evidence: Evidence) -> Said:
        match self._intent.name:
            case "shorter":
                return self._shorten()
            case "plainer":
                return self._simplify(evidence)
            case "figures":
                return self._list_figures(evidence)
            case "more":
                return self._add_more(evidence)
            case "sure":
                return self._quote_sources(evidence) if self._intent.number else self._quote(evidence)
            case "source":
                return self._quote_sources(evidence)
            case "source_date":
                return self._date_sources(evidence)

    def _shorten(self) -> Said:
        first, *rest = self._intent.said.sentences
        return Said((first,), () if rest else (self.say("no-shorter"),))

    def _simplify(self, evidence: Evidence) -> Said:
        statements = self._drop_repeated(self._list_quoted(evidence))
        sentences = say_plan(Plan(statements=statements), {})
        known = {sentence.text for sentence in self._intent.said.sentences}
        if known.issuperset(sentence.text for sentence in sentences):
            return Said(self._intent.said.sentences, (self.say("no-plainer"),))
        return Said(sentences)

    def _list_figures(self, evidence: Evidence) -> Said:
        plain = say_plan(Plan(statements=self._list_quoted(evidence)), {})
        for sentences in (self._intent.said.sentences, plain):
            if counted := [sentence for sentence in sentences if has_figures(sentence.text)]:
                return Said(counted)
        return Said(self._intent.said.sentences, (self.say("no-figures"),))

    def _add_more(self, evidence: Evidence) -> Said:
        """Takes what the reply left out of its approved answer, else what is nearest to the reply, in the order of the
        source."""
        if left_out := self._list_left_out(evidence):
            return Said(left_out)
        quoted = self._list_quoted(evidence)
        sections = {(passage.source.id, passage.heading) for passage in quoted}
        near = (scored.passage for found in evidence.found for scored in found.passages)
        beside = [
            passage
            for passage in dict.fromkeys((*near, *evidence.related))
            if (passage.source.id, passage.heading) in sections and not passage.corrected_by
        ]
        heard = [passage for passage in beside if passage.key in self._intent.heard]
        unheard = (passage for passage in beside if passage.key not in self._intent.heard)
        new = self._drop_repeated(unheard, heard)
        if not new:
            return Said(self._intent.said.sentences, (self.say("no-more"),))
        order = [passage.source.id for passage in quoted]
        chosen = sorted(new[:MOST_MORE], key=lambda passage: (order.index(passage.source.id), passage.start))
        return Said(say_plan(Plan(statements=tuple(chosen)), {}))

    def _list_left_out(self, evidence: Evidence) -> list[Sentence]:
        """Lists the sentences of the answer that the reply took most of its own from, which rest on something new."""
        bare = {sentence.text.removeprefix(sentence.opening).lstrip() for sentence in self._intent.said.sentences}
        answers = [near.answer for found in evidence.found for near in found.approved]
        counts = [sum(one.text in bare for one in answer.wordings) for answer in answers]
        most = max(counts, default=0)
        sentences = answers[counts.index(most)].sentences if most else ()
        return [one for one in sentences if not self._intent.heard.issuperset(quote.key for quote in one.quotes)]

    def _quote(self, evidence: Evidence) -> Said:
        return Said(_say_exactly(self._list_quoted(evidence)), (self.say("exact-words"),))

    def _quote_sources(self, evidence: Evidence) -> Said:
        wanted = self._list_wanted(evidence)
        sources = "; ".join(f"“{source.title}” ({source.publisher})" for source in _list_sources(wanted))
        return Said(_say_exactly(wanted), (*self._miss_number(), self.say("from-source", sources=sources)))

    def _date_sources(self, evidence: Evidence) -> Said:
        wanted = self._list_wanted(evidence)
        keys = {passage.key for passage in wanted}
        dated = [
            self.say(
                "source-dates",
                title=source.title,
                publisher=source.publisher,
                published=write_date(source.published),
                as_of=write_date(source.as_of),
            )
            for source in _list_sources(wanted)
        ]
        again = [one for one in self._intent.said.sentences if keys.intersection(quote.key for quote in one.quotes)]
        return Said(again, (*self._miss_number(), *dated))

    def _drop_repeated(self, passages: Iterable[Passage], heard: Sequence[Passage] = ()) -> tuple[Passage, ...]:
        """Leaves out a passage that adds nothing to one before it or to one that was heard."""
        kept: list[Passage] = []
        for passage in passages:
            if not any(self._adds_nothing(passage, other) for other in (*heard, *kept)):
                kept.append(passage)
        return tuple(kept)

    def _list_quoted(self, evidence: Evidence) -> tuple[Passage, ...]:
        """Lists what the last reply rests on, in its order."""
        passages = (evidence.passage(key) for key in self._intent.said.keys)
        return tuple(passage for passage in passages if passage)

    def _list_wanted(self, evidence: Evidence) -> tuple[Passage, ...]:
        """Lists what was quoted of the source with the number asked for, or of every source where none has it."""
        quoted = self._list_quoted(evidence)
        wanted = self._intent.said.numbers.get(self._intent.number)
        return tuple(passage for passage in quoted if wanted in (None, passage.source.id))

    def _miss_number(self) -> tuple[str, ...]:
        number = self._intent.number
        return (self.say("no-such-source"),) if number and number not in self._intent.said.numbers else ()


def has_figures(text: str) -> bool:
    """Tells whether a sentence counts or measures something: a date, or a number in a name, is no such figure."""
    return any(
        unit not in _NAMES and unit.removesuffix(" of") not in _MONTHS and not _is_year(value) and (value, unit) != _ONE
        for value, unit in read_ledger(text).measures
    )


def _is_year(value: str) -> bool:
    return len(value) == 4 and value[:2] in ("19", "20")


def _say_exactly(passages: Iterable[Passage]) -> list[Sentence]:
    return [Sentence(one.text, (Quote(one.key, one.text, one.start, one.end),)) for one in passages]


def _list_sources(passages: Sequence[Passage]) -> list[Source]:
    return list(dict.fromkeys(passage.source for passage in passages))


def _keep_company(sentences: Sequence[Sentence], said: Sequence[Sentence], evidence: Evidence) -> tuple[Sentence, ...]:
    """Puts before a sentence that a stronger source corrects the sentence of the reply that does so."""
    kept: list[Sentence] = []
    chosen = {quote.key for sentence in sentences for quote in sentence.quotes}
    for sentence in sentences:
        for passage in (evidence.passage(quote.key) for quote in sentence.quotes):
            if passage and passage.corrected_by and not chosen.intersection(passage.corrected_by):
                able = (one for one in said if {quote.key for quote in one.quotes}.intersection(passage.corrected_by))
                kept.extend(one for one in list(able)[:1] if one not in kept)
        kept.append(sentence)
    return tuple(dict.fromkeys(kept))

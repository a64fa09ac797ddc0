"""Holds everything that the steps of the line need from outside: index, models, rules, composers, texts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from isletbot.answering.glossary import Lexicon
from isletbot.answering.judge import Judge
from isletbot.answering.message_classifier import MessageClassifier
from isletbot.answering.on_topic import measure_topicality
from isletbot.answering.question import Limits
from isletbot.answering.red_flags.rules import Rules
from isletbot.answering.reply_intents import ReplyIntents
from isletbot.answering.retrieve import Retrieval
from isletbot.answering.urgent_reply import UrgentReplies
from isletbot.ports import (
    ApprovedAnswers,
    Clock,
    DraftComposer,
    Embeddings,
    Entailment,
    PassageIndex,
    RouteClassifier,
    Vectors,
)
from isletbot.types import Opening


@dataclass(frozen=True, slots=True)
class Line:
    """Everything the steps need from outside; wiring fills it."""

    index: PassageIndex
    answers: ApprovedAnswers
    embeddings: Embeddings
    lexicon: Lexicon
    retrieval: Retrieval
    rulebook: Callable[[], Rules]
    """The rules of now: staff may change them while the server runs."""
    classifier: RouteClassifier
    urgent: float
    """Least probability of the urgent routes together that raises an alarm."""
    judge: Judge
    entailment: Entailment
    composers: tuple[DraftComposer, ...]
    say: Callable[..., str]
    starters: tuple[str, ...]
    openings: Mapping[Opening, str]
    clock: Clock
    limits: Limits
    versions: Mapping[str, str]
    reply_intents: ReplyIntents = field(default_factory=lambda: ReplyIntents({}))
    failures: Counter[str] = field(default_factory=Counter)
    """Steps that raised, by name, since this line was made."""
    traced: bool = False
    """Whether LangSmith's variables in the environment may have questions sent to it."""

    @property
    def rules(self) -> Rules:
        return self.rulebook()

    def corpus_as_of(self) -> date:
        return max((source.as_of for source in self.index.sources), default=date.min)


def make_classifier(line: Line, embeddings: Embeddings) -> MessageClassifier:
    """What triage reads the turns of one question with."""

    def measure(text: str, vector: Vectors) -> float:
        return measure_topicality(text, vector, line.judge.examples, line.lexicon)

    return MessageClassifier(line.classifier, embeddings, line.urgent, line.failures, measure)


def make_urgent_replies(line: Line, is_listed: Callable[[str], bool] | None = None) -> UrgentReplies:
    """`is_listed` replaces the line's own look-up, which may wait for the records."""
    return UrgentReplies(
        rules=lambda: line.rules,
        reader=MessageClassifier(line.classifier, line.embeddings, line.urgent, line.failures),
        is_listed=is_listed or (lambda text: line.answers.find_listed(text, line.clock.today()) is not None),
        limits=line.limits,
        say=line.say,
        today=line.clock.today,
        corpus_as_of=line.corpus_as_of,
        versions=line.versions,
    )

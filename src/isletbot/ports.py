"""What the line needs from outside, as Protocols. Implementations live in inference/ and storage/."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from isletbot.corpus import Caution, Example, Glossary
from isletbot.finding_reasons import Reason
from isletbot.types import (
    Answer,
    ApprovedAnswer,
    Citation,
    Composer,
    Draft,
    Evidence,
    Finding,
    Gap,
    NearAnswer,
    Outcome,
    Passage,
    Query,
    Question,
    Sentence,
    Source,
    Turn,
)

Vectors = NDArray[np.float32]


class Embeddings(Protocol):
    """Text to unit vectors."""

    @property
    def digest(self) -> str:
        """Hash of the weights: vectors of two digests are never mixed."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, shape (len(texts), dimensions), float32."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One passage as one of the two searches found it."""

    key: str
    score: float
    """Dense: inner product with the best of the passage's vectors, at most 1. Lexical: raw BM25, 0 or more."""


class PassageIndex(Protocol):
    """The approved passages of one index version."""

    @property
    def version(self) -> str: ...

    @property
    def sources(self) -> tuple[Source, ...]:
        """Approved sources only."""

    @property
    def cautions(self) -> tuple[Caution, ...]: ...

    @property
    def glossary(self) -> Glossary: ...

    @property
    def gaps(self) -> tuple[Gap, ...]: ...

    def source_text(self, source_id: str) -> str:
        """The digest that quotes are offsets into; empty for a source that is unknown or not approved."""

    def passages(self, keys: Sequence[str]) -> tuple[Passage, ...]:
        """Approved passages by key, in that order; unknown or unapproved keys are left out."""

    def everything(self) -> tuple[Passage, ...]:
        """Every approved passage."""

    def search_dense(self, vector: Vectors, limit: int) -> tuple[Hit, ...]:
        """Nearest approved passages, best first. `vector` has shape (dimensions,)."""

    def search_lexical(self, text: str, limit: int) -> tuple[Hit, ...]:
        """Approved passages by BM25, best first; those that share no word are left out."""


@dataclass(frozen=True, slots=True)
class ExampleHit:
    example: Example
    similarity: float
    """Cosine, at most 1."""


Hits = tuple[ExampleHit, ...]


class Examples(Protocol):
    """Messages whose answer is known, found by their vectors."""

    def nearest(self, vector: Vectors, limit: int, personal: bool = False) -> Hits:
        """Best first; with messages about somebody's own case where `personal`. `vector` has shape (dimensions,)."""

    def nearest_of_each(self, vector: Vectors, limit: int, personal: bool = False) -> tuple[Hits, Hits]:
        """As `nearest`, of those that something answers, and of those that nothing does."""

    def asking(self, vector: Vectors, answer: str) -> Hits:
        """All messages that ask for this answer and no other, best first."""


class RouteClassifier(Protocol):
    """The routes of a message, from its vector."""

    def classify(self, vector: Vectors) -> Mapping[str, float]:
        """Probability of each `MessageRoute`; they sum to 1. `vector` has shape (dimensions,)."""


class Relevance(Protocol):
    """Does a text answer a message? Knows no topic by name."""

    def score(self, message: str, texts: Sequence[str]) -> Sequence[float]:
        """0..1 for each text, calibrated."""


class ApprovedAnswers(Protocol):
    """Answers that people wrote and others approved, as they stand now; wherever they are kept."""

    @property
    def answers(self) -> tuple[ApprovedAnswer, ...]:
        """All of them, those that have expired too."""

    def nearest(self, vector: Vectors, limit: int, today: date) -> tuple[NearAnswer, ...]:
        """Those that may be served on this day, best first. `vector` has shape (dimensions,)."""

    def find_listed(self, text: str, today: date) -> ApprovedAnswer | None:
        """The answer that may be served on this day and lists the text, word for word, as a way of asking for it."""


class Clock(Protocol):
    def today(self) -> date: ...


@dataclass(frozen=True, slots=True)
class Judgement:
    outcome: Outcome
    reason: Reason
    score: float
    """0..1, how far the quotes support the sentence; 0.5 where nothing could be checked."""


class Entailment(Protocol):
    """Do quotes support a sentence?"""

    def judge(self, sentence: str, quotes: Sequence[str]) -> Judgement:
        """The same for the same words, whenever it is asked."""


class Listener(Protocol):
    """Whoever waits for the answer while it is being made. Called in the thread that asked."""

    def step(self, name: str) -> None:
        """A step of the line begins."""

    def sentence(self, sentence: Sentence, citations: tuple[Citation, ...]) -> None:
        """A verified sentence of the answer, numbered as the answer will number it."""

    @property
    def cancelled(self) -> bool: ...


class Reply(Protocol):
    """The reply under way, as a composer sees it that writes sentence by sentence."""

    def release(self, sentence: Sentence) -> Finding:
        """Verify a sentence; one that is supported goes to whoever listens, and cannot be taken back."""

    @property
    def cancelled(self) -> bool: ...


class DraftComposer(Protocol):
    """Writes a draft from the evidence, or declines."""

    @property
    def name(self) -> Composer: ...

    def compose(self, query: Query, evidence: Evidence, begun: Draft, reply: Reply) -> Draft:
        """The draft goes on from `begun`: its sentences first, then answers to the parts it leaves unanswered."""


class Writing(Protocol):
    """One reply under way at a chat model: one budget of time, tokens and money for all its calls."""

    def stream(self, system: str, user: str) -> Generator[str]:
        """What the model writes, as it comes; closing it ends the call. Raises ChatTrouble."""

    @property
    def tokens(self) -> tuple[int, int]:
        """Sent and written so far, counted by the model's server or estimated."""


class ChatModel(Protocol):
    """Words for sentences, from a language model. Nothing it writes is believed."""

    def begin(self, cancelled: Callable[[], bool], form: Mapping[str, object] | None = None) -> Writing:
        """`cancelled` tells, asked again and again, that nobody waits any more. `form` is a JSON schema to hold to."""


class Asks(Protocol):
    """What answers a question: the bot, or whatever stands in for it."""

    def ask(self, question: Question | str, history: Sequence[Turn] = ()) -> Answer: ...

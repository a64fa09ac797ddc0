"""The nouns, in the order a question meets them. Frozen and pure: no I/O, no framework, nothing of ours imported."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from isletbot.finding_reasons import Reason

Role = Literal["user", "assistant"]
Route = Literal["answer", "urgent", "personal", "unclear", "off_topic", "small_talk"]
Outcome = Literal["supported", "unsupported", "unchecked"]
Kind = Literal["answered", "not_in_corpus", "needs_clinician", "urgent", "out_of_scope", "small_talk"]
Opening = Literal["yes", "no", "not_yet", "unknown"]
"""How a reply to a yes/no question may begin; the words stand in `prompts/openings.yaml`."""
Composer = Literal["approved", "model", "quotes", "none"]
Status = Literal["approved", "draft", "withdrawn"]
QuoteOf = Literal["summary", "original"]
EvidenceTier = Literal[
    "primary_paper", "trial_record", "regulator", "professional_body", "company_release", "clinic_article", "news"
]


@dataclass(frozen=True, slots=True)
class Turn:
    role: Role
    content: str


@dataclass(frozen=True, slots=True)
class Question:
    text: str
    history: tuple[Turn, ...] = ()
    """Earlier turns, oldest first; the question itself is not among them."""
    typed: Question | None = None
    """The same as the person typed it, where reading its form has changed it: red flags are looked for in both."""

    def said_by(self, role: Role) -> tuple[str, ...]:
        """Earlier turns of one side, oldest first."""
        return tuple(turn.content for turn in self.history if turn.role == role)


@dataclass(frozen=True, slots=True)
class Triage:
    route: Route
    rule: str
    """Id of the rule that decided, for example `E1-unconscious`; `none` when no rule fired."""
    reason: str
    say: str = ""
    """Name of the text in `prompts/say/` that replies on this route; empty on the route `answer`."""
    facts: bool = False  # on the route `personal`: whether general facts may follow the referral
    choices: tuple[str, ...] = ()  # on the route `unclear`: what may have been meant
    asides: tuple[int, ...] = ()
    off_topic: tuple[str, ...] = ()
    small_talk: tuple[str, ...] = ()
    """Beside the topic: earlier turns of the person, by place, and parts of this message. The others are answered."""


@dataclass(frozen=True, slots=True)
class Part:
    """One of the separate questions in a question."""

    text: str
    leans_on: str = ""
    """What it takes from before, as words; empty when it stands alone."""
    message: str = ""
    """As the encoder reads it: the text with the person's turn before it. The text itself when left out."""
    terms: str = ""
    """As the lexical search reads it: names spelled right, with what it leans on. The text itself when left out."""
    off_topic: bool = False

    def __post_init__(self) -> None:
        for name in ("message", "terms"):
            if not getattr(self, name):
                object.__setattr__(self, name, self.text)

    def __str__(self) -> str:
        return f"{self.text} ({self.leans_on})" if self.leans_on else self.text


@dataclass(frozen=True, slots=True)
class Query:
    text: str
    parts: tuple[Part, ...]
    """At least one; each must be answered or the answer says less."""
    said: tuple[str, ...] = ()
    """What the bot has said in this conversation, oldest first: a follow-up wants something else, or a sum of it."""
    before: tuple[Turn, ...] = ()  # oldest first, for a chat model that plans


@dataclass(frozen=True, slots=True)
class Source:
    """A source card: the front matter of one digest, and the hash of the digest it was read from."""

    id: str
    title: str
    publisher: str
    evidence: EvidenceTier
    published: date
    as_of: date
    review_due: date
    url: str
    doi: str
    licence: str
    status: Status
    version: str
    """`sha256:` and the hex digest of the digest file's bytes; offsets of quotes point into that text."""
    quotes: QuoteOf = "summary"


@dataclass(frozen=True, slots=True)
class Passage:
    """One statement of one source."""

    key: str
    """Content hash of source id and text: the same words keep their key wherever they move."""
    source: Source
    statement: str
    """`source-id#anchor`, the name that cautions use."""
    heading: str
    text: str
    start: int
    end: int
    """Character offsets of `text` in the source version: `version_text[start:end] == text`."""
    asks: tuple[str, ...] = ()
    """Questions this statement answers. They help to find it and are offered as suggestions; never quoted."""
    misread: tuple[str, ...] = ()
    """Misreadings this statement sets right. They help to find it; never quoted, never suggested."""
    corrected_by: tuple[str, ...] = ()
    """Keys of stronger statements; this one is never said unless one of them is said with it."""
    say: str = ""
    """The statement as a person would say it, standing alone; empty where its own words do."""
    again: str = ""
    """The short form for when the statement before it speaks of the same thing; empty where there is none."""

    @property
    def plain(self) -> str:
        return self.say or self.text


@dataclass(frozen=True, slots=True)
class ScoredPassage:
    passage: Passage
    score: float
    """Fused relevance, 0..1."""
    dense: float
    """Similarity of the question to the statement and to the questions it answers, at most 1; for a passage that only
    the lexical search found, that of the farthest one the dense search found."""
    lexical: float
    """BM25, scaled to 0..1 within the query."""
    relevance: float | None = None
    """0..1, how sure the judge is that it answers; None while it was not judged."""


@dataclass(frozen=True, slots=True)
class Quote:
    """Exact words of one passage; offsets are characters in the passage's source version."""

    key: str
    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Sentence:
    text: str
    quotes: tuple[Quote, ...]
    opening: str = ""
    """Words of `text` that come first and say yes or no, for example `No.`; empty in most."""


@dataclass(frozen=True, slots=True)
class Proposition:
    """What somebody may ask about with yes or no, and how the answer to it begins."""

    opening: Opening
    text: str


@dataclass(frozen=True, slots=True)
class ApprovedAnswer:
    """An answer that one person wrote and another approved."""

    id: str
    asks: tuple[str, ...]
    """Ways of asking for it, the plainest first: that one is offered as a suggestion. Never quoted."""
    sentences: tuple[Sentence, ...]
    owner: str
    approved_by: str
    """Empty while nobody has approved it; it is not served then."""
    reviewed: date
    review_due: date
    expires: date
    """The last day it may be served; `date.max` when it has none."""
    propositions: tuple[Proposition, ...] = ()
    """What it affirms, denies or leaves open; only openings that stand here may go before it."""
    alone: tuple[tuple[int, Sentence], ...] = ()
    """(place, how that sentence is said without the one before it, on which it leans)."""

    @property
    def wordings(self) -> tuple[Sentence, ...]:
        """Everything a second person has approved."""
        return (*self.sentences, *(sentence for _, sentence in self.alone))


@dataclass(frozen=True, slots=True)
class NearAnswer:
    answer: ApprovedAnswer
    similarities: tuple[float, ...]
    """Cosine of the message and the nearest ways of asking for the answer, best first, at least one."""
    relevance: float = 0.0
    """0..1, how sure the judge is that it is the answer meant."""
    listed: bool = False  # whether the message is one of its listed ways of asking, word for word
    opening: Opening | None = None  # how the reply to this message begins, where the judge is sure
    said: tuple[Sentence, ...] = ()  # those of its sentences that are asked for; empty where all of them are said
    beside: bool = False  # whether names from elsewhere stand beside what the message asks


@dataclass(frozen=True, slots=True)
class Gap:
    """Something people ask for that no source gives."""

    id: str
    say: str
    """One sentence that names it: `My sources do not give the price.`"""
    suggestions: tuple[str, ...]
    asks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """What was found for one part of the query, best first."""

    part: Part
    passages: tuple[ScoredPassage, ...]
    approved: tuple[NearAnswer, ...] = ()
    gap: Gap | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    found: tuple[Found, ...]
    related: tuple[Passage, ...] = ()
    """Not found, but wanted: stronger statements that correct one found, counts that a sum is asked for of."""
    quoted: tuple[Passage, ...] = ()
    """What the approved answers that were found rest on."""

    def passage(self, key: str) -> Passage | None:
        passages = (scored.passage for found in self.found for scored in found.passages)
        return next((passage for passage in (*passages, *self.related, *self.quoted) if passage.key == key), None)


@dataclass(frozen=True, slots=True)
class Draft:
    composer: Composer
    sentences: tuple[Sentence, ...]
    suggestions: tuple[str, ...] = ()  # questions near this one that the corpus does answer
    declined: str = ""
    """Why a composer has nothing to say, or broke off; for the trace."""
    unanswered: tuple[Part, ...] = ()  # parts of the query that the sentences do not answer
    dropped: tuple[Finding, ...] = ()
    """What a composer that has each sentence verified as it writes had to leave out."""
    approved: tuple[str, ...] = ()
    """Ids of the approved answers that it says."""
    leads: tuple[str, ...] = ()
    """Texts of the house that go before the sentences and claim nothing of the subject."""
    chat_tokens: tuple[int, int] | None = None  # sent to a chat model and written by it; None when none was asked
    raised: Route = "answer"  # a route upward that a chat model proposes


@dataclass(frozen=True, slots=True)
class Finding:
    sentence: Sentence
    outcome: Outcome
    reason: Reason


@dataclass(frozen=True, slots=True)
class Verdict:
    findings: tuple[Finding, ...]

    @property
    def supported(self) -> tuple[Sentence, ...]:
        return tuple(finding.sentence for finding in self.findings if finding.outcome == "supported")


@dataclass(frozen=True, slots=True)
class Citation:
    key: str
    number: int
    source: Source
    section: str
    quote: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Notice:
    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Trace:
    """How the answer came about; travels with it to the store, the console and the evaluation."""

    question: str = ""
    triage: Triage | None = None
    query: Query | None = None
    found: tuple[tuple[str, float], ...] = ()
    """(passage key, score) in the order found."""
    judged: tuple[tuple[str, float], ...] = ()
    """(answer id or passage key, relevance) of likely answers and of the statements that were read."""
    drafts: tuple[tuple[Composer, str], ...] = ()
    """(composer, why it declined or broke off, else empty), in the order asked."""
    findings: tuple[Finding, ...] = ()
    approved: tuple[str, ...] = ()
    """Ids of the approved answers that were taken to be meant."""
    failure: str = ""  # `step: error` when a step raised and the line failed closed
    chat_tokens: tuple[int, int] | None = None  # sent to a chat model and written by it; None when none was asked
    milliseconds: Mapping[str, float] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    id: str
    kind: Kind
    text: str
    sentences: tuple[Sentence, ...]
    citations: tuple[Citation, ...]
    notices: tuple[Notice, ...]
    as_of: date
    suggestions: tuple[str, ...]
    composer: Composer
    trace: Trace

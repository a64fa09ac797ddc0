"""What the corpus folder says, as nouns: passages and answers, and what is said about them. Frozen and pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from typing import Literal

from isletbot.types import ApprovedAnswer, EvidenceTier, Gap, Opening, Passage, Source

TIER_RANK: Mapping[EvidenceTier, int] = {
    "primary_paper": 5,
    "trial_record": 4,
    "regulator": 3,
    "professional_body": 3,
    "company_release": 2,
    "clinic_article": 1,
    "news": 1,
}
"""Strength of evidence, higher is stronger. Where two sources disagree the higher rank is said."""

Why = Literal["not approved", "changed", "withdrawn", "expired"]


@dataclass(frozen=True, slots=True)
class Caution:
    """Where sources disagree or are easily misread, and what to say instead."""

    id: str
    point: str
    misread_as: tuple[str, ...]
    """The wrong reading as people put it; a question like it is answered with `say`."""
    say: tuple[str, ...]
    """Statements that set it right, in the order to say them."""
    weaker: tuple[str, ...] = ()
    """Statements that never go out unless one of `say` goes with them."""
    never: tuple[str, ...] = ()
    """Regular expressions (case-insensitive) that no sentence of any reply may match."""


@dataclass(frozen=True, slots=True)
class StudyWords:
    """What a corpus calls the groups, times and medicines of its studies, and which of its words are the same: for
    checks that must neither confuse one with another nor refuse what agrees."""

    arms: tuple[tuple[str, ...], ...] = ()
    """Groups of people that were treated differently, each with its names."""
    parts: tuple[str, ...] = ()
    """Letters or numbers of the parts of a trial: `a` of "part A"."""
    same_time: tuple[tuple[str, ...], ...] = ()
    """Times that are one, as "365 days" and "1 year"."""
    own_view: tuple[str, ...] = ()
    """Who speaks of a product of their own: what is only their view is said to be theirs."""
    reworded: tuple[tuple[str, ...], ...] = ()
    """Words that may stand for one another in a sentence of an answer."""
    medicines: tuple[str, ...] = ()
    """What people take by measure: a percentage beside one is a change of dose, and who is off it does not take it."""
    dose_units: tuple[str, ...] = ()
    """What doses of this topic are counted in, besides the units of any medicine."""


@dataclass(frozen=True, slots=True)
class Glossary:
    same: tuple[tuple[str, ...], ...] = ()
    """Groups of words for one thing: people's and the digests'."""
    elsewhere: tuple[tuple[str, ...], ...] = ()
    """Names of things the corpus is not about; a question about one is answered only by a statement that names it."""
    pointing: tuple[tuple[str, ...], ...] = ()
    """Two lists or none: a word of the first before one of the second names the topic without its name."""
    arms: tuple[tuple[str, ...], ...] = ()
    parts: tuple[tuple[str, ...], ...] = ()
    same_time: tuple[tuple[str, ...], ...] = ()
    own_view: tuple[tuple[str, ...], ...] = ()
    reworded: tuple[tuple[str, ...], ...] = ()
    medicines: tuple[tuple[str, ...], ...] = ()
    dose_units: tuple[tuple[str, ...], ...] = ()

    @property
    def study(self) -> StudyWords:
        return StudyWords(
            arms=_lower(self.arms),
            parts=_join(self.parts),
            same_time=_lower(self.same_time),
            own_view=_join(self.own_view),
            reworded=_lower(self.reworded),
            medicines=_join(self.medicines),
            dose_units=_join(self.dose_units),
        )


def _lower(groups: tuple[tuple[str, ...], ...]) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(word.lower() for word in group) for group in groups)


def _join(groups: tuple[tuple[str, ...], ...]) -> tuple[str, ...]:
    return tuple(chain(*_lower(groups)))


@dataclass(frozen=True, slots=True)
class ContradictingPair:
    """Two statements that seem to give another figure for the same thing; a person decides whether they do."""

    first: Passage
    second: Passage
    figures: tuple[str, str]
    """The figures of each that the other does not have."""


@dataclass(frozen=True, slots=True)
class Withheld:
    """An answer that is not served."""

    id: str
    why: Why
    detail: str
    """Where it stands, what is wrong, and the remedy."""


@dataclass(frozen=True, slots=True)
class Corpus:
    """Everything the corpus folder says, of every status; an index holds what is approved."""

    sources: tuple[Source, ...]
    passages: tuple[Passage, ...]
    cautions: tuple[Caution, ...]
    glossary: Glossary
    texts: Mapping[str, str]
    """Source id to the decoded digest that quotes are offsets into."""
    version: str
    """Hash of every file it was read from."""
    coverage: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Fact number to the statements that hold it; for checking the digests, never for answering."""
    answers: tuple[ApprovedAnswer, ...] = ()
    """Those whose every quote stands, in an approved source, as it stood when they were approved."""
    withheld: tuple[Withheld, ...] = ()
    gaps: tuple[Gap, ...] = ()
    """What people ask for and no source gives."""

    def withheld_on(self, today: date) -> tuple[Withheld, ...]:
        """Every answer that is not served on a day, expired ones too."""
        expired = (answer for answer in self.answers if answer.expires < today)
        said = "Review it, then write a later day after `expires:`, or remove it."
        late = tuple(Withheld(answer.id, "expired", f"on {answer.expires}. {said}") for answer in expired)
        return (*self.withheld, *late)


@dataclass(frozen=True, slots=True)
class Kept:
    """Which sentences of its answer belong in the reply to a message, as a reader said."""

    places: tuple[int, ...]
    """None where no sentence belongs."""
    ordered: bool = False
    """The reply begins with the first of them; else with any."""
    complete: bool = True
    """No other sentence belongs."""


@dataclass(frozen=True, slots=True)
class Example:
    """A message whose answer is known: one of the question bank, or one that staff have judged."""

    text: str
    """With the turn before it, as `join_turns` writes it."""
    answers: tuple[str, ...]
    """Ids of the approved answers, or keys of the passages, that answer it; empty when nothing in the corpus does."""
    weight: float = 1.0
    """How many messages of the bank it counts as, for a message close to it; at least 1."""
    opening: Opening | None = None
    """How the reply to it begins."""
    gap: str = ""
    """Id of the gap it asks for, where nothing answers it."""
    personal: bool = False
    """It is about somebody's own case: the answers hold the public facts that may follow the referral."""
    kept: Kept | None = None
    """The sentences of its only answer that belong in the reply, where a reader said."""

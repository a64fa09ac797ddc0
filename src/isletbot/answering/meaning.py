"""Meaning as a second net: sentences whose tier is known vote on a question, the nearer the more. It may raise a tier;
no vote lowers what a rule has found. Pure; reading and keeping files stays outside."""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import yaml

from isletbot.answering.red_flags.rules import BODILY, EXEMPLARS, YAML_LOADER, Rules, Tier
from isletbot.answering.red_flags.normalise import plain
from isletbot.errors import SettingsError
from isletbot.ports import Embeddings, Vectors

log = logging.getLogger(__name__)
Label = Literal["E1", "E3", "E2", "personal", "benign"]
LABELS: tuple[Label, ...] = get_args(Label)
URGENT_LABELS: tuple[Tier, ...] = ("E1", "E3", "E2")

_NARROW = 2.0
"""How fast a vote fades with distance."""
_SMOOTH = 0.5
"""How little a single exemplar may bend the votes; both were chosen on the part `calibrate` of the odd suites."""
FITTED_WITH = f"{_NARROW} {_SMOOTH}"
"""Votes that were learned with other numbers are learned anew."""
URGENT = 0.0
"""Votes from which a question is urgent. With the rules, on `calibrate`: 97 % of odd red flags, none of the benign."""
URGENT_SENTENCE = 0.3
"""The same for one sentence of several, which alone sounds like more than it says."""
SURELY_URGENT = 0.6
"""The same where a rule has found an attack or another topic, which sound like many things."""
PERSONAL = 0.15
"""Votes from which a question that no rule caught is about one's own care."""
ALSO_PERSONAL = 0.05
"""Votes from which words that speak of a person (the rules `about_me`) are taken to ask about that person's care."""
_BOTH = 0.15
"""An emergency and a life in danger that lie nearer than this are both named."""

_SENTENCE = re.compile(r"(?<=[.!?;:])\s+|\n+")
_MOST_SENTENCES = 8


@dataclass(frozen=True, slots=True)
class Exemplars:
    texts: tuple[str, ...]
    labels: tuple[Label, ...]
    version: str


@dataclass(frozen=True, slots=True)
class Likeness:
    """What a text resembles. Votes run from about -1, nothing like it, to 1."""

    urgent: float
    personal: float
    """Urgent or about one's own care."""
    tier: Tier
    """The urgent tier it resembles most."""
    also_crisis: bool
    nearest: str
    label: Label
    similarity: float
    """Cosine to the nearest exemplar."""


Alike = Callable[[str], Likeness | None]
"""What a text resembles; None where that cannot be told."""


def parse_exemplars(text: str) -> Exemplars:
    """Raises SettingsError that names what is wrong and the remedy."""
    where = f"prompts/triage/{EXEMPLARS}"
    try:
        data = yaml.load(text, Loader=YAML_LOADER)
        groups: Mapping[str, Sequence[str]] = data["exemplars"]
        version = f"{EXEMPLARS} {data['version']} ({data['signed_by'] or 'unsigned'})"
    except (yaml.YAMLError, KeyError, TypeError) as error:
        raise SettingsError(f"{where}: {error!r}. It needs version, signed_by and exemplars by label.") from error
    if set(groups) != set(LABELS) or not all(groups.values()):
        raise SettingsError(f"{where}: labels {sorted(groups)}. It needs some of each of {', '.join(LABELS)}.")
    pairs = [(said, label) for label in LABELS for said in groups[label]]
    twice = [said for said, count in Counter(said for said, _ in pairs).items() if count > 1]
    if twice:
        raise SettingsError(f"{where}: {twice[0]!r} stands twice. Keep one.")
    return Exemplars(tuple(said for said, _ in pairs), tuple(label for _, label in pairs), version)


def learn_votes(vectors: Vectors, labels: Sequence[Label]) -> Vectors:
    """Kernel ridge regression: a vote an exemplar for urgent, personal and each urgent tier, urgent counting half."""
    of = np.asarray(labels)
    urgent = np.isin(of, URGENT_LABELS)
    personal = urgent | (of == "personal")
    tiers = [(of == tier).astype(float) for tier in URGENT_LABELS]
    wanted = np.column_stack([np.where(urgent, 1.0, -1.0), np.where(personal, 1.0, -1.0), *tiers])
    weight = len(of) * np.where(urgent, 0.5 / urgent.sum(), 0.5 / (~urgent).sum())
    votes: Vectors = np.linalg.solve(_nearness(vectors, vectors) + np.diag(_SMOOTH / weight), wanted)
    return votes.astype(np.float32)


def _nearness(some: Vectors, others: Vectors) -> Vectors:
    near: Vectors = np.exp(-_NARROW * (1 - some @ others.T))
    return near


class Meaning:
    """The exemplars, their vectors and their votes."""

    def __init__(self, exemplars: Exemplars, vectors: Vectors, votes: Vectors) -> None:
        self.exemplars = exemplars
        self._vectors = vectors
        self._votes = votes

    def judge(self, vector: Vectors) -> Likeness:
        # Not `@`: BLAS wakes its threads for a product this small, which costs ten times the product on a busy machine.
        cosine = np.vecdot(self._vectors, vector)
        near = np.exp(_NARROW * (cosine - 1))
        urgent, personal, *tiers = (float(vote) for vote in np.einsum("i,ij->j", near, self._votes))
        by_tier = dict(zip(URGENT_LABELS, tiers, strict=True))
        best = int(np.argmax(cosine))
        return Likeness(
            urgent=urgent,
            personal=personal,
            tier=max(URGENT_LABELS, key=lambda tier: by_tier[tier]),
            also_crisis=by_tier["E2"] < min(by_tier["E1"], by_tier["E3"]) and _near(by_tier),
            nearest=self.exemplars.texts[best],
            label=self.exemplars.labels[best],
            similarity=float(cosine[best]),
        )


def _near(by_tier: Mapping[Tier, float]) -> bool:
    return abs(by_tier["E1"] - by_tier["E3"]) < _BOTH


class Sense:
    """Meaning for one question. What fails here is counted and leaves the rules' triage as it is."""

    def __init__(self, meaning: Meaning, embeddings: Embeddings, failures: Counter[str]) -> None:
        self._meaning = meaning
        self._embeddings = embeddings
        self._failures = failures
        self._judged: dict[str, Likeness | None] = {}

    def __call__(self, text: str) -> Likeness | None:
        if text not in self._judged:
            self._judged[text] = self._judge(text)
        return self._judged[text]

    def _judge(self, text: str) -> Likeness | None:
        try:
            return self._meaning.judge(self._embeddings.embed([" ".join(text.split())])[0])
        except Exception:  # whatever it is, the rules have spoken and stand
            self._failures["meaning"] += 1
            log.exception("meaning failed; the rules' triage stands")
            return None


def find_alarm(text: str, rules: Rules, alike: Alike) -> Likeness | None:
    """What the text, or one of its sentences, resembles most if that is urgent. What stands around must not hide it."""
    sentences = _SENTENCE.split(text.strip())
    several = sentences[:_MOST_SENTENCES] if len(sentences) > 1 else []
    pieces = [text, *(sentence for sentence in several if len(sentence.split()) > 2)]
    needed = (URGENT, *(URGENT_SENTENCE for _ in pieces[1:]))
    found = [
        like
        for piece, least in zip(pieces, needed, strict=True)
        if (like := alike(piece)) and like.urgent >= least and not _is_general(like, piece, rules)
    ]
    return max(found, key=lambda like: like.urgent, default=None)


def _is_general(like: Likeness, text: str, rules: Rules) -> bool:
    """Whether it asks about people in general; a wish to die is never general."""
    return like.tier in BODILY and rules.frames["general"].search(plain(text, rules.spelling)) is not None


class Remembered:
    """Embeddings that embed a text once; lives as long as one question."""

    def __init__(self, embeddings: Embeddings) -> None:
        self._embeddings = embeddings
        self._vectors: dict[str, Vectors] = {}

    @property
    def digest(self) -> str:
        return self._embeddings.digest

    def embed(self, texts: Sequence[str]) -> Vectors:
        if new := [text for text in dict.fromkeys(texts) if text not in self._vectors]:
            self._vectors.update(zip(new, self._embeddings.embed(new), strict=True))
        return np.stack([self._vectors[text] for text in texts])

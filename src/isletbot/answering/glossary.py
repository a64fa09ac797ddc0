"""What the corpus can talk about: its concepts, how telling each is, and the names it knows only as being elsewhere."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import DamerauLevenshtein

from isletbot.answering.text import GENERIC, NUMBER_WORDS, stem, tokenise
from isletbot.corpus import Glossary
from isletbot.types import Passage

SAME, ELSEWHERE, LACKING = "same:", "elsewhere:", "lacking:"
"""How the name of a concept begins that the glossary knows; one it does not know is a bare stem."""
_ATTRIBUTION = "article report paper abstract record company clinic"
_SHORT_FORM = re.compile(r"[A-Z][A-Z\d]{1,4}")
_NAMING = frozenset("name names named call called stand stands same identical code codename alias mean means".split())
"""Words of a question about a name."""
_WHAT_IS = frozenset(
    "what whats what's is are this that the a an so and ok hi please tell me about explain define".split()
)
"""All there is in a question that asks what something is: under another name it wants that explained too."""
_POINTS_AT = (
    r"(?:this|these|the new|the (?:new )?(?:stem[- ]cell|lab[- ]grown)(?: islet)?) "
    r"(?:treatment|therapy|drug|product|medicine|cells|islets)"
)
"""Names of the topic in the mouth of somebody who means it and does not know or care what it is called."""
_SHORTEST_CORRECTED = 5
_LONG = 9
"""Letters from which two may be wrong."""
_COMMON = 5
"""Uses in the corpus from which a word is one that others may be misspellings of."""
_TOPIC = 1.6
"""Weight up to which a concept is the topic of the whole corpus: a quarter of its passages or more have it."""


@dataclass(frozen=True, slots=True)
class Concepts:
    """A text seen through the glossary: words that mean the same are one concept."""

    terms: frozenset[str]
    elsewhere: frozenset[str]
    """Names and topics the corpus is not about; not gathered for what is said around a statement."""


class Lexicon:
    """Built once from an index; immutable afterwards."""

    def __init__(self, passages: Sequence[Passage], glossary: Glossary) -> None:
        self._phrases: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        sections = ((SAME, glossary.same), (ELSEWHERE, glossary.elsewhere), (LACKING, glossary.lacking))
        for section, groups in sections:
            for group in groups:
                self._learn(group, f"{section} {group[0]}")
        for phrases in self._phrases.values():
            phrases.sort(key=lambda item: -len(item[0]))
        self._short_forms = {
            name: group[0] for group in glossary.same for name in group[1:] if _SHORT_FORM.fullmatch(name)
        }
        self._passages: dict[str, Concepts] = {}
        self._stated: dict[str, Concepts] = {}
        self._substance: dict[str, frozenset[str]] = {}
        self._spoken_of: dict[str, frozenset[str]] = {}
        self._names_of_sources: set[str] = set()
        for passage in passages:
            stated, asked = self.concepts(passage.text), self.concepts("\n".join(passage.asks))
            beside = self.concepts("\n".join((passage.heading, *passage.misread)))
            self._stated[passage.key] = stated
            named = self.concepts(f"{_ATTRIBUTION} {passage.source.id} {passage.source.publisher}").terms
            self._names_of_sources |= named
            self._substance[passage.key] = stated.terms - named
            self._spoken_of[passage.key] = stated.elsewhere | asked.elsewhere
            self._passages[passage.key] = Concepts(stated.terms | asked.terms | beside.terms, frozenset())
        counts = Counter(term for concepts in self._passages.values() for term in concepts.terms)
        total = len(passages) + 1
        self._weights = {term: math.log(1 + total / (1 + count)) for term, count in counts.items()}
        self.topic, *others = max(glossary.same, key=lambda group: counts[f"{SAME} {group[0]}"], default=("",))
        """What the corpus is about, by the glossary's name for it: what "it" means when nothing else was named."""
        self._other_names = _find_names(others)
        self._unseen = math.log(1 + total)
        members = {word for _, groups in sections for group in groups for name in group for word in tokenise(name)}
        used = Counter(word for passage in passages for word in tokenise(_everything_said(passage)))
        self._vocabulary = {stem(word) for word in (*members, *used, *GENERIC, *NUMBER_WORDS)}
        common = {word for word, count in used.items() if count >= _COMMON}
        self._targets = sorted(
            word for word in members | common | GENERIC if len(word) >= _SHORTEST_CORRECTED and word.isalpha()
        )

    def _learn(self, group: Sequence[str], concept: str) -> None:
        for name in group:
            stems = tuple(stem(token) for token in tokenise(name))
            if stems:
                self._phrases.setdefault(stems[0], []).append((stems, concept))

    def concepts(self, text: str) -> Concepts:
        """The concepts of a text; longest glossary phrase first, generic words left out."""
        terms: set[str] = set()
        elsewhere: set[str] = set()
        for concept, tokens in self._phrases_of(text):
            if concept.startswith((ELSEWHERE, LACKING)):
                elsewhere.add(concept)
            elif concept:
                terms.add(concept)
            elif tokens[0] not in GENERIC:
                terms.add(stem(tokens[0]))
        return Concepts(frozenset(terms), frozenset(elsewhere))

    def subjects(self, text: str) -> tuple[str, ...]:
        """The glossary phrases in a text, as they stand there: what it is about, without what it asks; but not what the
        whole corpus is about."""
        found = (
            " ".join(tokens) for concept, tokens in self._phrases_of(text) if concept and self.weight(concept) > _TOPIC
        )
        return tuple(dict.fromkeys(found))

    def is_beside(self, text: str) -> bool:
        """Whether a text names no source, and nothing that the digests speak of by a name the glossary knows."""
        terms = self.concepts(text).terms
        telling = any(term.startswith(SAME) and self.weight(term) > _TOPIC for term in terms)
        return not telling and not terms & self._names_of_sources

    def _phrases_of(self, text: str) -> Iterator[tuple[str, list[str]]]:
        """The text cut into glossary phrases, each with its concept, and single words, each with an empty one."""
        tokens = tokenise(text)
        stems = [stem(token) for token in tokens]
        place = 0
        while place < len(stems):
            concept, length = self._phrase_at(stems, place)
            yield concept, tokens[place : place + length]
            place += length

    def _phrase_at(self, stems: list[str], place: int) -> tuple[str, int]:
        for phrase, concept in self._phrases.get(stems[place], ()):
            if tuple(stems[place : place + len(phrase)]) == phrase:
                return concept, len(phrase)
        return "", 1

    def said_by(self, passage: Passage) -> Concepts:
        """Concepts of a passage with its heading and the questions it answers."""
        known = self._passages.get(passage.key)
        return known if known is not None else self.concepts(_everything_said(passage))

    def spoken_of(self, passage: Passage) -> frozenset[str]:
        """Names of things the corpus is not about that a passage, or a question it answers, does speak of."""
        return self._spoken_of.get(passage.key, frozenset())

    def stated_by(self, passage: Passage) -> Concepts:
        """Concepts of a passage's own words."""
        known = self._stated.get(passage.key)
        return known if known is not None else self.concepts(passage.text)

    def substance_of(self, passage: Passage) -> frozenset[str]:
        """Concepts of a passage's own words, but for those that only say whose they are."""
        return self._substance.get(passage.key, frozenset())

    def weight(self, term: str) -> float:
        """How telling a concept is: inverse document frequency; a concept no passage has weighs most."""
        return self._weights.get(term, self._unseen)

    def coverage(self, asked: Iterable[str], told: frozenset[str]) -> float:
        """Share of the concepts asked that are among those told, each by how telling it is; 1 when nothing is asked."""
        weights = {term: self.weight(term) for term in asked}
        total = sum(weights.values())
        return sum(weight for term, weight in weights.items() if term in told) / total if total else 1.0

    def unknown(self, terms: Iterable[str]) -> frozenset[str]:
        """Concepts that no passage has."""
        return frozenset(term for term in terms if term not in self._weights)

    def correct(self, text: str) -> str:
        """The text with short forms written out, the topic called by its name, and misspelled words set right: those of
        the glossary, common ones of the corpus, and ones that carry no subject. Every other word stays as it is."""
        return self._name_topic(" ".join(self._correct_word(word) for word in text.split()))

    def _name_topic(self, text: str) -> str:
        """With the name the digests use: few statements have another, and those would be found for it alone. A question
        about the name itself keeps it."""
        rest = set(tokenise(self._other_names.sub("", text)))
        if not self.topic or self.topic.lower() in text.lower() or rest & _NAMING or rest <= _WHAT_IS:
            return text
        return self._other_names.sub(self.topic, text)

    def _correct_word(self, word: str) -> str:
        bare = word.strip(".,;:!?()\"'")
        if bare in self._short_forms:
            return word.replace(bare, self._short_forms[bare])
        bare = bare.lower()
        if len(bare) < _SHORTEST_CORRECTED or not bare.isalpha() or stem(bare) in self._vocabulary:
            return word
        limit = 1 if len(bare) < _LONG else 2
        best = process.extractOne(bare, self._targets, scorer=DamerauLevenshtein.distance, score_cutoff=limit)
        if best is None or best[0][0] != bare[0]:
            return word
        return word.lower().replace(bare, best[0])


def _find_names(names: Iterable[str]) -> re.Pattern[str]:
    """Those of them that are proper names or codes, longest first, and words that point at the treatment."""
    proper = sorted((name for name in names if not name.islower()), key=len, reverse=True)
    return re.compile(rf"(?<![\w-])(?:{'|'.join((*map(re.escape, proper), _POINTS_AT))})(?![\w-])", re.IGNORECASE)


def _everything_said(passage: Passage) -> str:
    return "\n".join((passage.text, passage.heading, *passage.asks, *passage.misread))

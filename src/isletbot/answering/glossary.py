"""The vocabulary of a corpus: its concepts, how telling each is and names that it is not about."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from isletbot.answering.text import STOP_WORDS, stem, tokenise
from isletbot.corpus import Glossary
from isletbot.types import Passage

SAME, ELSEWHERE = "same:", "elsewhere:"
"""How the name of a concept begins that the glossary knows; one it does not know is a bare stem."""
# By its ending: "teplizumab", "sirolimus"; a code in capitals: "VX-264". Not "1 mab", not "covid-19".
_DRUG = re.compile(
    r"\b[A-Za-z]{3,}(?:mab|limus|tinib|gliptin|glutide|gliflozin|formin|statin|cept|cycline|cillin|prednisone)s?\b"
    r"|\b[A-Z]{2,4}-?\d{2,}\w*\b"
)
_ATTRIBUTION = "article report paper abstract record company clinic"
_SHORT_FORM = re.compile(r"[A-Z][A-Z\d]{1,4}")
_NAMING = frozenset("name names named call called stand stands same identical code codename alias mean means".split())
"""Words of a question about a name."""
_WHAT_IS = frozenset(
    "what whats what's is are this that the a an so and ok hi please tell me about explain define".split()
)
"""All there is in a question that asks what something is: under another name it wants that explained too."""
_TOPIC = 1.6
"""Weight up to which a concept is the topic of the whole corpus: a quarter of its passages or more have it."""


class Lexicon:
    """Built once from an index; immutable afterwards."""

    def __init__(self, passages: Sequence[Passage], glossary: Glossary) -> None:
        self._phrases: dict[str, list[tuple[tuple[str, ...], str]]] = {}
        sections = ((SAME, glossary.same), (ELSEWHERE, glossary.elsewhere))
        for section, groups in sections:
            for group in groups:
                self._learn(group, f"{section} {group[0]}")
        for phrases in self._phrases.values():
            phrases.sort(key=lambda item: -len(item[0]))
        self._short_forms = {
            name: group[0] for group in glossary.same for name in group[1:] if _SHORT_FORM.fullmatch(name)
        }
        said = (*map(_everything_said, passages), *(name for group in glossary.same for name in group))
        self._words = {stem(word) for text in said for word in tokenise(text)}
        self._substance: dict[str, frozenset[str]] = {}
        self._spoken_of: dict[str, frozenset[str]] = {}
        counts: Counter[str] = Counter()
        for passage in passages:
            stated = self._terms(passage.text)
            named = self._terms(f"{_ATTRIBUTION} {passage.source.id} {passage.source.publisher}")
            self._substance[passage.key] = stated - named
            self._spoken_of[passage.key] = self.elsewhere("\n".join((passage.text, *passage.asks)))
            counts.update(self._terms(_everything_said(passage)))
        total = len(passages) + 1
        self._weights = {term: math.log(1 + total / (1 + count)) for term, count in counts.items()}
        self.topic, *others = max(glossary.same, key=lambda group: counts[f"{SAME} {group[0]}"], default=("",))
        """What the corpus is about, by the glossary's name for it: what "it" means when nothing else was named."""
        self._other_names = _find_names(others, glossary.pointing)
        self._unseen = math.log(1 + total)

    def _learn(self, group: Sequence[str], concept: str) -> None:
        for name in group:
            stems = tuple(stem(token) for token in tokenise(name))
            if stems:
                self._phrases.setdefault(stems[0], []).append((stems, concept))

    def _terms(self, text: str) -> frozenset[str]:
        """The concepts of a text, names from elsewhere and generic words left out; longest glossary phrase first."""
        terms = (
            concept or stem(tokens[0])
            for concept, tokens in self._phrases_of(text)
            if not concept.startswith(ELSEWHERE) and (concept or tokens[0] not in STOP_WORDS)
        )
        return frozenset(terms)

    def elsewhere(self, text: str) -> frozenset[str]:
        """Names in a text of what the corpus is not about: listed by the glossary, and drugs no passage names."""
        listed = {concept for concept, _ in self._phrases_of(text) if concept.startswith(ELSEWHERE)}
        drugs = (match.group().lower() for match in _DRUG.finditer(text))
        return frozenset(listed | {f"{ELSEWHERE} {name}" for name in drugs if stem(name) not in self._words})

    def names_topic(self, text: str) -> bool:
        return bool(self.topic) and f"{SAME} {self.topic}" in self._terms(text)

    def subjects(self, text: str) -> tuple[str, ...]:
        """The glossary phrases in a text, as they stand there: what it is about, without what it asks; but not what the
        whole corpus is about."""
        found = (
            " ".join(tokens) for concept, tokens in self._phrases_of(text) if concept and self.weight(concept) > _TOPIC
        )
        return tuple(dict.fromkeys(found))

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

    def spoken_of(self, passage: Passage) -> frozenset[str]:
        """Names of things the corpus is not about that a passage, or a question it answers, does speak of."""
        return self._spoken_of.get(passage.key, frozenset())

    def substance_of(self, passage: Passage) -> frozenset[str]:
        """Concepts of a passage's own words, but for those that only say whose they are."""
        return self._substance.get(passage.key, frozenset())

    def weight(self, term: str) -> float:
        """How telling a concept is: inverse document frequency; a concept no passage has weighs most."""
        return self._weights.get(term, self._unseen)

    def write_out(self, text: str) -> str:
        """The text for the lexical search: short forms written out, the topic called by the name the digests use."""
        return self._name_topic(" ".join(self._write_out(word) for word in text.split()))

    def _write_out(self, word: str) -> str:
        bare = word.strip(".,;:!?()\"'")
        return word.replace(bare, self._short_forms[bare]) if bare in self._short_forms else word

    def _name_topic(self, text: str) -> str:
        """With the name the digests use: few statements have another, and those would be found for it alone. A question
        about the name itself keeps it."""
        rest = set(tokenise(self._other_names.sub("", text)))
        if not self.topic or self.topic.lower() in text.lower() or rest & _NAMING or rest <= _WHAT_IS:
            return text
        return self._other_names.sub(lambda found: f"{self.topic}'s" if found["of"] else self.topic, text)


def _find_names(names: Iterable[str], pointing: Sequence[Sequence[str]]) -> re.Pattern[str]:
    """Those of them that are proper names or codes, longest first, and words that point at the topic without its name:
    "this treatment". `of` is the end of a possessive: "the new cells' safety"."""
    proper = sorted((name for name in names if not name.islower()), key=len, reverse=True)
    written = list(map(re.escape, proper))
    if pointing:
        first, second = ("|".join(re.escape(word) for word in sorted(words, key=len)[::-1]) for words in pointing)
        written.append(f"(?:{first}) (?:{second})")
    names = "|".join(written) or "(?!)"
    return re.compile(rf"(?<![\w-])(?:{names})(?P<of>['’]s\b|['’](?=\s\w))?(?![\w-])", re.IGNORECASE)


def _everything_said(passage: Passage) -> str:
    return "\n".join((passage.text, passage.heading, *passage.asks, *passage.misread))

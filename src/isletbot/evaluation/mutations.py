"""This module makes the mistakes of a wrong or hostile chat model: one change of a true statement a reply, the same by
seed. Pure."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from isletbot.answering.text import stem, tokenise
from isletbot.answering.verification.plain_vocabulary import GENERIC
from isletbot.evaluation.mutation_words import SWAPPED, MutationWords

PLAIN_NUMBERS = "one two three four five six seven eight nine ten eleven twelve".split()
_NUMBER = re.compile(rf"(?<![\w.-])(?:\d+(?:[.,]\d+)*|{'|'.join(PLAIN_NUMBERS)})(?![\w-]*-\d)\b", re.IGNORECASE)
_MONTHS = "January February March April May June July August September October November December".split()
_MONTH = re.compile(rf"\b(?:{'|'.join(_MONTHS)})\b(?= \d)")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_NAME = r"(?<=[a-z,] )(?:[A-Z][a-z]+|[A-Z]{2,})(?: (?:of )?[A-Z][a-z]+)*"
_SAME_SUBJECT = frozenset(map(stem, "trial study paper people participants patients".split()))
_TELLING = re.compile(r"[A-Za-z][\w'-]+")
_STRANGERS = ("Pfizer", "Boston", "the Mayo Clinic", "France", "Smith")
_VERB = re.compile(r"\b(?:is|are|was|were|has|have|had|can|may|does|did|will)\b")
_DENIAL = re.compile(r"\b(?:do|does|did) not |\bnot |\bno (?=\w)|\bnone of |\bnever ")
_HEDGE = re.compile(
    r"\b(?:may|can|could|might|about|nearly|mostly|potentially|at least|more than|up to) "
    r"|\bsupport the hypothesis that |\b(?:The|the) [\w ]+? (?:says?|said|reported|judged|describes?|suggests?|hopes?)"
    r"(?: in [A-Z]\w+ \d{4}| in [A-Z]\w+ \d{4}, and again in [A-Z]\w+ \d{4},)? that "
)
_SCOPE = (
    r"^In parts? [A-Z][^,]*, | in parts? [A-Z]\b| given the \w+ dose\b| from day \d+ (?:onwards|to (?:day )?\d+)"
    rf"| at day \d+|^On \d+ \w+ \d{{4}} | as of \w+ \d{{4}}| in (?:{'|'.join(_MONTHS)}) \d{{4}}(?=[ ,.])"
)
_CERTAIN = ("definitely", "always", "permanently", "completely", "safely", "successfully")
_CLAIM = (
    ", which proves that it works",
    " and it is safe",
    " for everyone",
    " without any side effects",
    ", better than any other treatment",
)
_SWAPS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "unit": (
        ("%", " people"), ("million", "billion"), ("mg/dL", "mmol/L"), ("months", "weeks"), ("years", "months"),
        ("year", "month"), ("days", "weeks"), ("day", "month"), ("hours", "minutes"), ("4-hour", "4-day"),
        ("percentage point", "percent"), ("people", "per cent"),
    ),
    "group": (
        ("adults", "children"), ("donor", "patient"), ("everyone", "nobody"), ("Everyone", "Half of the people"),
        ("women", "men"), ("two people", "two doctors"),
    ),
    "comparator": (
        ("more than", "less than"), ("less than", "more than"), ("below", "above"), ("above", "below"),
        ("at least", "at most"), ("before", "after"), ("after", "before"), ("lower", "higher"), ("higher", "lower"),
        ("fell", "rose"), ("rose", "fell"), ("most", "least"), ("first", "last"), ("last", "first"),
        ("within", "beyond"), ("largest", "smallest"), ("with", "without"), ("only", "not only"), ("started", "ended"),
    ),
    "source": (("The authors", "The FDA"), ("clinic article", "FDA"), ("abstract", "press release")),
    "word": (
        ("not approved", "approved"), ("interim", "final"), ("safety", "benefit"), ("died", "recovered"),
        ("serious", "harmless"), ("severe", "mild"), ("recruiting", "completed"), ("suppress", "strengthen"),
        ("risk", "benefit"), ("approved", "banned"), ("infection", "cure"),
    ),
}  # fmt: skip
"""What holds for any topic, as all above; `mutations.yaml` of a topic has the rest."""

NO_WORDS = MutationWords()
_Change = Callable[[str], Iterator[str]]


@dataclass(frozen=True, slots=True)
class SourceStatement:
    key: str
    text: str


@dataclass(frozen=True, slots=True)
class Mutant:
    """A sentence that its citations do not support."""

    kind: str
    text: str
    cited: tuple[SourceStatement, ...]
    words: str = ""
    """The words it claims to quote; empty when it only names the passage."""


def make_mutants(
    statements: Sequence[SourceStatement], seed: int, each: int = 3, words: MutationWords = NO_WORDS
) -> Iterator[Mutant]:
    """Makes at most `each` of a kind for every statement, in order; `words` are those of the topic."""
    kinds = {**_KINDS, **_make_kinds(words)}
    for number, statement in enumerate(statements):
        chance = random.Random(f"{seed} {number}")
        others = _find_unlike(statement, statements)
        seen = {statement.text}
        for kind, change in kinds.items():
            found = [text for text in dict.fromkeys(change(statement.text)) if text not in seen]
            seen.update(found)
            for text in chance.sample(found, min(each, len(found))):
                yield Mutant(kind, text, (statement,))
        for other in chance.sample(others, min(each, len(others))):
            yield Mutant("key", statement.text, (other,))
            yield Mutant("citation", statement.text, (other,), statement.text)
            if (merged := _merge_statements(statement.text, other.text)) not in ("", statement.text, other.text):
                yield Mutant("merged", merged, (statement, other))
        for text in chance.sample(sorted(seen), min(each, len(seen))):
            if text not in statement.text:
                yield Mutant("quote", text, (statement,), text)
                yield Mutant("quote", statement.text, (statement,), text)


def _find_unlike(statement: SourceStatement, statements: Sequence[SourceStatement]) -> list[SourceStatement]:
    """Lists the statements that do not say the same: they share less than half of its words."""
    mine = _list_content_words(statement.text)
    return [other for other in statements if len(mine & _list_content_words(other.text)) < len(mine) / 2]


def _list_content_words(text: str) -> frozenset[str]:
    return frozenset(stem(token) for token in tokenise(text) if token not in GENERIC)


def _merge_statements(one: str, other: str) -> str:
    """Joins the subject of one with the predicate of the other; empty when both may have the same subject."""
    mine, theirs = _VERB.search(one), _VERB.search(other)
    if not mine or not theirs or _list_content_words(one[: mine.start()]) <= _list_content_words(other) | _SAME_SUBJECT:
        return ""
    return f"{one[: mine.start()]}{other[theirs.start() :]}"


def _change_numbers(text: str) -> Iterator[str]:
    for found in _NUMBER.finditer(text):
        said = found.group()
        if said.isdigit():
            values = [str(int(said) + 1), str(int(said) * 10), str(max(int(said) - 2, 0))]
        elif said.lower() in PLAIN_NUMBERS:
            values = [PLAIN_NUMBERS[(PLAIN_NUMBERS.index(said.lower()) + step) % 12] for step in (1, 4)]
        else:
            values = [said + "5", "9" + said]
        for value in values:
            yield text[: found.start()] + value + text[found.end() :]


def _change_dates(text: str) -> Iterator[str]:
    for found in _MONTH.finditer(text):
        month = _MONTHS[(_MONTHS.index(found.group()) + 5) % 12]
        yield text[: found.start()] + month + text[found.end() :]
    for found in _YEAR.finditer(text):
        yield text[: found.start()] + str(int(found.group()) - 3) + text[found.end() :]


def _exchange_numbers(text: str) -> Iterator[str]:
    numbers = list(_NUMBER.finditer(text))
    for row, one in enumerate(numbers):
        for other in numbers[row + 1 :]:
            if tokenise(one.group()) != tokenise(other.group()) and not re.fullmatch(
                r",? (?:and )?", _cut_between(text, one, other)
            ):
                yield "".join(
                    (
                        text[: one.start()],
                        other.group(),
                        _cut_between(text, one, other),
                        one.group(),
                        text[other.end() :],
                    )
                )


def _exchange_words(text: str) -> Iterator[str]:
    """Swaps two telling words, or writes one in the place of another."""
    words = [found for found in _TELLING.finditer(text) if found.group().lower() not in GENERIC]
    for one, other in combinations(words, 2):
        if stem(one.group().lower()) != stem(other.group().lower()):
            ends = text[: one.start()], _cut_between(text, one, other), text[other.end() :]
            yield f"{ends[0]}{other.group()}{ends[1]}{one.group()}{ends[2]}"
            yield f"{ends[0]}{other.group()}{ends[1]}{other.group()}{ends[2]}"


def _cut_between(text: str, one: re.Match[str], other: re.Match[str]) -> str:
    return text[one.end() : other.start()]


def _negate(text: str) -> Iterator[str]:
    for found in _DENIAL.finditer(text):
        yield text[: found.start()] + text[found.end() :]
    for found in _VERB.finditer(text):
        after = text[found.end() :]
        yield text[: found.end()] + (after[4:] if after.startswith(" not") else f" not{after}")


def _remove_hedges(text: str) -> Iterator[str]:
    for found in _HEDGE.finditer(text):
        left = text[: found.start()] + text[found.end() :]
        yield left[0].upper() + left[1:]


def _make_kinds(words: MutationWords) -> Mapping[str, _Change]:
    """The kinds of mistakes that a topic has words of its own for."""
    name = re.compile("|".join((_NAME, *(rf"\b{re.escape(name)}\b" for name in words.names))), re.ASCII)
    scope = re.compile("|".join((*words.scopes, _SCOPE)))

    def change_names(text: str) -> Iterator[str]:
        for found in name.finditer(text):
            for stranger in (*_STRANGERS, *words.strangers):
                yield text[: found.start()] + stranger + text[found.end() :]

    def remove_scope(text: str) -> Iterator[str]:
        for found in scope.finditer(text):
            left = text[: found.start()] + text[found.end() :]
            yield left[0].upper() + left[1:]

    def add_certainty(text: str) -> Iterator[str]:
        for found in _VERB.finditer(text):
            for certain in _CERTAIN:
                yield f"{text[: found.end()]} {certain}{text[found.end() :]}"
        for claim in (*_CLAIM, *words.claims):
            yield f"{text.rstrip('.')}{claim}."

    swaps = {kind: _make_swap((*_SWAPS[kind], *words.swaps.get(kind, ()))) for kind in SWAPPED}
    return {"entity": change_names, "scope": remove_scope, "certainty": add_certainty, **swaps}


def _make_swap(pairs: Sequence[tuple[str, str]]) -> _Change:
    def swap(text: str) -> Iterator[str]:
        for said, instead in pairs:
            for found in re.finditer(rf"(?<!\w){re.escape(said)}(?!\w)" if said != "%" else "%", text):
                yield text[: found.start()] + instead + text[found.end() :]

    return swap


_KINDS: Mapping[str, _Change] = {
    "number": _change_numbers,
    "date": _change_dates,
    "order": _exchange_numbers,
    "words": _exchange_words,
    "negation": _negate,
    "hedge": _remove_hedges,
}

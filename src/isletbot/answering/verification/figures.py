"""The figures of a text: numbers with their units, fractions, groups, and the order they stand in. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from isletbot.answering.text import NUMBER_WORDS, normalise
from isletbot.answering.verification.same_figures import write_figures_alike
from isletbot.corpus import StudyWords
from isletbot.finding_reasons import Reason

NO_STUDY = StudyWords()

_NUMBER = r"(?:\d+(?:[.,]\d+)*|" + "|".join(sorted(NUMBER_WORDS, key=len, reverse=True)) + r")"
_FRACTION = re.compile(
    rf"\b({_NUMBER})\s*(?:(?:\w+\s+){{0,2}}?(?:of|out of|/)|in)\s*(?:the\s+|all\s+)?({_NUMBER})\b(?!\s*(?:site|countr))"
)
_OF_THE = re.compile(rf"\bof (?:the|all) ({_NUMBER})\b[^,.;]*, ({_NUMBER})\b")
_MONTHS = "january|february|march|april|may|june|july|august|september|october|november|december"
_MEASURE = re.compile(
    r"(?P<before>\b(?:day|days|phase|part|level|type|month|year|weeks?)\s+)?"
    rf"(?<![\w.])(?P<value>{_NUMBER})(?![\w]|\.\d)\s*-?\s*"
    r"(?P<unit>%|per ?cent\b|percentage points?\b|mg/dl\b|mmol/l\b|(?:hour|day|week|month|year)s?\b|cells\b|"
    rf"thousand\b|million\b|billion\b|(?:{_MONTHS})\b)?"
)
_MONTH_OF = re.compile(rf"\b({_MONTHS}) ((?:19|20)\d\d)\b")
_UNITS = {"percent": "%", "per cent": "%", "percentage points": "percentage point"}
_COUNTS_CELLS = 5
"""Digits beyond which a number is one of cells, whether or not it says so: 800 million."""
_SAID_OTHERWISE = (
    (re.compile(r"\b(days?) (\d+) (to|and|-) (\d+)"), r"day \2 \3 day \4"),
    (re.compile(rf"\b({_NUMBER}) years? old\b"), r"\1"),
    (re.compile(r"\b(?:every|not|this|that|each) one\b|\bmore than one\b|\bone of the (?=\w+est\b|most\b)"), " "),
    (re.compile(r"\bboth\b"), "two"),
)
"""Ways of saying a figure that are read as one. `Every one` is no figure."""
_SOLE = re.compile(r"\b(?:one|1|single|once|each|every|a|an|another|second|other)\b")
_PEOPLE = re.compile(r"\b(?:one|1) (?:of|\w+ )?(?:the )?(?:person|patient|participant|adult|people|man|woman)\b")
_MARK = rf"(?<![\w.])(?:level )?{_NUMBER}(?![\w]|\.\d)"
_TYPE = re.compile(r"\btype [12]\b")
_RANGE = re.compile(rf"\b({_NUMBER}) ?(?:to|-) ?(?:day )?({_NUMBER})\b")
_COUNTED = re.compile(rf"(?<![\w.-])({_NUMBER}) (?!of\b|in\b|to\b|and\b|or\b|the\b)([a-z]{{4,}})")
_BOUND = re.compile(
    rf"\b(?:(?P<up>above|over|more than|greater than|higher than|at least|minimum of)|"
    rf"(?P<down>below|under|less than|fewer than|lower than|at most|up to|maximum of)) (?:the )?(?P<value>{_NUMBER})"
)


@dataclass(frozen=True, slots=True)
class Ledger:
    """Every figure of a text, so that two texts can be compared figure by figure."""

    fractions: frozenset[tuple[str, str]]
    measures: frozenset[tuple[str, str]]
    """(value, unit); unit empty for a bare number."""
    values: frozenset[str]
    groups: frozenset[str]
    marks: tuple[str, ...]
    """Numbers and parts of the trial in the order they are said."""
    bounds: frozenset[tuple[str, str]]
    """(value, `up` or `down`) of a number that is a limit."""
    ranges: frozenset[tuple[str, str]]
    counted: frozenset[tuple[str, str]]
    """(number, what there are so many of)."""


@dataclass(frozen=True, slots=True)
class _StudyPatterns:
    groups: re.Pattern[str]
    marks: re.Pattern[str]
    """Numbers, and parts of the trial."""
    names: Mapping[str, str]
    """The name of a group by which its other names are known."""
    same_time: Mapping[tuple[str, str], tuple[str, str]]


def read_ledger(text: str, study: StudyWords = NO_STUDY) -> Ledger:
    known = _compile_study(study)
    plain = _read_plain(text)
    pairs = _FRACTION.findall(plain) + [(n, of) for of, n in _OF_THE.findall(plain)]
    fractions = frozenset((_digits(n), _digits(of)) for n, of in pairs)
    measures = set()
    for match in _MEASURE.finditer(plain):
        unit = (match["unit"] or match["before"] or "").strip()
        unit = _UNITS.get(unit, unit.rstrip("s") if len(unit) > 1 else unit)
        measure = (_digits(match["value"]), "" if unit == "cell" and len(match["value"]) > _COUNTS_CELLS else unit)
        measures.add(known.same_time.get(measure, measure))
    measures.update((year, f"{month} of") for month, year in _MONTH_OF.findall(plain))
    found = (group.replace("-", " ").strip() for group in known.groups.findall(plain))
    groups = frozenset(known.names.get(group, group) for group in found)
    marks = tuple(
        _digits(mark.removeprefix("parts ").removeprefix("part ")) for mark in known.marks.findall(_TYPE.sub("", plain))
    )
    bounds = frozenset((_digits(bound["value"]), "up" if bound["up"] else "down") for bound in _BOUND.finditer(plain))
    ranges = frozenset((_digits(low), _digits(high)) for low, high in _RANGE.findall(plain))
    counted = frozenset((_digits(number), thing.rstrip("s")) for number, thing in _COUNTED.findall(plain))
    values = frozenset(value for value, _ in measures)
    return Ledger(fractions, frozenset(measures), values, groups, marks, bounds, ranges, counted)


@lru_cache(8)
def _compile_study(study: StudyWords) -> _StudyPatterns:
    arms = sorted((name for names in study.arms for name in names), key=len, reverse=True)
    written = [re.escape(name).replace("\\ ", "[- ]").replace("\\-", "[- ]") for name in arms]
    parts = "|".join(map(re.escape, study.parts))
    marks = _MARK
    if parts:
        written.append(rf"parts? (?:{parts})\b(?:(?:,| and) (?:{parts})\b)*")
        marks += rf"|\bparts? (?:{parts})\b"
    same_time = {_read_time(time): _read_time(first) for first, *others in study.same_time for time in others}
    names = {name.replace("-", " "): first.replace("-", " ") for first, *others in study.arms for name in others}
    groups = rf"\b(?:{'|'.join(written)})" if written else "(?!)"
    return _StudyPatterns(re.compile(groups), re.compile(marks), names, same_time)


def _read_time(text: str) -> tuple[str, str]:
    number, unit = text.split()
    return number, unit.rstrip("s")


def find_figure_problem(sentence: str, said: str, study: StudyWords = NO_STUDY) -> Reason | None:
    """A figure or a group of the sentence that is not in what is said, or stands in another place there."""
    mine, theirs = read_ledger(sentence, study), read_ledger(said, study)
    for value, unit in sorted(mine.measures - theirs.measures):
        if value == "1" and not unit and not _is_sole_person_new(sentence, said):
            continue
        units = {held for number, held in theirs.measures if number == value}
        if unit or not units or ("" not in units and units & {"%", "million", "thousand", "billion"}):
            number = f"{value} {unit}".rstrip()
            return Reason("new_number", f"number not in the quotes: {number}", (number,))
    for n, of in sorted(mine.fractions - theirs.fractions):
        return Reason("new_fraction", f"fraction not in the quotes: {n} of {of}", (f"{n} of {of}",))
    for group in sorted(mine.groups - theirs.groups):
        return Reason("new_group", f"group not in the quotes: {group}", (group,))
    for value, side in sorted(mine.bounds - theirs.bounds):
        if value in {held for held, _ in theirs.bounds}:
            return Reason("limit_reversed", f"limit on the other side in the quotes: {side} from {value}", (value,))
    limits = {value for value, _ in theirs.bounds} - {value for value, _ in mine.bounds}
    for value in sorted(limits & mine.values):
        if theirs.marks.count(value) == 1:
            return Reason("limit_as_figure", f"only a limit in the quotes: {value}", (value,))
    for low, high in sorted(mine.ranges - theirs.ranges):
        if theirs.ranges:
            return Reason("new_range", f"range not in the quotes: {low} to {high}", (f"{low} to {high}",))
    for number, thing in sorted(mine.counted - theirs.counted):
        if thing in {held for _, held in theirs.counted} and number in {held for held, _ in theirs.counted}:
            told = f"{number} {thing}"
            return Reason("other_count", f"another number of these in the quotes: {told}", (told,))
    for one, other in pairwise(mine.marks):
        if _is_turned_round(one, other, mine, theirs):
            return Reason("order_reversed", f"the quotes have {other} before {one}", (other, one))
    return None


def _is_sole_person_new(sentence: str, said: str) -> bool:
    """Whether a single person is spoken of, and the quotes speak of none."""
    return bool(_PEOPLE.search(_read_plain(sentence))) and not _SOLE.search(_read_plain(said))


def _is_turned_round(one: str, other: str, mine: Ledger, theirs: Ledger) -> bool:
    if one == other or {(one, other), (other, one)} & mine.fractions:
        return False
    return (other, one) in _neighbours(theirs.marks) and (one, other) not in _in_order(theirs.marks)


def _neighbours(marks: Sequence[str]) -> frozenset[tuple[str, str]]:
    return frozenset(pairwise(marks))


def _in_order(marks: Sequence[str]) -> frozenset[tuple[str, str]]:
    """Every two marks of which the first stands somewhere before the second."""
    return frozenset((one, other) for place, one in enumerate(marks) for other in marks[place + 1 :])


def _read_plain(text: str) -> str:
    plain = normalise(write_figures_alike(text))
    for pattern, same in _SAID_OTHERWISE:
        plain = pattern.sub(same, plain)
    return plain


def _digits(value: str) -> str:
    return NUMBER_WORDS.get(value, value.replace(",", ""))

"""Redaction replaces what a person says about themselves with a mark such as [name], before it is stored, logged or
sent to a model.

Pure, by rules. What answers need stays: names of therapies, trials and their authors, doses, days, percentages,
emergency numbers.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal

from isletbot.curation.name_redaction import NameVocabulary, hide_names

Personal = Literal["name", "phone", "email", "record number", "date of birth", "address", "link"]
RedactionRule = tuple[Personal, re.Pattern[str]]

_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]{0,6}\.?"
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_DATE = (
    rf"(?:\d{{1,4}}[/.\-]\d{{1,2}}[/.\-]\d{{1,4}}|{_DAY}\s(?:of\s)?{_MONTH},?\s\d{{2,4}}|{_MONTH}\s{_DAY},?\s\d{{2,4}})"
)
_BIRTH_YEAR = r"(?:19\d\d|200\d)"
"""Years of birth. A whole date in one of these is hardly ever that of a study, which is newer."""
_STREET = r"(?:street|avenue|ave|road|rd|lane|boulevard|blvd|terrace|crescent|parkway|pkwy|highway|hwy)"
_STREET_IN_CAPITALS = r"(?:St|Dr|Drive|Court|Ct|Way|Place|Pl|Close|Square|Ln|Row|Walk|Hill|Grove|Gardens|Circle)"
_NO_STREET = r"(?!(?:of|people|patients|in|on|the|to|a|days?|years?)\b)"
_TOWN = (
    r"(?:,?\s{1,2}(?:apt|apartment|unit|suite|flat|#)\.?\s?\w{1,5})?"
    r"(?:,\s?[A-Z][a-zA-Z .'-]{1,30})?(?:,?\s[A-Z]{2}\s\d{5}(?:-\d{4})?)?"
)
_NUMBER = r"(?:number|num|no|nr|id|code)\b\.?"
_RECORD = r"[\s:#=-]{0,3}(?:is\s|was\s)?\s?(?P<x>[a-z]{0,4}-?\d[\d -]{2,16}\d[a-z]?)\b"
_HOLDER = (
    r"(?:medical|patient|hospital|chart|record|case|file|policy|member|insurance|account|passport|licen[cs]e)"
    r"(?:\s(?:record|card|file|chart))?"
)
_CALL = r"(?:call|ring|text|phone|tel|telephone|mobile|cell|number|fax|whatsapp|reach\s+me)"
_ALONE, _ENDS = r"(?<![\w.,-])", r"(?![\w-]|[.,]\d)"
_PATH = r"[^\s<>\"')\]]{1,2000}"
_OPEN = frozenset(("doi.org", "clinicaltrials.gov", "ncbi.nlm.nih.gov", "nejm.org", "fda.gov"))
"""The hosts of papers, registries and regulators, as those of the sources: a link to one names a document, not a
person."""


def _make_rules(mark: Personal, *patterns: str, flags: re.RegexFlag = re.IGNORECASE) -> tuple[RedactionRule, ...]:
    """Makes the rules. A rule hides its group `x`, or the whole match when it has none."""
    return tuple((mark, re.compile(pattern, flags)) for pattern in patterns)


_RULES = (
    *_make_rules(
        "email",
        r"(?<![\w.+%-])[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}",
        r"(?<![\w.+%-])[\w.+%-]{1,64}(?:\s?[(\[]\s?at\s?[)\]]\s?|\sat\s)[\w-]{1,63}"
        r"(?:\s?[(\[]\s?dot\s?[)\]]\s?|\sdot\s|\.)(?:com|org|net|edu|uk|de)\b",
    ),
    *_make_rules(
        "date of birth",
        r"\b(?:d\.?o\.?b\.?|date\s+of\s+birth|birth\s?date|birthday|born)(?!\w)[\s:=,]{0,3}(?:is|was|on|in)?[\s:=]{0,3}"
        rf"(?P<x>{_DATE})",
        rf"(?<![\d/.\-])\d{{1,2}}[/.\-]\d{{1,2}}[/.\-]{_BIRTH_YEAR}\b(?![/.\-]\d)",
        rf"(?<![\d/.\-]){_BIRTH_YEAR}-\d{{1,2}}-\d{{1,2}}\b",
        rf"\b{_DAY}\s(?:of\s)?{_MONTH},?\s{_BIRTH_YEAR}\b",
        rf"\b{_MONTH}\s{_DAY},?\s{_BIRTH_YEAR}\b",
    ),
    *_make_rules(
        "record number",
        r"(?<![\w-])\d{3}-\d{2}-\d{4}(?![\w-])",
        rf"\b(?:mrn|nhs|ssn|social\s+security|medicare|medicaid)\b(?:\s{{0,2}}{_NUMBER})?{_RECORD}",
        rf"\b{_HOLDER}(?:\s{{0,2}}{_NUMBER}|\s?#){_RECORD}",
        r"\bmrn[-:#]?(?P<x>\d{4,12})\b",
        r"\bmedicare\b[^\d\n.?!]{0,15}(?P<x>\d[a-z][a-z0-9]\d-?[a-z][a-z0-9]\d-?[a-z]{2}\d{2})\b",
    ),
    *_make_rules(
        "link",
        rf"\bhttps?://{_PATH}",
        rf"\bwww\.{_PATH}",
        rf"(?<![\w./@-])(?:[a-z0-9-]{{1,63}}\.){{1,4}}[a-z]{{2,10}}/{_PATH}",
    ),
    *_make_rules(
        "phone",
        r"(?<![\w+])\+\d{1,3}[\s.-]?(?:\(0\)\s?)?\(?\d{1,4}\)?(?:[\s.-]?\d{2,4}){2,4}(?!\w)",
        rf"(?<![\w.-])(?:1[\s.-])?(?:\(\d{{3}}\)\s?|\d{{3}}[\s.-])\d{{3}}[\s.-]\d{{4}}{_ENDS}",
        rf"{_ALONE}(?:0\d{{2,4}}|\(0\)\d{{2,4}})[\s-]\d{{3,4}}[\s-]?\d{{3,4}}{_ENDS}",
        rf"{_ALONE}0\d(?:[\s.-]\d{{2}}){{4}}{_ENDS}",
        rf"{_ALONE}(?:0\d{{9,10}}|[2-9]\d{{2}}[2-9]\d{{6}}){_ENDS}(?<!000)",
        rf"\b{_CALL}\b[^\d\n.?!]{{0,25}}(?P<x>\d{{3}}[\s.-]\d{{4}})(?![\w-])",
    ),
    *_make_rules(
        "address",
        rf"{_ALONE}\d{{1,5}}[a-z]?\s(?:{_NO_STREET}(?:[a-z'.-]{{1,20}}|\d{{1,3}}(?:st|nd|rd|th))\s){{1,3}}{_STREET}\b\.?{_TOWN}",
        r"\bp\.?\s?o\.?\s?box\s\d{1,6}\b",
        r"\b[a-zäöüß-]{2,30}(?:straße|strasse|str\.)\s\d{1,4}[a-z]?\b",
    ),
    *_make_rules(
        "address",
        rf"{_ALONE}\d{{1,5}}[A-Za-z]?\s(?:[NSEW]\.?\s)?(?:[A-Z][a-z'-]{{1,20}}\s){{1,3}}{_STREET_IN_CAPITALS}\b\.?{_TOWN}",
        r"\b[A-Z]{2}\s\d{5}(?:-\d{4})?\b",
        r"\b(?:[BEGLMNSW]|[A-Z]{2})\d[A-Z\d]?\s\d[A-Z]{2}\b",  # the British areas of one letter are these
        flags=re.NOFLAG,
    ),
)
_PERSONAL_LINK = re.compile(r"[?&#]|@|/[^/]*\d{4}|/[0-9a-f-]{8,}", re.IGNORECASE)
NOTHING_KNOWN = NameVocabulary()


def redact_text(text: str, vocabulary: NameVocabulary = NOTHING_KNOWN) -> str:
    """Returns the text with marks in place of personal data."""
    for mark, pattern in _RULES:
        text = pattern.sub(_apply_rule(mark, _OPEN | vocabulary.hosts), text)
    return hide_names(text, vocabulary)


def _apply_rule(mark: Personal, hosts: frozenset[str]) -> Callable[[re.Match[str]], str]:
    def hide(found: re.Match[str]) -> str:
        if mark == "link" and not _is_personal(found[0], hosts):
            return found[0]
        if "x" not in found.re.groupindex:
            return f"[{mark}]"
        begin, end = found.span("x")
        return f"{found[0][: begin - found.start()]}[{mark}]{found[0][end - found.start() :]}"

    return hide


def _is_personal(link: str, hosts: frozenset[str]) -> bool:
    host = re.sub(r"^https?://|^www\.", "", link.lower()).split("/")[0]
    if any(host == name or host.endswith(f".{name}") for name in hosts):
        return False
    return _PERSONAL_LINK.search(link) is not None

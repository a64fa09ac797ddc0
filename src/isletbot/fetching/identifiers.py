"""Recognises the numbers that papers and trials are known by: PMID, DOI and NCT number. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

IdentifierKind = Literal["pmid", "doi", "nct"]
_DOI = r"10\.\d{4,9}/[^\s\"<>]+"
_FORMS: tuple[tuple[IdentifierKind, re.Pattern[str]], ...] = (
    ("pmid", re.compile(r"(?:pmid:?\s*)?([1-9]\d{0,8})", re.IGNORECASE)),
    ("pmid", re.compile(r"https?://pubmed\.ncbi\.nlm\.nih\.gov/([1-9]\d{0,8})/?(?:[?#].*)?", re.IGNORECASE)),
    ("doi", re.compile(rf"(?:doi:?\s*|https?://(?:dx\.)?doi\.org/)?({_DOI})", re.IGNORECASE)),
    ("nct", re.compile(r"(NCT\d{8})", re.IGNORECASE)),
    ("nct", re.compile(r"https?://(?:www\.)?clinicaltrials\.gov/(?:ct2/show|study)/(NCT\d{8})/?(?:[?#].*)?", re.I)),
)
"""`PMID: 12345678`, `https://doi.org/10.1000/182`, `nct00000000`. An address of a paper or a trial is read as
its number, since its registry gives the whole record and the page may not."""


@dataclass(frozen=True, slots=True)
class Identifier:
    kind: IdentifierKind
    value: str

    def __str__(self) -> str:
        return self.value if self.kind == "nct" else f"{self.kind.upper()}:{self.value}"


def read_identifier(text: str) -> Identifier | None:
    """Returns None for anything else, such as the address of a web page."""
    for kind, form in _FORMS:
        if found := form.fullmatch(text.strip()):
            return Identifier(kind, found[1].rstrip(".,;") if kind == "doi" else found[1].upper())
    return None

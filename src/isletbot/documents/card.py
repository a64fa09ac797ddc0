"""The source card of a draft: what the document says of itself, corrected by whoever adds it."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from isletbot.documents.parsed import ParsedDocument
from isletbot.errors import InputError

DocumentLicence = Literal["own", "open", "closed"]
LICENCES: Mapping[DocumentLicence, str] = {
    "own": "Our own document; its words may be shown.",
    "open": "Openly licensed; its words may be shown.",
    "closed": "Own digest; the original is its publisher's copyright.",
}
_REVIEW_AFTER = timedelta(days=365)
_LONGEST_ID = 60
_QUOTED = ("title", "publisher", "licence")
"""Fields that may hold what YAML would read as a mark of its own."""


@dataclass(frozen=True, slots=True)
class CardDetails:
    """What somebody says of a document; empty where the document itself, or its last version, is right."""

    id: str = ""
    title: str = ""
    publisher: str = ""
    published: str = ""
    as_of: str = ""
    evidence: str = ""
    url: str = ""
    doi: str = ""
    licence: DocumentLicence | None = None

    def check(self) -> None:
        """Raises InputError."""
        if self.id and not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,59}", self.id):
            raise InputError(f"The id {self.id[:80]!r} is none.", remedy="Use lower-case letters, digits and dashes.")
        for name in ("published", "as_of"):
            check_date(name, getattr(self, name))


def check_date(name: str, value: str) -> None:
    """Raises InputError for what is neither empty nor a day."""
    try:
        if value and (len(value) != 10 or not date.fromisoformat(value)):
            raise ValueError
    except ValueError:
        raise InputError(
            f"{name} is {value[:40]!r}, no date that exists.", remedy="Write it like 2025-06-20."
        ) from None


def make_id(words: str) -> str:
    """`The Lumen study (2026)` is `the-lumen-study-2026`. Raises InputError for words without a letter."""
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    made = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_LONGEST_ID].rstrip("-")
    if not made:
        raise InputError(
            "The document has no title that could name it.", remedy="Title it, or name it: --id some-name."
        )
    return made


def write_card(
    source_id: str,
    details: CardDetails,
    document: ParsedDocument,
    before: Mapping[str, str],
    original: str,
    today: date,
) -> str:
    """`before` is the card of the version that serves. A field that nothing tells stays empty, and the check of the
    corpus asks for it before the source is approved."""
    doi = details.doi or document.doi or before.get("doi", "")
    published = details.published or before.get("published", "") or document.published
    told = LICENCES[details.licence] if details.licence else before.get("licence") or LICENCES["closed"]
    quoted = details.licence in ("own", "open") if details.licence else before.get("quotes") == "original"
    fields = {
        "id": source_id,
        "title": json.dumps(details.title or before.get("title") or document.title, ensure_ascii=False),
        "publisher": json.dumps(details.publisher or before.get("publisher") or document.publisher, ensure_ascii=False),
        "evidence": details.evidence or before.get("evidence") or "clinic_article",
        "published": published,
        "as_of": details.as_of or details.published or before.get("as_of") or published,
        "review_due": (today + _REVIEW_AFTER).isoformat(),
        "url": details.url or before.get("url") or (f"https://doi.org/{doi}" if doi else ""),
        "doi": doi,
        "licence": json.dumps(told, ensure_ascii=False),
        **({"quotes": "original"} if quoted else {}),
        "original": f"sha256:{original}",
        "status": "draft",
    }
    return _write_fields(fields)


def rewrite_card(fields: Mapping[str, str]) -> str:
    """A card from the values of its fields as they are read."""
    return _write_fields(
        {name: json.dumps(value, ensure_ascii=False) if name in _QUOTED else value for name, value in fields.items()}
    )


def _write_fields(fields: Mapping[str, str]) -> str:
    return "\n".join(("---", *(f"{name}: {value}".rstrip() for name, value in fields.items()), "---", ""))

"""Reads a draft for people who correct it, and puts their corrections into its text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from isletbot.documents.card import LICENCES, DocumentLicence, check_date, rewrite_card
from isletbot.errors import InputError
from isletbot.ingestion.fields import parse_card
from isletbot.ingestion.split import MAX_STATEMENT, PROPOSED

_STATEMENT = re.compile(r"- (?P<mark>\(proposed\) )?(?P<text>.*?)\s*\{#(?P<anchor>[\w-]+)\}\s*")
_BELOW = re.compile(r"\s+[?=~]")
_ADDRESS = re.compile(r"https?://[^\s<>\"']+")
_DOI = re.compile(r"10\.\d{4,9}/\S+")


@dataclass(frozen=True, slots=True)
class DraftStatement:
    anchor: str
    text: str
    heading: str
    """Its place in the original, such as `page 4, Safety`."""
    proposed: bool
    """Nobody has yet said it in their own words."""
    line: int
    """Where it stands in the draft's file."""
    original: str = ""
    """The original's own words; empty where they are not known."""


@dataclass(frozen=True, slots=True)
class DraftText:
    card: Mapping[str, str]
    statements: tuple[DraftStatement, ...]

    @property
    def licence(self) -> DocumentLicence:
        named = next((name for name, words in LICENCES.items() if words == self.card.get("licence")), None)
        return named or ("open" if self.card.get("quotes") == "original" else "closed")


def read_draft(text: str, originals: Mapping[str, str]) -> DraftText:
    """`originals` are the original's own words by anchor."""
    card, body = _split(text)
    first = text[: len(text) - len(body)].count("\n") + 1
    return DraftText(card, tuple(_read_statements(body, first, originals)))


def _split(text: str) -> tuple[dict[str, str], str]:
    """Raises InputError for a text without a card."""
    head, mark, body = text.removeprefix("---\n").partition("\n---\n")
    if not mark or not text.startswith("---\n"):
        raise InputError("This draft has no source card.", remedy="Discard it and add the document again.")
    fields = parse_card("draft", head, 2).fields
    return {name: one.text for name, one in fields.items()}, body


def _read_statements(body: str, first: int, originals: Mapping[str, str]) -> Iterator[DraftStatement]:
    heading = ""
    for number, line in enumerate(body.split("\n"), first):
        if line.startswith("#"):
            heading = line.lstrip("# ")
        elif found := _STATEMENT.fullmatch(line):
            anchor = found["anchor"]
            original = originals.get(anchor, "")
            yield DraftStatement(anchor, found["text"], heading, bool(found["mark"]), number, original)


def correct_card(text: str, changes: Mapping[str, str], licence: DocumentLicence) -> str:
    """Raises InputError for a value that no card may have."""
    for name in ("published", "as_of", "review_due"):
        check_date(name, changes.get(name, ""))
    check_links(changes.get("url", ""), changes.get("doi", ""))
    card, body = _split(text)
    before = read_draft(text, {}).licence
    fields = {**card, **changes}
    if licence != before:
        fields["licence"] = LICENCES[licence]
        fields.pop("quotes", None)
        if licence != "closed":
            fields = {**fields, "quotes": "original"}
            body = body.replace(f"\n- {PROPOSED} ", "\n- ")
    return f"{rewrite_card(fields)}{body}"


def check_links(url: str, doi: str) -> None:
    """Raises InputError."""
    if url and not _ADDRESS.fullmatch(url):
        raise InputError(f"{url[:80]!r} is no address.", remedy="Write the whole address: https://…")
    if doi and not _DOI.fullmatch(doi):
        raise InputError(f"{doi[:80]!r} is no DOI.", remedy="Write it from 10. on, without an address before it.")


def correct_statement(text: str, anchor: str, words: str, seen: str) -> str:
    """The draft with this statement in these words, or without it when there are none. What was written in other words
    for the old ones goes. Raises InputError."""
    words = " ".join(words.split())
    _check_words(words)
    lines, made, inside = text.split("\n"), list[str](), False
    known = False
    for line in lines:
        found = _STATEMENT.fullmatch(line)
        if found and found["anchor"] == anchor:
            known = True
            if found["text"] != seen:
                raise InputError(
                    "Somebody has changed this statement meanwhile.", remedy="Look at it again, then change it."
                )
            inside = words != found["text"]
            made += [f"- {words} {{#{anchor}}}"] if words else []
        elif inside and _BELOW.match(line):
            continue
        else:
            inside = False
            made.append(line)
    if not known:
        raise InputError(f"There is no statement {anchor[:80]!r} in this draft.", remedy="Go back to the draft.")
    return "\n".join(made)


def _check_words(words: str) -> None:
    if len(words) > MAX_STATEMENT:
        rule = f"A statement has at most {MAX_STATEMENT} characters."
        raise InputError(f"This one has {len(words):,}. {rule}", remedy="Say it in fewer words.")
    if "{#" in words or words.startswith(PROPOSED):
        raise InputError("A statement is one sentence without marks.", remedy=f"Leave out {{# and {PROPOSED}.")

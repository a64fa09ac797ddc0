"""Files become digests: decoded text with its source card. What the statements say is not looked at here."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import cast, get_args
from urllib.parse import urlsplit

from isletbot.errors import CorpusError, Problem
from isletbot.ingestion.fields import Card, parse_card
from isletbot.types import EvidenceTier, QuoteOf, Source, Status

CORPUS_FORMAT = 1
"""Part of every corpus version: raise it when the same files come to mean something else."""
CAUTIONS_FILE = "cautions.yaml"
GLOSSARY_FILE = "glossary.yaml"
COVERAGE_FILE = "coverage.yaml"
GAPS_FILE = "gaps.yaml"
ANSWERS = "answers/"
NOT_DIGESTS = frozenset({"README.md"})
REQUIRED = frozenset("id title publisher evidence published as_of review_due url doi licence status".split())
OPTIONAL = frozenset({"quotes", "original"})
MAY_BE_EMPTY = frozenset({"doi"})
_FENCE = "---"


@dataclass(frozen=True, slots=True)
class Digest:
    source: Source
    file: str
    text: str
    """The whole file, decoded; offsets of passages point into it."""
    body: int
    """Offset of the first character after the front matter."""


def read_files(folder: Path) -> dict[str, bytes]:
    """The files that make the corpus, by name, in a fixed order. Raises CorpusError when there are no digests."""
    names = [path for path in sorted(folder.glob("*.md")) if path.name not in NOT_DIGESTS]
    if not names:
        remedy = "Name a folder that holds one Markdown digest a source (ISLETBOT_CORPUS_DIR)."
        raise CorpusError((Problem(str(folder), 0, "a folder with digests", str(folder), remedy),))
    named = (CAUTIONS_FILE, GLOSSARY_FILE, COVERAGE_FILE, GAPS_FILE)
    others = [folder / name for name in named if (folder / name).is_file()]
    answers = sorted((folder / ANSWERS).glob("*.yaml"))
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in (*names, *others, *answers)}


def corpus_version(files: Mapping[str, bytes]) -> str:
    """Hash of names and bytes: any change of any file is another version."""
    whole = hashlib.sha256(f"{CORPUS_FORMAT}\0".encode())
    for name, data in sorted(files.items()):
        whole.update(f"{name}\0{hashlib.sha256(data).hexdigest()}\0".encode())
    return whole.hexdigest()[:16]


def decode_files(files: Mapping[str, bytes]) -> tuple[dict[str, str], list[Problem]]:
    texts: dict[str, str] = {}
    problems = []
    for name, data in files.items():
        try:
            texts[name] = data.decode("utf-8")
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            value = f"byte 0x{data[error.start]:02x}"
            problems.append(Problem(name, line, "UTF-8", value, "Save the file as UTF-8."))
    return texts, problems


def read_digests(files: Mapping[str, bytes], texts: Mapping[str, str]) -> tuple[list[Digest], list[Problem]]:
    """One digest a Markdown file. One with a broken card is there too, so that its statements are checked as well."""
    digests: list[Digest] = []
    problems: list[Problem] = []
    named: dict[str, str] = {}
    for name, text in texts.items():
        if not name.endswith(".md"):
            continue
        card, body = _parse_front_matter(name, text)
        source = _read_source(card, "sha256:" + hashlib.sha256(files[name]).hexdigest())
        if source.id in named:
            card.report("id", "unique id", f"{named[source.id]} has it already: choose another.")
        elif source.id:
            named[source.id] = name
        problems.extend(card.problems)
        digests.append(Digest(source, name, text, body))
    return digests, problems


def _parse_front_matter(name: str, text: str) -> tuple[Card, int]:
    lines = text.split("\n")
    ends = [number for number, line in enumerate(lines) if number and line.rstrip() == _FENCE]
    if lines[0].rstrip() != _FENCE or not ends:
        card = Card(name, 1, {})
        remedy = f"Begin the file with a source card between two lines `{_FENCE}`."
        card.report("", "front matter", remedy, value=lines[0].strip()[:60])
        return card, 0
    card = parse_card(name, "\n".join(lines[1 : ends[0]]), first_line=2)
    if card.fields:
        card.check_names(REQUIRED, OPTIONAL)
    return card, sum(len(line) + 1 for line in lines[: ends[0] + 1])


def _read_source(card: Card, version: str) -> Source:
    """A Source even of a card with problems; the problems are on the card."""
    values = {name: card.text(name) for name in REQUIRED}
    for name in sorted(card.fields.keys() & REQUIRED - MAY_BE_EMPTY):
        if not values[name]:
            card.report(name, "missing value", f"Write a value after `{name}:`.", value=name)
    _check_id(card, values["id"])
    _check_links(card, values["url"], values["doi"])
    source = Source(
        id=values["id"],
        title=values["title"],
        publisher=values["publisher"],
        evidence=cast(EvidenceTier, _one_of(card, "evidence", get_args(EvidenceTier))),
        published=read_date(card, "published"),
        as_of=read_date(card, "as_of"),
        review_due=read_date(card, "review_due"),
        url=values["url"],
        doi=values["doi"],
        licence=values["licence"],
        status=cast(Status, _one_of(card, "status", get_args(Status))),
        version=version,
        quotes=cast("QuoteOf", _one_of(card, "quotes", get_args(QuoteOf)) or "summary"),
    )
    if (original := card.text("original")) and not re.fullmatch(r"sha256:[0-9a-f]{64}", original):
        card.report("original", "the hash of an original", "Leave it as `isletbot corpus add` wrote it, or out.")
    if date.min not in (source.published, source.review_due) and source.review_due < source.published:
        card.report("review_due", "review_due not before published", f"Write a day after {source.published}.")
    return source


def _check_id(card: Card, value: str) -> None:
    if not value:
        return
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]*", value):
        card.report("id", "letters, digits, dashes", "Use lower-case letters, digits and dashes only.")
    if f"{value}.md" != card.file:
        card.report("id", "id is the file's name", f"Name the file {value}.md or write `id: {Path(card.file).stem}`.")


def _check_links(card: Card, url: str, doi: str) -> None:
    try:
        parts = urlsplit(url)
        sound = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        sound = False
    if url and (not sound or re.search(r"[\s<>\"']", url)):
        card.report("url", "an http or https address", "Write the whole address: https://…")
    if doi and not re.fullmatch(r"10\.\d{4,9}/\S+", doi):
        card.report("doi", "a DOI without address", "Write it from `10.` on, or leave it empty.")


def is_home_page(url: str) -> bool:
    """Whether an address names a site and no page of it, so that nobody finds there what is cited."""
    parts = urlsplit(url)
    return bool(parts.hostname) and parts.path in ("", "/") and not parts.query and not parts.fragment


def _one_of(card: Card, name: str, allowed: tuple[str, ...]) -> str:
    value = card.fields[name].text if name in card.fields else ""
    if value and value not in allowed:
        card.report(name, f"known {name}", f"Use one of: {', '.join(allowed)}.")
    return value


def read_date(card: Card, name: str) -> date:
    """`date.min` when missing or broken; the break is reported, the missing one has been."""
    value = card.fields[name].text if name in card.fields else ""
    if not value:
        return date.min
    try:
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", value):
            raise ValueError
        return date.fromisoformat(value)
    except ValueError:
        card.report(name, "a date that exists, YYYY-MM-DD", "Write it like 2025-06-20.")
        return date.min

"""Reads what Europe PMC knows of a paper, and its full text where that is open. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from isletbot.errors import FetchError
from isletbot.fetching.jats import read_jats
from isletbot.fetching.pubmed import LANGUAGES
from isletbot.fetching.record_page import RecordSection, RegistryRecord
from isletbot.fetching.record_text import find_list, find_text, parse_xml, read_iso_day, strip_tags

_HEADING = re.compile(r"<h4>(.*?)</h4>", re.IGNORECASE)
_NOTICES = ("retraction", "erratum", "expression of concern", "corrected")


@dataclass(frozen=True, slots=True)
class FoundPaper:
    """A paper in Europe PMC's list, with the numbers by which more of it can be fetched."""

    record: RegistryRecord
    pmid: str
    pmcid: str
    open_access: bool


def read_search(data: bytes) -> FoundPaper | None:
    """Returns None when nothing is found. Raises FetchError for what is no answer of Europe PMC."""
    found = find_list(read_json(data, "Europe PMC"), "resultList", "result")
    return _read_result(found[0]) if found and isinstance(found[0], Mapping) else None


def read_full_text(data: bytes, paper: FoundPaper) -> RegistryRecord | None:
    """Returns None where the full text holds no section. Raises FetchError for no sound XML."""
    root = parse_xml(data, "Europe PMC")
    article = root if root.tag == "article" else root.find(".//article")
    sections = read_jats(article) if article is not None else ()
    if not any(section.parts for section in sections):
        return None
    notices = tuple(section for section in paper.record.sections if section.heading == "Notices")
    return replace(paper.record, sections=(*notices, *sections))


def read_json(data: bytes, registry: str) -> Any:
    try:
        return json.loads(data)
    except (ValueError, RecursionError) as error:
        raise FetchError(
            "broken", f"{registry} sends no sound JSON ({str(error)[:200]}).", "Try again later."
        ) from error


def _read_result(result: Mapping[str, Any]) -> FoundPaper:
    pmid, pmcid = find_text(result, "pmid"), find_text(result, "pmcid")
    source, number, language = find_text(result, "source"), find_text(result, "id"), find_text(result, "language")
    record = RegistryRecord(
        url=f"https://europepmc.org/article/{'PMC' if pmcid else source}/{pmcid or number}",
        title=strip_tags(find_text(result, "title")).rstrip("."),
        publisher=find_text(result, "journalInfo", "journal", "title")
        or find_text(result, "bookOrReportDetails", "publisher"),
        published=read_iso_day(find_text(result, "firstPublicationDate")),
        updated=read_iso_day(find_text(result, "dateOfRevision")),
        doi=find_text(result, "doi"),
        licence=find_text(result, "license").upper(),
        language=LANGUAGES.get(language, language),
        sections=(*_read_notices(result), *_read_abstract(str(result.get("abstractText") or ""))),
    )
    return FoundPaper(record, pmid, pmcid, find_text(result, "isOpenAccess") == "Y")


def _read_notices(result: Mapping[str, Any]) -> Iterator[RecordSection]:
    listed = find_list(result, "commentCorrectionList", "commentCorrection")
    told = ((find_text(one, "type"), find_text(one, "reference")) for one in listed)
    said = tuple(f"{kind}: {where}" for kind, where in told if kind.lower().startswith(_NOTICES))
    if said:
        yield RecordSection("Notices", 1, said)


def _read_abstract(text: str) -> Iterator[RecordSection]:
    """Splits at the headings that structured abstracts carry."""
    before, *parts = _HEADING.split(text)
    for heading, said in (("Abstract", before), *zip(parts[::2], parts[1::2], strict=True)):
        if strip_tags(said):
            yield RecordSection(strip_tags(heading).capitalize(), 1, (strip_tags(said),))

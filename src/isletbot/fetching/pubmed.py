"""Reads one abstract as PubMed sends it. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from xml.etree.ElementTree import Element

from isletbot.fetching.record_page import RecordSection, RegistryRecord
from isletbot.fetching.record_text import parse_xml, read_day, read_element

LANGUAGES = {"eng": "en", "ger": "de", "fre": "fr", "spa": "es", "ita": "it", "por": "pt", "dut": "nl", "jpn": "ja"}
_DOI = "./PubmedData/ArticleIdList/ArticleId[@IdType='doi']"
"""Of the article itself: those of its references lie deeper."""
_NOTICES = {
    "RetractionIn": "This article has been retracted: {}",
    "ErratumIn": "An erratum to this article has been published: {}",
    "ExpressionOfConcernIn": "An expression of concern about this article has been published: {}",
    "CorrectedandRepublishedIn": "This article has been corrected and published again: {}",
}


def read_pubmed(data: bytes, pmid: str) -> RegistryRecord | None:
    """Returns None when the answer holds no article of this number. Raises FetchError for no sound XML."""
    root = parse_xml(data, "PubMed")
    for article in root.iter("PubmedArticle"):
        if read_element(article.find("./MedlineCitation/PMID")) == pmid:
            return _read_article(article, pmid)
    return None


def _read_article(article: Element, pmid: str) -> RegistryRecord:
    def text(path: str) -> str:
        return read_element(article.find(f"./MedlineCitation/{path}"))

    language = text("Article/Language")
    doi = next((found.text or "" for found in article.iterfind(_DOI)), "")
    return RegistryRecord(
        url=f"https://pubmed.ncbi.nlm.nih.gov/{pmid}/",
        title=text("Article/ArticleTitle").rstrip("."),
        publisher=text("Article/Journal/Title"),
        published=_read_published(article),
        updated=_read_date(article.find("./MedlineCitation/DateRevised")),
        doi=doi.strip(),
        licence=text("Article/Abstract/CopyrightInformation"),
        language=LANGUAGES.get(language, language),
        sections=(*_read_notices(article), *_read_abstract(article)),
    )


def _read_published(article: Element) -> date | None:
    electronic = _read_date(article.find("./MedlineCitation/Article/ArticleDate"))
    return electronic or _read_date(article.find("./MedlineCitation/Article/Journal/JournalIssue/PubDate"))


def _read_date(element: Element | None) -> date | None:
    if element is None:
        return None
    year, month, day = (read_element(element.find(name)) for name in ("Year", "Month", "Day"))
    return read_day(year or read_element(element.find("MedlineDate"))[:4], month, day)


def _read_notices(article: Element) -> Iterator[RecordSection]:
    corrections = article.iterfind("./MedlineCitation/CommentsCorrectionsList/CommentsCorrections")
    said = tuple(
        _NOTICES[kind].format(_name_source(one)) for one in corrections if (kind := one.get("RefType", "")) in _NOTICES
    )
    if said:
        yield RecordSection("Notices", 1, said)


def _name_source(correction: Element) -> str:
    pmid = read_element(correction.find("PMID"))
    return read_element(correction.find("RefSource")) or (f"PMID {pmid}" if pmid else "elsewhere")


def _read_abstract(article: Element) -> Iterator[RecordSection]:
    for part in article.iterfind("./MedlineCitation/Article/Abstract/AbstractText"):
        heading = part.get("Label", "").strip().capitalize() or "Abstract"
        if said := read_element(part):
            yield RecordSection(heading, 1, (said,))

"""A web page becomes blocks: its main text, with headings and tables, and a note for what it hides."""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import trafilatura
from lxml import etree, html

from isletbot.documents.encodings import decode_text
from isletbot.documents.headings import HeadingPath
from isletbot.documents.hidden_styles import find_hiding_classes, is_hidden
from isletbot.documents.parsed import BlockForm, DocumentBlock, ParsedDocument, ReadingNote
from isletbot.documents.table_sentences import read_table
from isletbot.errors import InputError

_UNREAD = ("script", "style", "noscript", "template", "svg", "iframe", "object", "select", "button")
_AROUND = ("nav", "header", "footer", "aside", "form", "dialog")
_HEADING = re.compile(r"h([1-6])")
_PARAGRAPHS = {"p", "blockquote", "quote", "pre", "code", "figcaption", "caption", "dt", "dd", "address"}
_ITEMS = {"li", "item"}
_CHARSET = re.compile(rb"<meta[^>]+charset\s*=\s*[\"']?([\w-]+)", re.IGNORECASE)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_DATED = ("article:published_time", "citation_publication_date", "citation_date", "dc.date", "date", "dcterms.issued")
_TITLED = ("citation_title", "og:title", "dc.title")
_PUBLISHED = ("citation_publisher", "citation_journal_title", "og:site_name", "dc.publisher")
_DEEPEST = 200


def read_html(data: bytes, whole_page: bool = True) -> ParsedDocument:
    """With `whole_page` only the main text is taken; without it, everything: a page that was made from Markdown."""
    declared = _CHARSET.search(data[:4096])
    decoded = decode_text(data, declared[1].decode("ascii") if declared else "")
    text = re.sub(r"\A\s*<\?xml[^>]*\?>", "", decoded.text)
    try:
        page = html.document_fromstring(text)
    except (etree.ParserError, ValueError) as error:
        raise _refuse("It is an HTML page that cannot be read.", "Save the page again.") from error
    notes = [*decoded.notes, *_take_out_hidden(page)]
    if re.search(r"<html\b", text, re.IGNORECASE) and not re.search(r"</html\s*>", text, re.IGNORECASE):
        notes.append(ReadingNote("cut short", "the page has no end"))
    meta = _read_meta(page)
    headings = HeadingPath()
    title = _find_title(page, meta)
    blocks = tuple(_Walker(headings, title).walk(_find_main(page) if whole_page else page.find("body")))
    if not any(block.text for block in blocks):
        raise _refuse("The page has no text: it is made by a script, or empty.", "Save it as PDF and add that.")
    published = next((found[0] for name in _DATED if (found := _DATE.match(meta.get(name, "").replace("/", "-")))), "")
    publisher = next((meta[name] for name in _PUBLISHED if meta.get(name)), "")
    doi = re.sub(r"^(?:doi:|https?://doi\.org/)", "", meta.get("citation_doi", meta.get("dc.identifier", "")))
    language = (page.get("lang") or "")[:2].lower()
    return ParsedDocument(
        title, publisher, published, doi if doi.startswith("10.") else "", language, blocks, tuple(notes)
    )


def _take_out_hidden(page: Any) -> Iterator[ReadingNote]:
    classes = find_hiding_classes(page)
    for comment in list(page.iter(etree.Comment)):
        yield ReadingNote("comment", " ".join((comment.text or "").split())[:500])
        _drop(comment)
    for element in list(page.iter(*_UNREAD)):
        _drop(element)
    for element in list(page.iter(etree.Element)):
        if is_hidden(element, classes) and element.getparent() is not None and element.tag not in ("html", "body"):
            words = " ".join(" ".join(element.itertext()).split())
            if words:
                yield ReadingNote("hidden text", words[:500])
            _drop(element)


def _drop(element: Any) -> None:
    if element.getparent() is not None:
        element.drop_tree()


def _find_main(page: Any) -> Any:
    """trafilatura's choice of the main text, unless it loses a heading or a row of what stands in `main`."""
    own = deepcopy(page)
    for element in list(own.iter(*_AROUND)):
        if element.tag != "header" or element.find(".//h1") is None:
            _drop(element)
    candidates = [*own.iter("main"), *own.iter("article")] or [own.find("body")]
    main = max(candidates, key=lambda one: len(_words(one)))
    found: Any = trafilatura.bare_extraction(page, include_tables=True, include_comments=False, favor_recall=True)
    chosen = found.body if found is not None else None
    if chosen is None or _count(chosen) < _count(main) or len(_words(chosen)) < 0.9 * len(_words(main)):
        return main
    return chosen


def _count(tree: Any) -> int:
    names = ("h1", "h2", "h3", "h4", "h5", "h6", "head", "tr", "row")
    return sum(1 for element in tree.iter(*names) if _words(element))


def _words(element: Any) -> str:
    return " ".join(" ".join(element.itertext()).split())


def _find_title(page: Any, meta: dict[str, str]) -> str:
    heads = [_words(element) for element in page.iter("h1") if _words(element)]
    titles = [_words(element) for element in page.iter("title") if _words(element)]
    named = [meta[name] for name in _TITLED if meta.get(name)]
    return next(iter((*named[:1], *heads[:1], *titles[:1])), "")


def _read_meta(page: Any) -> dict[str, str]:
    """The first value of each name, in small letters."""
    found: dict[str, str] = {}
    for element in page.iter("meta"):
        name = (element.get("name") or element.get("property") or "").lower()
        value = " ".join((element.get("content") or "").split())
        if name and value:
            found.setdefault(name, value)
    return found


class _Walker:
    def __init__(self, headings: HeadingPath, title: str) -> None:
        self._headings, self._title = headings, title
        self._loose: list[str] = []

    def walk(self, tree: Any, depth: int = 0) -> Iterator[DocumentBlock]:
        """Blocks in the order of the page; text between elements is a paragraph of its own."""
        if tree is None:
            return
        if depth > _DEEPEST:
            raise _refuse(f"Its elements lie more than {_DEEPEST} deep in one another.", "Save it as PDF and add that.")
        self._loose.append(tree.text or "")
        for element in tree:
            if not isinstance(element.tag, str):
                self._loose.append(element.tail or "")
                continue
            if _is_block(element):
                yield from self._finish()
                yield from self._read(element, depth)
            else:
                self._loose.append(" " if element.tag in ("br", "lb") else _in_order(element))
            self._loose.append(element.tail or "")
        yield from self._finish()

    def _finish(self) -> Iterator[DocumentBlock]:
        words, self._loose = " ".join("".join(self._loose).split()), []
        if words:
            yield DocumentBlock(words, self._headings.place)

    def _read(self, element: Any, depth: int) -> Iterator[DocumentBlock]:
        level = _HEADING.fullmatch(element.get("rend") or "h2" if element.tag == "head" else element.tag)
        if level:
            if (words := _words(element)) and words != self._title:
                self._headings.enter(int(level[1]), words)
        elif element.tag == "table":
            rows = [[_words(cell) for cell in row if isinstance(cell.tag, str)] for row in element.iter("tr", "row")]
            yield from (DocumentBlock(cell, self._headings.place, "cell") for cell in read_table(rows))
        elif element.tag in _PARAGRAPHS | _ITEMS and not any(_is_block(inner) for inner in element):
            form: BlockForm = "item" if element.tag in _ITEMS else "paragraph"
            if words := " ".join(_in_order(element).split()):
                yield DocumentBlock(words, self._headings.place, form)
        else:
            yield from self.walk(element, depth + 1)


def _is_block(element: Any) -> bool:
    if not isinstance(element.tag, str):
        return False
    names = _PARAGRAPHS | _ITEMS | {"table", "head", "ul", "ol", "list", "div", "section", "article", "main", "header"}
    names |= {"dl", "figure", "details", "summary", "body", "center", "hgroup", "fieldset"}
    return element.tag in names or _HEADING.fullmatch(element.tag) is not None


def _in_order(element: Any) -> str:
    """The text as it is read, a line break being a blank."""
    words: list[str] = [element.text or ""]
    for inner in element:
        if isinstance(inner.tag, str):
            words.append(" " if inner.tag in ("br", "lb") else _in_order(inner))
        words.append(inner.tail or "")
    return "".join(words)


def _refuse(what: str, remedy: str) -> InputError:
    return InputError(f"This document cannot be added. {what}", code="bad_document", remedy=remedy)

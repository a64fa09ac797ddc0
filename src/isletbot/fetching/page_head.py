"""Reads title and language from the head of a web page. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html.parser import HTMLParser

_HEAD = 65_536
_LONGEST_TITLE = 300
_LANGUAGE = re.compile(r"[a-z]{2,3}(?=[-_,;\s]|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PageHead:
    title: str
    language: str


class _HeadParser(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.title = ""
        self.language = ""
        self._within = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "html":
            self.language = dict(attrs).get("lang") or dict(attrs).get("xml:lang") or ""
        self._within = tag == "title" and not self.title

    def handle_endtag(self, tag: str) -> None:
        self._within = False

    def handle_data(self, data: str) -> None:
        if self._within:
            self.title += data


def read_page_head(data: bytes, charset: str) -> PageHead:
    parser = _HeadParser()
    try:
        text = data[:_HEAD].decode(charset or "utf-8", "replace")
    except LookupError:
        text = data[:_HEAD].decode("utf-8", "replace")
    parser.feed(text)
    return PageHead(" ".join(parser.title.split())[:_LONGEST_TITLE], read_language(parser.language))


def read_language(tag: str) -> str:
    """Returns `en` for `en-GB`, and an empty text for what is no language."""
    found = _LANGUAGE.match(tag.strip())
    return found[0].lower() if found else ""

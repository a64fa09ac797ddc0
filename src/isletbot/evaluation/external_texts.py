"""This module turns texts from outside the corpus into passages, so that the pipeline's functions can be measured on
them."""

from __future__ import annotations

from datetime import date

from isletbot.types import Passage, Source

_NO_DAY = date(1970, 1, 1)


def make_source(name: str) -> Source:
    """Makes a source that has only a name and never falls due for review."""
    return Source(
        id=name,
        title=name,
        publisher="",
        evidence="news",
        published=_NO_DAY,
        as_of=_NO_DAY,
        review_due=date.max,
        url="",
        doi="",
        licence="",
        status="approved",
        version="",
    )


def make_passage(source: Source, key: str, text: str) -> Passage:
    return Passage(key, source, f"{source.id}#{key}", "", text, 0, len(text))

"""Reads an Accept header by RFC 9110: media ranges with weights, in any case and order."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

_STREAM, _JSON = "text/event-stream", "application/json"


@dataclass(frozen=True, slots=True)
class _Weight:
    value: float
    exact: bool = False
    """Whether the media type is named itself, not by a wildcard."""


def prefers_stream(accept: Iterable[str]) -> bool:
    """Whether an event stream is wanted more than JSON. `accept` holds each Accept header of the request; a stream and
    JSON of equal weight make a stream only where the stream is named."""
    ranges = {name: weight for line in accept for name, weight in map(_read_range, line.split(",")) if name}
    stream, plain = _weigh(_STREAM, ranges), _weigh(_JSON, ranges)
    return stream.value > plain.value or (stream.exact and stream.value == plain.value > 0)


def _weigh(media_type: str, ranges: dict[str, float]) -> _Weight:
    """The most specific range decides."""
    if media_type in ranges:
        return _Weight(ranges[media_type], exact=True)
    wide = f"{media_type.partition('/')[0]}/*"
    return _Weight(ranges.get(wide, ranges.get("*/*", 0.0)))


def _read_range(item: str) -> tuple[str, float]:
    name, *parameters = (part.strip().lower() for part in item.split(";"))
    weight = next((value for key, _, value in (part.partition("=") for part in parameters) if key.strip() == "q"), "1")
    try:
        return name, min(max(float(weight), 0.0), 1.0)
    except ValueError:
        return name, 1.0

"""Server-sent events as a client reads them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any


def read_events(lines: Iterable[str]) -> Iterator[tuple[str, Any]]:
    """(event, data) by the rules of the format; comments are left out."""
    event, data = "", []
    for line in lines:
        field, _, value = line.partition(":")
        if line == "" and data:
            yield event, json.loads("\n".join(data))
            event, data = "", []
        elif field == "event":
            event = value.strip()
        elif field == "data":
            data.append(value.removeprefix(" "))

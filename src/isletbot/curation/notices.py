"""What the staff's webhook is to be told of, and the store that keeps it until then, as a Protocol."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class UnsafeNotice:
    """An unsafe mark that the staff's webhook is to be told of."""

    item_id: str
    group_id: str
    question: str
    words: str
    at: datetime
    attempts: int


class UnsafeNotices(Protocol):
    def take_due(self, now: datetime) -> tuple[UnsafeNotice, ...]:
        """Taken for some minutes, so that two servers do not deliver the same one at once."""
        ...

    def settle(self, notice: UnsafeNotice, now: datetime, failure: str = "") -> None:
        """Delivered; or failed for now, and due again later and later until it is given up."""
        ...

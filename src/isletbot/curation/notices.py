"""A notice tells the staff's webhook of an unsafe mark; a Protocol names the store that holds it until then."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class UnsafeNotice:
    """An unsafe mark that the staff's webhook must be told of."""

    item_id: str
    group_id: str
    question: str
    words: str
    at: datetime
    attempts: int


class UnsafeNotices(Protocol):
    def take_due(self, now: datetime) -> tuple[UnsafeNotice, ...]:
        """Leases the due notices for some minutes, so that two servers do not deliver the same one."""
        ...

    def settle(self, notice: UnsafeNotice, now: datetime, failure: str = "") -> None:
        """Records a delivery, or a failure with a later due time until the notice is given up."""
        ...

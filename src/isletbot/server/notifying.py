"""Notifies the staff's webhook of each reply that was marked unsafe. The message is redacted."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import httpx

from isletbot.curation.notices import UnsafeNotices
from isletbot.server.handoff import post_message

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Notifier:
    notices: UnsafeNotices
    url: str
    console: str
    """The console's origin for the link; without one the link is a path."""
    now: Callable[[], datetime]

    def deliver_due(self) -> None:
        """Delivers every notice that is due; a failed one becomes due again later."""
        for notice in self.notices.take_due(self.now()):
            message = {
                "id": notice.item_id,
                "kind": "unsafe",
                "at": notice.at.isoformat(),
                "question": notice.question,
                "words": notice.words,
                "link": f"{self.console}/staff/queue/{notice.group_id}",
            }
            try:
                post_message(self.url, message)
            except (OSError, httpx.HTTPError) as error:
                # Only the kind of error: its words may hold the address, with its password.
                _log.warning("an unsafe mark was not delivered: %s", type(error).__name__)
                self.notices.settle(notice, self.now(), type(error).__name__)
            else:
                self.notices.settle(notice, self.now())

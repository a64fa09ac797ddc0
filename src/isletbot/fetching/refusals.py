"""Names what a server's status means for somebody who wants the document. Pure."""

from __future__ import annotations

from datetime import UTC
from email.utils import parsedate_to_datetime

from isletbot.errors import FetchError
from isletbot.fetching.hop import HopReply

_SIGN_IN = "Open it in a browser, save the document and add the file."
_ANOTHER = "Look in a browser where it has gone, and give that address."


def describe_refusal(reply: HopReply) -> FetchError:
    """Describes any status but 200 and 304."""
    shown, status = reply.url[:200], reply.status
    if status in (404, 410):
        return FetchError("missing", f"There is no {shown!r}: the server answers {status}.", _ANOTHER)
    if status in (401, 402, 403, 407, 451):
        return FetchError("refused", f"The server does not give {shown!r} to everybody: it answers {status}.", _SIGN_IN)
    if status in (429, 503):
        when = read_retry_after(reply.headers.get("retry-after", ""))
        return FetchError("busy", f"The server is busy and answers {status}.", f"Try again {when}.")
    return FetchError("broken", f"The server answers {status} for {shown!r}.", "Try again later.")


def read_retry_after(header: str) -> str:
    """Puts Retry-After, which holds seconds or a date, into words."""
    text = header.strip()
    if text.isascii() and text.isdigit() and len(text) < 8:
        return f"in {int(text)} seconds"
    try:
        at = parsedate_to_datetime(text)
    except (TypeError, ValueError):
        return "later"
    return f"after {(at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC):%Y-%m-%d %H:%M} UTC"

"""What a failed call of a chat model was: whether another try may mend it, and its name for the trace."""

from __future__ import annotations

from isletbot.errors import ChatTrouble

_PASSING = frozenset({408, 409, 429})
"""HTTP statuses below 500 that a retry may resolve."""


def may_pass(error: BaseException) -> bool:
    status = getattr(error, "status_code", None)
    if isinstance(status, int) and status > 0:
        return status >= 500 or status in _PASSING
    return isinstance(error, Exception) and not isinstance(error, ChatTrouble)


def name_trouble(error: Exception, begun: bool) -> ChatTrouble:
    """Leaves out the error's own message, which may hold a part of the key or of the question."""
    status, kind = getattr(error, "status_code", None), type(error).__name__
    if begun:
        return ChatTrouble("broken", f"broke off ({kind})")
    if isinstance(status, int) and status > 0:
        return ChatTrouble("down" if may_pass(error) else "refused", f"answered with status {status}")
    if isinstance(error, ValueError):
        return ChatTrouble("broken", f"sent what could not be read ({kind})")
    return ChatTrouble("down", f"could not be reached ({kind})")

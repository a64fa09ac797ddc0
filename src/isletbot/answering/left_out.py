"""Names the parts of a question that a reply leaves out. Pure."""

from __future__ import annotations

from collections.abc import Callable
from textwrap import shorten

from isletbot.types import Draft, Evidence

_MOST_ECHOED = 120
"""Characters of a part that a reply repeats."""


def name_left_out(draft: Draft, evidence: Evidence, say: Callable[..., str]) -> str:
    """Names each part that is not answered: by the gap it asks for, else by the person's own words."""
    gaps = {found.part: found.gap for found in evidence.found}
    unnamed = [part for part in draft.unanswered if not gaps.get(part)]
    named = [gap.say for part in draft.unanswered if (gap := gaps.get(part))]
    if unnamed:
        words = " ".join(f"“{shorten(part.text, _MOST_ECHOED, placeholder='…')}”" for part in unnamed)
        named.append(say("part-not-in-corpus", part=words))
    return " ".join(dict.fromkeys(named))

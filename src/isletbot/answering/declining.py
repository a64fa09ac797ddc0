"""Words a reply to what the sources do not hold, or may hold under another question. Pure."""

from __future__ import annotations

from collections.abc import Callable

from isletbot.types import Draft, Evidence

_MOST_TOPICS = 2
_NEARLY_MEANT, _NEAR = 0.4, 0.2
"""Relevance from which an answer that is not given may be what was meant, and from which it is near enough to be
offered: "is there help with the ferry fare?" is not met with a clinic abroad."""


def word_decline(
    draft: Draft, evidence: Evidence, starters: tuple[str, ...], say: Callable[..., str]
) -> tuple[str, tuple[str, ...]]:
    """The text, and the questions it offers. Names the gap that is asked for; else asks back where an answer is nearly
    meant, since the sources may well hold it; else says that nothing was found. Where nothing is near it offers what
    everybody may ask."""
    gaps = tuple(dict.fromkeys(found.gap for found in evidence.found if found.gap))
    near = tuple(dict.fromkeys(question for gap in gaps for question in gap.suggestions))
    relevances = [near.relevance for found in evidence.found for near in found.approved]
    likeliest = max(relevances, default=0.0)
    offered = () if relevances and likeliest < _NEAR else draft.suggestions
    topics = (near or offered or starters)[:_MOST_TOPICS]
    if not gaps and offered and likeliest >= _NEARLY_MEANT:
        return say("did-you-mean", topics=" ".join(topics)), topics
    named = " ".join(gap.say for gap in gaps) or say("nothing-found")
    return say("not-in-corpus", gap=named, topics=" ".join(topics)), topics

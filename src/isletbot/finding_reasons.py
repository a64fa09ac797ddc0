"""Names why a sentence is, or is not, supported: a kind from a closed list, and the words that it is about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ReasonKind = Literal[
    "verbatim",
    "words_agree",
    "figures_agree",
    "approved",
    "sum_agrees",
    "no_quote",
    "nothing_to_check",
    "quote_not_found",
    "words_not_in_statement",
    "unknown_statement",
    "without_correction",
    "caution",
    "opening_not_approved",
    "new_words",
    "new_number",
    "new_fraction",
    "new_group",
    "new_range",
    "limit_reversed",
    "limit_as_figure",
    "other_count",
    "order_reversed",
    "without_hedge",
    "without_qualifier",
    "view_as_fact",
    "opposite_word",
    "denies_more",
    "denies_less",
    "not_denied_in_quote",
    "denied_in_quote",
    "nothing_denied_in_quotes",
    "not_said_of_all",
    "sum_differs",
    "refused_from_chat_model",
    "likelihood",
    "other",
]
"""`denies_more` is a sentence that denies more than its quotes. `other` is what an earlier release stored."""


@dataclass(frozen=True, slots=True)
class Reason:
    kind: ReasonKind
    text: str
    """For traces, logs and the command line; the console says the kind in whole words."""
    words: tuple[str, ...] = ()
    """What of the sentence or its quotes it is about; how many there are depends on the kind."""

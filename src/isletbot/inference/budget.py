"""Counts the tokens and cost of one reply and ends it at its limits."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from isletbot.errors import ChatTrouble

_LETTERS = 4
"""Characters counted as one token until the server reports its own count."""
_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class BudgetLimits:
    """Limits of one reply. 0 means no limit; prices are per million tokens."""

    input_tokens: int = 0
    output_tokens: int = 0
    input_price: float = 0.0
    output_price: float = 0.0
    reply_price: float = 0.0


class Budget:
    """Estimates tokens as text is sent and received, and uses the server's own counts where it reports them."""

    def __init__(self, limits: BudgetLimits) -> None:
        self._limits = limits
        self._sent = 0
        self._written = 0
        self._letters = 0
        """Received in this call."""
        self._told: Mapping[str, int] = {"input_tokens": 0, "output_tokens": 0}
        """Reported by the server, over all calls."""

    def send(self, system: str, user: str) -> None:
        """Raises ChatTrouble when the text would exceed the limits: then nothing may be sent."""
        sent = self._sent + _estimate(len(system) + len(user))
        self._check(sent, self.output_tokens)
        self._sent = sent
        self._written = self.output_tokens
        self._letters = 0

    def take(self, text: str, told: object) -> None:
        """Counts one received piece. Raises ChatTrouble when it exceeds the limits: then it may not be used."""
        self._letters += len(text)
        if isinstance(told, Mapping):
            self._told = {name: had + int(told.get(name) or 0) for name, had in self._told.items()}
        self._check(self.input_tokens, self.output_tokens)

    @property
    def input_tokens(self) -> int:
        return max(self._sent, self._told["input_tokens"])

    @property
    def output_tokens(self) -> int:
        return max(self._written + _estimate(self._letters), self._told["output_tokens"])

    def _check(self, sent: int, written: int) -> None:
        allowed = self._limits
        for name, count, most in (("sent", sent, allowed.input_tokens), ("written", written, allowed.output_tokens)):
            if most and count > most:
                raise ChatTrouble("over budget", f"about {count} tokens {name}, {most} allowed")
        price = self._price(sent, written)
        if allowed.reply_price and price > allowed.reply_price:
            raise ChatTrouble("over budget", f"would cost {price:.4g}, {allowed.reply_price:g} allowed")

    def _price(self, sent: int, written: int) -> float:
        return (sent * self._limits.input_price + written * self._limits.output_price) / _MILLION


def _estimate(letters: int) -> int:
    return math.ceil(letters / _LETTERS)

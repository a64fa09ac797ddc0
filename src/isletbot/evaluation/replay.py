"""A written conversation put to a bot again: each turn is asked after the bot's own replies to those before."""

from __future__ import annotations

from collections.abc import Sequence

from isletbot.ports import Asks
from isletbot.types import Turn


def replay_turns(bot: Asks, turns: Sequence[str]) -> tuple[Turn, ...]:
    """The conversation after the person's `turns`, the bot's replies among them, oldest first."""
    history: tuple[Turn, ...] = ()
    for turn in turns:
        answer = bot.ask(turn, history)
        history = (*history, Turn("user", turn), Turn("assistant", answer.text))
    return history

"""This module puts a written conversation to a bot again: each turn follows the bot's own earlier replies."""

from __future__ import annotations

from collections.abc import Sequence

from isletbot.ports import Asks
from isletbot.types import Turn


def replay_turns(bot: Asks, turns: Sequence[str]) -> tuple[Turn, ...]:
    """Returns the conversation after the person's `turns` with the bot's replies, oldest first."""
    history: tuple[Turn, ...] = ()
    for turn in turns:
        answer = bot.ask(turn, history)
        history = (*history, Turn("user", turn), Turn("assistant", answer.text))
    return history

"""A target answers the cases: the bot that ships, or an endpoint by URL. It takes a conversation and returns a
reply."""

from __future__ import annotations

import resource
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Lock
from time import perf_counter
from typing import Protocol

from isletbot.errors import InputError
from isletbot.evaluation.cases import Case
from isletbot.evaluation.replay import replay_turns
from isletbot.evaluation.replies import ReplyJson
from isletbot.ports import Asks
from isletbot.types import Answer, Trace


class TargetError(Exception):
    """One case got no reply; the message says why. The other cases go on."""


@dataclass(frozen=True, slots=True)
class TargetReply:
    reply: ReplyJson | None
    """None when screening rejected a poisoned document, so that nothing was asked."""
    milliseconds: float = 0.0
    """The time of the last turn as the caller waits for it."""
    trace: Mapping[str, object] = field(default_factory=dict)
    refused: str = ""
    """The reason why screening rejected a poisoned document."""


class Target(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def versions(self) -> Mapping[str, str]:
        """Returns the versions of what answers, as far as it tells them."""
        ...

    @property
    def at_once(self) -> int:
        """Returns how many cases it is given at a time."""
        ...

    def converse(self, case: Case) -> TargetReply:
        """Returns the reply to the last turn, after the target's own earlier replies. Raises TargetError."""
        ...


def read_local(given: str) -> int | None:
    """Reads `local` or `local:N` and returns how many cases are put at a time; None for another target."""
    name, _, at_once = given.partition(":")
    if name != "local":
        return None
    if given == "local":
        return 1
    if at_once.isdecimal() and int(at_once):
        return int(at_once)
    raise InputError(f"The target {given!r} does not say how many cases are put at a time.", remedy="Write local:2.")


PoisonFeed = Callable[[str], tuple[Asks | None, str]]
"""Turns a poisoned digest into a bot whose corpus holds it, or into None and the reason why screening rejected it."""


class LocalTarget:
    """Calls `Bot.ask` in this process."""

    name = "local"

    def __init__(
        self,
        bot: Asks,
        to_json: Callable[[Answer], ReplyJson],
        versions: Mapping[str, str],
        poison: PoisonFeed | None = None,
        at_once: int = 1,
    ) -> None:
        self.bot = self._bot = bot
        self._to_json = to_json
        self.versions = versions
        self._poison = poison
        self._poisoned_alone = Lock()  # every poisoned document goes into the same copy of the corpus
        self.at_once = at_once

    def converse(self, case: Case) -> TargetReply:
        if case.digest:
            return self._converse_poisoned(case)
        return self._put(self._bot, case)

    def _converse_poisoned(self, case: Case) -> TargetReply:
        if self._poison is None:
            raise TargetError("there is no way to put a document into this target's corpus")
        with self._poisoned_alone:
            bot, refused = self._poison(case.digest)
            return TargetReply(None, refused=refused) if bot is None else self._put(bot, case)

    def _put(self, bot: Asks, case: Case) -> TargetReply:
        history = replay_turns(bot, case.turns[:-1])
        began = perf_counter()
        answer = bot.ask(case.turns[-1], history)
        milliseconds = (perf_counter() - began) * 1000
        trace = {**trace_to_json(answer.trace), "memory_mb": _peak_memory_mb()}
        return TargetReply(self._to_json(answer), round(milliseconds, 3), trace)


def trace_to_json(trace: Trace) -> Mapping[str, object]:
    """Returns the trace of the answer, short enough to store for every case."""
    triage, query = trace.triage, trace.query
    return {
        "route": triage.route if triage else "",
        "rule": triage.rule if triage else "",
        "reason": triage.reason if triage else "",
        "parts": [str(part) for part in query.parts] if query else [],
        "found": [[key, score] for key, score in trace.found[:10]],
        "drafts": [list(draft) for draft in trace.drafts],
        "findings": [[finding.outcome, finding.reason.text] for finding in trace.findings],
        "failure": trace.failure,
        "milliseconds": dict(trace.milliseconds),
    }


def _peak_memory_mb() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (1024 * 1024 if sys.platform == "darwin" else 1024), 1)

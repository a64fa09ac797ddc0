"""Whom the cases are put to: the very bot that ships, or an endpoint by URL. One conversation in, one reply out."""

from __future__ import annotations

import resource
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from time import perf_counter
from typing import Protocol

from isletbot.evaluation.cases import Case
from isletbot.evaluation.replay import replay_turns
from isletbot.evaluation.replies import ReplyJson
from isletbot.ports import Asks
from isletbot.types import Answer, Trace


class TargetError(Exception):
    """No reply could be had to one case: the message says why. The other cases go on."""


@dataclass(frozen=True, slots=True)
class TargetReply:
    reply: ReplyJson | None
    """None when a poisoned document was kept out, so that there was nothing to ask."""
    milliseconds: float = 0.0
    """Of the last turn, as the caller waits."""
    trace: Mapping[str, object] = field(default_factory=dict)
    refused: str = ""
    """Why screening kept a poisoned document out."""


class Target(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def versions(self) -> Mapping[str, str]:
        """What answers, as far as it tells."""
        ...

    def converse(self, case: Case) -> TargetReply:
        """The reply to the last turn, after the target's own replies to those before. Raises TargetError."""
        ...


PoisonFeed = Callable[[str], tuple[Asks | None, str]]
"""A poisoned digest to a bot whose corpus holds it, or to None and why screening kept it out."""


class LocalTarget:
    """`Bot.ask` itself, in this process."""

    name = "local"

    def __init__(
        self,
        bot: Asks,
        to_json: Callable[[Answer], ReplyJson],
        versions: Mapping[str, str],
        poison: PoisonFeed | None = None,
    ) -> None:
        self._bot = bot
        self._to_json = to_json
        self.versions = versions
        self._poison = poison

    def converse(self, case: Case) -> TargetReply:
        if case.digest:
            return self._converse_poisoned(case)
        return self._put(self._bot, case)

    def _converse_poisoned(self, case: Case) -> TargetReply:
        if self._poison is None:
            raise TargetError("there is no way to put a document into this target's corpus")
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
    """How the answer came about, short enough to keep for every case."""
    triage, query = trace.triage, trace.query
    return {
        "route": triage.route if triage else "",
        "rule": triage.rule if triage else "",
        "reason": triage.reason if triage else "",
        "parts": [str(part) for part in query.parts] if query else [],
        "found": [[key, score] for key, score in trace.found[:10]],
        "drafts": [list(draft) for draft in trace.drafts],
        "findings": [[finding.outcome, finding.reason] for finding in trace.findings],
        "failure": trace.failure,
        "milliseconds": dict(trace.milliseconds),
    }


def _peak_memory_mb() -> float:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (1024 * 1024 if sys.platform == "darwin" else 1024), 1)

"""Serves the triage rules in force: the shipped ones, and the changes that two people of the clinic approved."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from threading import Lock

from isletbot.answering.red_flags.regression_check import Turns, check_regressions
from isletbot.answering.red_flags.rule_examples import load_rules
from isletbot.answering.red_flags.rules import Rules, sign_rules
from isletbot.curation.rule_changes import RuleChange, RuleChanges
from isletbot.errors import IsletbotError, SettingsError

_log = logging.getLogger(__name__)
_REFRESH_SECONDS = 2.0
_RED_FLAGS = ("red_flags.jsonl", "red_flags_odd.jsonl")


class LiveRules:
    """Checks on use, at most every two seconds, whether a change was approved; that caller waits for it."""

    def __init__(
        self,
        shipped: Mapping[str, str],
        red_flags: Sequence[Turns],
        changes: RuleChanges,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.shipped, self.red_flags, self.changes = shipped, red_flags, changes
        self._clock = clock
        self.trouble = ""
        self._of_release = self._now = load_rules(shipped)
        self._applied: tuple[str, ...] = ()
        self._refreshed_at = 0.0
        self._lock = Lock()
        self._refresh()

    def __call__(self) -> Rules:
        if self._clock() - self._refreshed_at > _REFRESH_SECONDS and self._lock.acquire(blocking=False):
            try:
                self._refresh()
            finally:
                self._lock.release()
        return self._now

    @property
    def held(self) -> Rules:
        """The rules of the last check, at once: an emergency does not wait for the records."""
        return self._now

    def _refresh(self) -> None:
        """Keeps the current rules when the records cannot be read."""
        try:
            in_force = self.changes.list_in_force()
        except IsletbotError as error:
            _log.error("changes of the rules cannot be read: %s", error)
        else:
            found = tuple(change.id for change in in_force)
            if found != self._applied:
                self._now, self._applied = self._apply(in_force), found
        self._refreshed_at = self._clock()

    def _apply(self, changes: Sequence[RuleChange]) -> Rules:
        """Returns the shipped rules where the clinic's would be less safe, as a new release may know more red flags."""
        texts = {**self.shipped, **{each.file: _sign(each) for each in changes if each.file in self.shipped}}
        try:
            rules = load_rules(texts)
            lowered = check_regressions(rules, self._of_release, self.red_flags, ()).lowered
        except SettingsError as error:
            self.trouble = str(error)
        else:
            self.trouble = f"{len(lowered)} red flags would get less help: {lowered[0]}." if lowered else ""
        if self.trouble:
            _log.error("the clinic's rules are not in force, those that ship are: %s", self.trouble)
            return self._of_release
        return rules


def read_red_flags(folder: Path) -> tuple[Turns, ...]:
    """Raises SettingsError when the red flags that test the rules are missing."""
    found: list[Turns] = []
    for name in _RED_FLAGS:
        path = folder / name
        try:
            found += [json.loads(line)["turns"] for line in path.read_text("utf-8").splitlines()]
        except OSError as error:
            raise SettingsError(f"{str(path)!r} cannot be read: {error.strerror}. Install isletbot again.") from error
    return tuple(found)


def _sign(change: RuleChange) -> str:
    day = f"{change.decided_at:%Y-%m-%d}" if change.decided_at else ""
    return sign_rules(change.text, f"{change.proposed_by} and {change.decided_by}", day)

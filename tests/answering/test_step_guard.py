"""A step that raises is counted, ends the line, and never raises to whoever asked."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from isletbot.answering.step_guard import attempt, fail_closed


def begin(**changes: Any) -> dict[str, Any]:
    return {"listener": None, "milliseconds": {}, **changes}


def triage(_state: Any) -> dict[str, Any]:
    return {"triage": "answered"}


def broken(_state: Any) -> dict[str, Any]:
    raise OSError("the disk is gone")


class Gone:
    def step(self, name: str) -> None:
        raise OSError(f"nobody hears of {name}")


def test_a_step_that_goes_well_is_timed_and_its_update_kept() -> None:
    failures: Counter[str] = Counter()
    update = fail_closed(triage, failures)(begin(milliseconds={"before": 1.0}))
    assert update["triage"] == "answered"
    assert list(update["milliseconds"]) == ["before", "triage"]
    assert failures == {}


def test_a_step_that_runs_twice_is_timed_in_all() -> None:
    update = fail_closed(triage, Counter())(begin(milliseconds={"triage": 1000.0}))
    assert update["milliseconds"]["triage"] >= 1000.0


def test_a_step_that_raises_is_counted_and_leaves_its_name(caplog: pytest.LogCaptureFixture) -> None:
    failures: Counter[str] = Counter()
    update = fail_closed(broken, failures)(begin())
    assert update["failure"] == "broken: OSError"
    assert list(update["milliseconds"]) == ["broken"]
    assert failures == {"broken": 1}
    assert "the disk is gone" in caplog.text


def test_after_a_failure_no_step_does_anything() -> None:
    assert fail_closed(triage, Counter())(begin(failure="before: OSError")) == {}


def test_a_listener_that_fails_fails_the_step() -> None:
    failures: Counter[str] = Counter()
    assert fail_closed(triage, failures)(begin(listener=Gone()))["failure"] == "triage: OSError"
    assert failures == {"triage": 1}


def test_what_the_line_can_do_without_is_left_out_when_it_fails_and_counted(caplog: pytest.LogCaptureFixture) -> None:
    failures: Counter[str] = Counter()
    assert attempt(lambda: 7, "seven", failures) == 7
    assert failures == {}
    assert attempt(lambda: broken(None), "intents", failures) is None
    assert failures == {"intents": 1}
    assert "intents failed" in caplog.text

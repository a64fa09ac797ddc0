"""The load program, shortened: bursts of ten times the places, slow readers, people who leave, idle streams."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

from isletbot.answering.graph import Bot
from tests.faults.serving import ROOT, URGENT_SECONDS

LINE = "If this is an emergency, call 911."
WORDS = ["--seconds", "6", "--unloaded", "6", "--idle", "50", "--urgent-limit", str(URGENT_SECONDS)]


@pytest.mark.faults
@pytest.mark.weights
def test_a_short_overload_sheds_with_the_emergency_line_and_answers_what_is_urgent(
    bot: Bot, test_cache: Path, tmp_path: Path
) -> None:
    """`bot` has brought weights and index up to date."""
    env = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "ISLETBOT_DATA_DIR": str(test_cache)}
    words = [sys.executable, str(ROOT / "benchmarks" / "overload.py"), *WORDS, "--json", str(tmp_path / "out.json")]
    done = subprocess.run(words, env=env, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    rows = {row["who"]: row for row in json.loads((tmp_path / "out.json").read_text("utf-8"))["rows"]}
    assert rows["urgent"]["count"] > 5
    assert rows["urgent"]["200"] == "100%"
    assert rows["burst"]["503"] != "0%", "the burst was no overload"


@pytest.fixture
def overload(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    import overload  # type: ignore[import-not-found]

    return overload  # type: ignore[no-any-return]


def refusal(remedy: str) -> bytes:
    return json.dumps({"error": {"code": "busy", "message": "No.", "remedy": remedy}}).encode()


URGENT_REPLY = b'event: answer\ndata: {"id": "a", "kind": "urgent"}\n\n'


@pytest.mark.parametrize(
    ("kind", "status", "body", "seconds", "fault"),
    [
        ("burst", 503, refusal(f"Wait. {LINE}"), 0.1, ""),
        ("urgent", 200, URGENT_REPLY, 0.9, ""),
        ("burst", 503, refusal("Wait."), 0.1, "burst: a 503 without the emergency line"),
        ("steady", 500, b"", 0.1, "steady: status 500"),
        ("urgent", 200, URGENT_REPLY, 1.5, "urgent: answered after 1.50 s, not within 1 s"),
        ("urgent", 503, refusal(LINE), 0.1, "urgent: no urgent reply, status 503"),
        ("urgent", 200, b'data: {"kind": "answered"}', 0.1, "urgent: no urgent reply, status 200"),
    ],
)
def test_what_must_not_be_is_a_fault(
    overload: ModuleType, kind: str, status: int, body: bytes, seconds: float, fault: str
) -> None:
    seen = overload.Seen()
    seen.exchanges["urgent"].append(overload.Exchange(200, URGENT_REPLY, 0.1, None, 0.1))
    seen.exchanges[kind].append(overload.Exchange(status, body, seconds, None, seconds))
    assert list(overload.find_faults(seen, LINE, [])) == ([fault] if fault else [])


def test_memory_that_grows_a_lost_request_and_an_answer_that_is_not_kept_are_faults(overload: ModuleType) -> None:
    seen = overload.Seen()
    assert list(overload.find_faults(seen, LINE, [])) == ["urgent: none was sent"]
    seen.exchanges["urgent"].append(overload.Exchange(200, URGENT_REPLY, 0.1, None, 0.1))
    seen.memory_mb, seen.lost = [10.0, 300.0, 300.0, 360.0], ["burst: TimeoutError"]
    assert list(overload.find_faults(seen, LINE, ["a1"])) == [
        "no response: burst: TimeoutError",
        "not in the records: a1",
        "memory grew by 60 MB, more than 50 MB",
    ]
    assert list(overload.find_faults(seen, LINE, [], 61)) == ["no response: burst: TimeoutError"]
    assert overload.find_ids(seen) == {"a"}

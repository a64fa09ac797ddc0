"""The comparison with other pipelines counts fairly, pairs its rounds, and its page says what was measured."""

from __future__ import annotations

import json
import re
from pathlib import Path
from types import ModuleType
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.grading import SOURCES, a_case, a_fact, a_reply

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def _importable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))


@pytest.fixture
def scores() -> ModuleType:
    import peer_scores  # type: ignore[import-not-found]

    return peer_scores  # type: ignore[no-any-return]


@pytest.fixture
def page() -> ModuleType:
    import peer_page  # type: ignore[import-not-found]

    return peer_page  # type: ignore[no-any-return]


def a_measured(value: float, **changes: Any) -> dict[str, Any]:
    from peer_scores import FIGURES

    rounds = [dict.fromkeys(FIGURES, value), dict.fromkeys(FIGURES, value * 2)]
    return {"rounds": rounds, "right": {"passages": 3}, "characters": 900, **changes}


def a_record(**changes: Any) -> dict[str, Any]:
    return {
        "date": "2026-12-01",
        "commit": "0123456789ab",
        "cores": 2,
        "nice": 0,
        "load": [0.1, 1.2],
        "python": "3.11.7",
        "versions": {"torch": "2.13.0"},
        "suite": "blind_voices_4",
        "questions": 8,
        "follow_ups": 1,
        "rounds": 2,
        "threads": 2,
        "load_questions": 80,
        "first_build": None,
        "skipped": {},
        "failed": [],
        "pipelines": {
            "isletbot": a_measured(2.0, right={"passages": 2, "graded": 4}),
            "langchain": a_measured(5.0),
        },
        **changes,
    }


def test_a_question_is_right_when_the_first_passages_state_every_fact(scores: ModuleType) -> None:
    case = a_case(must=(a_fact("liver", r"\bliver\b"), a_fact("vein", "portal vein")))
    vein, liver, other = ("a", "By the portal  vein."), ("b", "Into the liver."), ("c", "Nothing.")
    assert scores.score_passages([[vein, liver]], [case], 4) == [True]
    assert scores.score_passages([[vein, other]], [case], 4) == [False]
    assert scores.score_passages([[vein, other, other, other, liver]], [case], 4) == [False]
    assert scores.score_passages([[]], [case], 4) == [False]


def test_the_listed_questions_of_a_digest_are_no_evidence(scores: ModuleType) -> None:
    case = a_case(must=(a_fact("liver", r"\bliver\b"),))
    assert not scores.hold_facts(["They are infused.\n? is it the liver\n  ? the liver?"], case)
    assert scores.hold_facts(["Is it?\nThe liver."], case)


def test_a_fact_is_no_passage_and_the_next_one_together(scores: ModuleType) -> None:
    case = a_case(must=(a_fact("ten of twelve", "10 of 12"),))
    assert not scores.hold_facts(["It was 10", "of 12 in all."], case)


def test_isletbot_is_graded_as_in_the_evaluation_and_by_what_it_cites(scores: ModuleType) -> None:
    good, wrong = a_reply(), a_reply(kind="not_in_corpus")
    assert scores.grade_replies([good, wrong], [a_case(), a_case()], SOURCES) == [True, False]
    ((quoted,),) = scores.quote_replies([good])
    assert quoted == ("nejm-2025", good["citations"][0]["quote"])
    assert scores.quote_replies([a_reply(citations=[])]) == [[]]


def test_only_cases_to_answer_with_a_fact_are_put(scores: ModuleType, tmp_path: Path) -> None:
    fact = {"fact": "f", "any": ["f"]}
    rows = [
        {"id": "a", "turns": ["q"], "kinds": ["answered"], "must": [fact]},
        {"id": "b", "turns": ["q"], "kinds": ["answered"], "must": []},
        {"id": "c", "turns": ["q"], "kinds": ["urgent"], "must": [fact]},
    ]
    suite = tmp_path / "some.jsonl"
    suite.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    assert [case.id for case in scores.read_answerable(suite)] == ["a"]
    suite.write_text(json.dumps(rows[2]) + "\n", "utf-8")
    with pytest.raises(ValueError, match="no case of the kind `answered`"):
        scores.read_answerable(suite)


def test_ratios_are_of_one_round_and_the_rounds_must_pair_up(scores: ModuleType) -> None:
    ours = [{"cold_s": 1.0}, {"cold_s": 10.0}, {"cold_s": 2.0}]
    theirs = [{"cold_s": 4.0}, {"cold_s": 20.0}, {"cold_s": 6.0}]
    assert scores.compare_rounds(theirs, ours, "cold_s") == scores.Ratio(3.0, 2.0, 4.0)
    with pytest.raises(ValueError, match="zip"):
        scores.compare_rounds(theirs[:2], ours, "cold_s")


def test_the_waits_are_a_median_and_a_95th_percentile(scores: ModuleType) -> None:
    times = [float(number) for number in range(101)]
    assert scores.summarise_times(times, [1.0, 3.0, 2.0]) == {"warm_ms": 50.0, "p95_ms": 95.0, "cpu_ms": 2.0}


def test_a_pipeline_whose_package_is_absent_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    import peer_rounds  # type: ignore[import-not-found]

    absent = peer_rounds.PIPELINES["langchain"].__class__("x", ("json", "no_such_peer.core"), print, print, "x")
    monkeypatch.setitem(peer_rounds.PIPELINES, "langchain", absent)
    assert peer_rounds.find_absent("langchain") == "no_such_peer.core"
    monkeypatch.setitem(peer_rounds.PIPELINES, "langchain", absent.__class__("x", ("json",), print, print, "x"))
    assert peer_rounds.find_absent("langchain") == ""


def test_a_process_that_fails_is_not_measured(tmp_path: Path) -> None:
    import peer_rounds

    with pytest.raises(peer_rounds.NotMeasured, match=r"langchain, serve: .*work\.json"):
        peer_rounds.run_child("langchain", "serve", tmp_path)


def test_the_peers_read_the_digests_and_where_wanted_the_approved_answers() -> None:
    from peer_pipelines import read_documents  # type: ignore[import-not-found]

    digests, everything = dict(read_documents(False)), dict(read_documents(True))
    assert "nejm-2025" in digests
    assert "README" not in digests
    assert digests.items() <= everything.items()
    approved = everything["answers/approved"]
    assert approved.startswith("The trial record of 4 October 2026 reported no approval.\n")
    assert "\n? Is it approved?\n" in approved


def test_the_page_shows_each_ratio_with_its_spread(page: ModuleType) -> None:
    written = page.write_page(a_record())
    assert "| LangChain tutorial | 7.5 (×2.50, 2.50 to 2.50) |" in written
    assert "| isletbot, whole answer | 2 of 8 (25%) | – | 4 of 8 (50%) | 900 |" in written
    assert not re.search(r"\$\w", written)


def test_the_page_names_what_was_skipped_and_counts_no_ranking_by_chance(page: ModuleType) -> None:
    pipelines = {**a_record()["pipelines"], "reranked": a_measured(1.0)}
    written = page.write_page(a_record(skipped={"haystack": "haystack is not installed"}, pipelines=pipelines))
    assert "Skipped: Haystack (haystack is not installed)." in written
    assert "| LangChain with reranker | – | – | – | 900 |" in written


def test_the_chart_has_a_bar_for_each_pipeline_in_each_panel() -> None:
    from peer_chart import SHOWN, draw_chart  # type: ignore[import-not-found]

    root = ElementTree.fromstring(draw_chart(a_record()))
    bars = [node for node in root.iter() if node.tag.endswith("}rect") and node.get("height") == "14"]
    assert len(bars) == 2 * (len(SHOWN) + 1)
    right = float(root.attrib["width"])
    assert all(float(bar.attrib["x"]) + float(bar.attrib["width"]) < right for bar in bars)


def test_page_and_chart_are_what_the_kept_figures_say(page: ModuleType) -> None:
    kept = json.loads(page.KEPT.read_text("utf-8"))
    assert page.PAGE.read_text("utf-8") == page.write_page(kept), "run `python benchmarks/peer_page.py`"
    assert page.CHART.read_text("utf-8") == page.draw_chart(kept), "run `python benchmarks/peer_page.py`"
    assert kept["failed"] == []

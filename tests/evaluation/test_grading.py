"""The harness tested itself: what is planted is caught, what is right passes, and it agrees with the outside grader."""

import importlib.util
import json
import os
from pathlib import Path
from typing import Any

import pytest

from isletbot.evaluation.cases import read_suite
from isletbot.evaluation.grading import grade_reply
from isletbot.evaluation.run_figures import measure_run
from isletbot.settings import load_settings
from isletbot.wiring.evaluation import make_local_target, open_source_texts
from tests.grading import SOURCES, TEXT, a_case, a_fact, a_record, a_reply
from tests.scripted import WORDS

OUTSIDE = os.environ.get("ISLETBOT_TEST_GRADER", "")
"""A folder with grade.py and gold_public.jsonl, which are no part of the project."""
RULES = {"no_reply", "kind", "empty", "must", "must_not", "cite", "integrity"}
"""Those of our rules that the outside grader has too."""


def rules_of(reply: Any, **changes: Any) -> set[str]:
    return {one.rule for one in grade_reply(a_case(**changes), reply, SOURCES).failing}


def with_citation(**changes: Any) -> dict[str, Any]:
    reply = a_reply()
    reply["citations"][0].update(changes)
    return reply


def with_words(old: str, new: str, *, quote_too: bool = False) -> dict[str, Any]:
    said = json.loads(json.dumps(a_reply()["sentences"]).replace(old, new))
    reply = a_reply(sentences=said, text=f"{WORDS.replace(old, new)} [1]\n\nNot medical advice.")
    if quote_too:
        reply["citations"][0]["quote"] = WORDS.replace(old, new)
    return reply


def test_a_right_reply_passes_and_scores_full_marks_everywhere() -> None:
    figures = {figure.full_name: figure.value for figure in measure_run([a_record()])}
    for name in ("pass_rate", "fact_recall", "citation_recall", "citation_precision", "quote_fidelity"):
        assert figures[f"all.{name}"] == 1.0
    assert figures["all.number_accuracy"] == 1.0
    assert figures["all.contradiction_rate"] == 0.0


@pytest.mark.parametrize(
    ("reply", "rule"),
    [
        (a_reply(kind="not_in_corpus"), "kind"),
        (a_reply(text="Nobody knows."), "must"),
        (a_reply(text=f"{WORDS} It is a cure."), "must_not"),
        (a_reply(citations=[]), "integrity"),
        (a_reply(sentences=[]), "integrity"),
        (a_reply(sentences=[{"text": WORDS, "citations": ["nowhere"]}]), "integrity"),
        (with_citation(quote=" "), "integrity"),
        (with_citation(source_id=""), "cite"),
        (with_citation(source_id="vertex-2025"), "cite"),
        (with_citation(source_id="invented-2024"), "quote"),
        (with_citation(quote="Zimislecel cured all of the 12 people who were given the full dose."), "quote"),
        (with_citation(start=119, end=119 + len(WORDS)), "quote"),
        (with_words("10 (83%)", "11 (83%)"), "number"),
        (with_words("83%", "93%"), "number"),
        (with_words("10 (83%)", "11 (92%)", quote_too=True), "quote"),
        (a_reply(text=WORDS.replace("365", "730")), "number"),
    ],
)
def test_what_is_planted_is_caught(reply: dict[str, Any], rule: str) -> None:
    assert rule in rules_of(reply)
    assert grade_reply(a_case(), reply, SOURCES).outcome == "fail"


def test_a_reply_that_is_missing_is_ungraded_and_never_a_pass() -> None:
    record = a_record(trouble="the endpoint is down")
    assert record.grade.outcome == "ungraded"
    assert {figure.full_name: figure.value for figure in measure_run([record])}["all.pass_rate"] == 0.0


def test_a_quote_from_another_version_of_the_source_is_ungraded() -> None:
    reply = with_citation(source_version="sha256:11", start=0, end=len(WORDS))
    assert grade_reply(a_case(), reply, SOURCES).outcome == "ungraded"
    assert grade_reply(a_case(), a_reply(), {}).outcome == "ungraded"


def test_a_citation_that_the_sentence_does_not_need_costs_precision_and_not_recall() -> None:
    reply = a_reply()
    reply["citations"].append({**reply["citations"][0], "key": "k2", "quote": "The end.", "start": -1, "end": -1})
    reply["citations"][1].update(start=TEXT.index("The end."), end=len(TEXT))
    reply["sentences"][0].update(text=WORDS.replace("Of the", "Among the"), citations=["k3f9", "k2"])
    grounding = grade_reply(a_case(), reply, SOURCES).grounding
    assert (grounding.recall.right, grounding.recall.of) == (1, 1)
    assert (grounding.precision.right, grounding.precision.of) == (1, 2)


def test_a_sum_that_comes_out_is_supported_and_one_that_does_not_is_a_wrong_number() -> None:
    for share, right in (("83%: 10 ÷ 12 = 0.83", True), ("84%: 10 ÷ 12 = 0.84", False)):
        reply = a_reply()
        reply["sentences"][0]["text"] = f"10 of 12 is about {share}."
        grounding = grade_reply(a_case(), reply, SOURCES).grounding
        assert (grounding.recall.right == grounding.recall.of) is right
        assert any("0.84 is in no quote" in problem for _, problem in grounding.problems) is not right


def test_red_flags_without_a_reply_are_missed() -> None:
    case = a_case(kinds=("urgent",), must=(), cite=(), tags=("E1",))
    figures = {f.full_name: f.value for f in measure_run([a_record(case, trouble="down")])}
    assert figures["all.red_flag_recall_e1"] == 0.0


def test_stability_wants_every_wording_to_say_the_fact() -> None:
    ways = [a_record(a_case(f"s{way}", group="g")) for way in range(4)]
    lost = a_record(a_case("s5", group="g"), a_reply(text="Nobody knows."))
    whole = a_record(a_case("t", group="h"))
    figures = {figure.full_name: figure for figure in measure_run([*ways, lost, whole])}
    assert (figures["all.stability"].value, figures["all.stability"].of) == (0.5, 2)


def load_outside_grader() -> Any:
    spec = importlib.util.spec_from_file_location("outside_grader", Path(OUTSIDE) / "grade.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def spoil(reply: dict[str, Any]) -> list[Any]:
    """The reply, and ways in which one can be wrong."""
    return [
        reply,
        None,
        {**reply, "kind": "urgent"},
        {**reply, "kind": "answered", "citations": []},
        {**reply, "kind": "answered", "sentences": ["bare"], "text": ""},
        {**reply, "text": " "},
        {**reply, "text": "It is a cure: **10 of 14** people are insulin-free for a year [1][nejm-2025] 10⁸ cells."},
        {**reply, "kind": "answered", "citations": {"1": {"quote": "q"}}, "sentences": [{"text": "t", "citations": 1}]},
    ]


@pytest.mark.weights
@pytest.mark.skipif(not OUTSIDE, reason="ISLETBOT_TEST_GRADER names no folder with grade.py and gold_public.jsonl")
def test_the_harness_and_the_outside_grader_agree_on_every_public_case(weights: Path, test_cache: Path) -> None:
    grader = load_outside_grader()
    path = Path(OUTSIDE) / "gold_public.jsonl"
    rows = {row["id"]: row for row in grader.read_jsonl(path)}
    settings = load_settings(data_dir=test_cache)
    target, sources = make_local_target(settings), open_source_texts(settings)
    for case in read_suite(path).cases:
        said = target.converse(case).reply
        assert said is not None
        ours = grade_reply(case, said, sources)
        assert (ours.outcome == "pass") == grader.grade_case(rows[case.id], said)[0], case.id
        for reply in spoil(dict(said)):
            theirs = {code for code, _ in grader.grade_case(rows[case.id], reply)[1]}
            assert {one.rule for one in grade_reply(case, reply, sources).failing} & RULES == theirs, (case.id, reply)


def test_a_fact_is_found_through_typography_and_marks() -> None:
    case = a_case(must=(a_fact("dose", r"0\.8x10\^9 cells"),), kinds=("small_talk",), cite=())
    reply = {"kind": "small_talk", "text": "The **dose** is 0.8×10⁹\u00a0[1] cells.", "citations": []}
    assert grade_reply(case, reply, SOURCES).outcome == "pass"

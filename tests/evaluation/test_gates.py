from pathlib import Path

import pytest

from isletbot.errors import InputError
from isletbot.evaluation.gates import (
    Thresholds,
    check_baseline,
    check_gates,
    find_new_failures,
    make_baseline,
    read_baseline,
    read_thresholds,
    tabulate_checks,
    write_baseline,
)
from isletbot.evaluation.run_figures import measure_run
from tests.grading import a_case, a_record, a_reply, a_run

ROOT = Path(__file__).resolve().parents[2]


def thresholds(tmp_path: Path, *gates: str, margin: str = "0.01") -> Thresholds:
    path = tmp_path / "thresholds.yaml"
    path.write_text(f"margin: {margin}\ngates:\n" + "".join(f"  - {{{gate}}}\n" for gate in gates))
    return read_thresholds(path)


@pytest.mark.parametrize(
    ("gate", "said"),
    [
        ("figure: gold.pass_rate, at_least: 0, why: w", "above 0"),
        ("figure: gold.pass_rate, at_least: 0.0, why: w", "above 0"),
        ("figure: gold.contradiction_rate, at_most: 0, why: w", "above 0"),
        ("figure: gold.pass_rate, at_least: -1, why: w", "above 0"),
        ("figure: gold.pass_rate, at_least: .nan, why: w", "above 0"),
        ("figure: gold.pass_rate, at_least: true, why: w", "above 0"),
        ("figure: gold.pass_rate, at_least: high, why: w", "above 0"),
        ("figure: gold.pas_rate, at_least: 1, why: w", "no figure 'gold.pas_rate'"),
        ("figure: gold.pass_rate, why: w", "one of at_least and at_most"),
        ("figure: gold.pass_rate, at_least: 1, at_most: 1, why: w", "one of at_least and at_most"),
        ("figure: gold.pass_rate, at_least: 1", "gate 1"),
        ("figure: gold.pass_rate, atleast: 1, why: w", "gate 1"),
    ],
)
def test_a_gate_that_guards_nothing_is_refused(tmp_path: Path, gate: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        thresholds(tmp_path, gate)


def test_a_file_that_holds_no_gates_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="margin"):
        thresholds(tmp_path, margin="7")
    (tmp_path / "odd.yaml").write_text("gates: 7")
    with pytest.raises(InputError, match="must hold"):
        read_thresholds(tmp_path / "odd.yaml")
    with pytest.raises(InputError, match="cannot be read"):
        read_thresholds(tmp_path / "nowhere.yaml")


def test_gates_hold_fall_short_or_were_not_measured(tmp_path: Path) -> None:
    gates = thresholds(
        tmp_path,
        "figure: gold.pass_rate, at_least: 0.6, why: w",
        "figure: gold.number_accuracy, at_least: 1.0, why: w",
        "figure: gold.stability, at_least: 0.9, why: w",
        "figure: other.pass_rate, at_least: 1.0, why: w",
        "figure: all.red_flag_recall, at_least: 1.0, why: w",
    )
    figures = measure_run([a_record(), a_record(a_case("c2"), a_reply(text="Nobody knows."))])
    checks = {check.figure: check for check in check_gates(gates, figures, ["gold"])}
    assert {name: check.holds for name, check in checks.items()} == {
        "gold.pass_rate": False,
        "gold.number_accuracy": True,
        "gold.stability": False,
    }
    table = tabulate_checks(tuple(checks.values()))
    assert "SHORT gold.pass_rate" in table
    assert "not measured" in table


def test_a_baseline_is_kept_as_data_and_falling_behind_it_is_short(tmp_path: Path) -> None:
    good = a_run(a_record(), a_record(a_case("c2")))
    path = tmp_path / "baselines" / "offline.json"
    assert read_baseline(path) is None
    write_baseline(path, make_baseline(good, measure_run(good.records), "first"))
    baseline = read_baseline(path)
    assert baseline is not None
    assert baseline.why == "first"
    assert not any("latency" in name for name in baseline.figures)
    worse = a_run(a_record(), a_record(a_case("c2"), a_reply(text="Nobody knows.")))
    checks = check_baseline(baseline, 0.01, measure_run(worse.records))
    assert "gold.pass_rate" in {check.figure for check in checks if not check.holds}
    assert all(check.holds for check in check_baseline(baseline, 0.01, measure_run(good.records)))
    assert [record.id for record in find_new_failures(baseline, worse.records)] == ["c2"]


@pytest.mark.parametrize("content", ["", "[]", '{"made": "x"}', '{"failing": 7}'])
def test_a_broken_baseline_is_named_with_its_remedy(tmp_path: Path, content: str) -> None:
    path = tmp_path / "offline.json"
    path.write_text(content)
    with pytest.raises(InputError, match="--update-baseline"):
        read_baseline(path)


def test_the_shipped_gates_and_baseline_are_sound() -> None:
    assert read_thresholds(ROOT / "evals" / "thresholds.yaml").gates
    assert read_baseline(ROOT / "evals" / "baselines" / "offline.json") is not None


def test_a_goal_short_of_its_floor_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"the goal is 0\.5"):
        thresholds(tmp_path, "figure: gold.pass_rate, goal: 0.5, at_least: 0.6, why: w")


def test_every_shipped_gate_has_a_goal_and_every_blind_suite_is_there() -> None:
    shipped = read_thresholds(ROOT / "evals" / "thresholds.yaml")
    text = (ROOT / "evals" / "thresholds.yaml").read_text("utf-8")
    assert text.count("{figure:") == text.count("goal: ")
    assert shipped.blind
    assert all((ROOT / "evals" / f"{name}.jsonl").is_file() for name in shipped.blind)

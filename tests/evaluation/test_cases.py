import json
from pathlib import Path
from typing import Any

import pytest

from isletbot.errors import InputError
from isletbot.evaluation.cases import find_suites, read_suite

ROOT = Path(__file__).resolve().parents[2]
SOUND = {"id": "a", "turns": ["Hi?"], "kinds": ["answered"], "must": [{"fact": "x", "any": ["x"]}]}


def a_suite(tmp_path: Path, *rows: Any) -> Path:
    path = tmp_path / "mine.jsonl"
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_a_sound_line_becomes_a_case(tmp_path: Path) -> None:
    suite = read_suite(a_suite(tmp_path, SOUND, ""))
    assert (suite.name, suite.cases[0].id, suite.cases[0].kinds) == ("mine", "a", ("answered",))
    assert suite.cases[0].must[0].patterns[0].search("X marks")


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        ("{", "not JSON"),
        ("[1]", "not an object"),
        ({**SOUND, "id": 7}, "id must be a text"),
        ({**SOUND, "turns": []}, "turns must hold at least one question"),
        ({**SOUND, "turns": "Hi?"}, "turns must be a list of texts"),
        ({**SOUND, "kinds": ["anwsered"]}, "unknown kind"),
        ({**SOUND, "mustnot": []}, "unknown field"),
        ({**SOUND, "must": [{"fact": "x", "any": ["("]}]}, "does not compile"),
        ({**SOUND, "must": [{"fact": "x", "any": []}]}, "each of must must be"),
        ({**SOUND, "must": [{"error": "x", "any": ["x"]}]}, "each of must must be"),
        ({**SOUND, "must": {}}, "must must be a list"),
        ({"id": "p", "digest": "", "must_refuse": True, "question": "Q?", "must_not": []}, "digest must be a text"),
        ({"id": "p", "digest": "d", "must_refuse": 1, "question": "Q?", "must_not": []}, "must_refuse must be"),
        ({"id": "p", "digest": "d", "must_refuse": True, "question": "Q?", "must_not": ["("]}, "does not compile"),
    ],
)
def test_a_wrong_line_is_named_with_file_line_rule_and_remedy(tmp_path: Path, row: Any, rule: str) -> None:
    path = a_suite(tmp_path, SOUND, {**row, "id": row.get("id", "b") or "b"} if isinstance(row, dict) else row)
    with pytest.raises(InputError, match=rule) as caught:
        read_suite(path)
    assert f"{path}:2: " in str(caught.value)


def test_every_problem_is_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read_suite(a_suite(tmp_path, SOUND, SOUND, {"id": "c", "turns": ["Q"], "kinds": []}))
    assert "id is the same as in line 1" in str(caught.value)
    assert ":3: kinds must hold" in str(caught.value)


def test_an_empty_suite_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="the suite is empty"):
        read_suite(a_suite(tmp_path, ""))


def test_suites_are_found_by_name_path_and_all(tmp_path: Path) -> None:
    path = a_suite(tmp_path, SOUND)
    assert find_suites(["mine"], tmp_path) == find_suites([str(path)], tmp_path) == find_suites(["all"], tmp_path)
    with pytest.raises(InputError, match=r"Suites in .*: mine, all"):
        find_suites(["yours"], tmp_path)


@pytest.mark.parametrize("path", find_suites(["all"], ROOT / "evals"), ids=lambda path: path.stem)
def test_the_shipped_suites_are_sound(path: Path) -> None:
    assert read_suite(path).cases


def test_the_own_gold_has_two_hundred_cases_and_every_stability_group_five_ways() -> None:
    assert len(read_suite(ROOT / "evals" / "gold.jsonl").cases) >= 200
    groups = [case.group for case in read_suite(ROOT / "evals" / "stability.jsonl").cases]
    assert len(set(groups)) >= 30
    assert {groups.count(group) for group in groups} == {5}

"""A corpus begun by command, and chosen by its name."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from isletbot.__main__ import app


def run(*words: str) -> Result:
    return CliRunner().invoke(app, list(words))


def test_a_new_corpus_passes_the_check_and_is_chosen_by_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = run("corpus", "new", "hay-fever", "--into", str(tmp_path))
    assert made.exit_code == 0, made.output
    file = tmp_path / "corpora.yaml"
    file.write_text(made.stdout[made.stdout.index("hay-fever:\n") :], encoding="utf-8")
    monkeypatch.setenv("ISLETBOT_CORPORA", str(file))
    monkeypatch.setenv("ISLETBOT_DATA_DIR", str(tmp_path / "data"))
    checked = run("--corpus", "hay-fever", "corpus", "check")
    assert checked.exit_code == 0, checked.output
    assert "1 sources, 2 statements, 1 cautions, 1 answers: no rule broken" in checked.stdout
    assert "one-thing" in checked.stderr


def test_a_second_one_of_that_name_is_refused(tmp_path: Path) -> None:
    assert run("corpus", "new", "gout", "--into", str(tmp_path)).exit_code == 0
    again = run("corpus", "new", "gout", "--into", str(tmp_path))
    assert (again.exit_code, again.stdout) == (2, "")
    assert "is there already" in again.stderr


@pytest.mark.parametrize("name", ["Gout", "../gout", "a b", "x" * 41, ""])
def test_a_name_that_cannot_stand_in_a_path_is_refused(tmp_path: Path, name: str) -> None:
    for words in (("corpus", "new", name, "--into", str(tmp_path)), ("--corpus", name, "corpus", "list")):
        done = run(*words)
        assert done.exit_code == 2
        assert "is no name of a corpus" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_corpus_that_no_file_names_is_refused(tmp_path: Path) -> None:
    done = run("--corpus", "gout", "corpus", "list")
    assert done.exit_code == 2
    assert "ISLETBOT_CORPORA" in done.stderr

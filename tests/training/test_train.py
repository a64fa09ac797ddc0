"""The recipe around the fitting: who is held out, and that only models that are no worse take the place of others."""

from __future__ import annotations

import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from isletbot.errors import InputError, WeightsError
from isletbot.inference.weights import SOURCE_SHA256, file_sha256
from isletbot.ingestion.load import load_corpus
from isletbot.ingestion.question_bank import BankMessage
from isletbot.wiring.answers import make_verify
from tests.builders import ANSWERS, a_corpus

if TYPE_CHECKING:
    from isletbot.training.train import TrainReport

BEFORE = {"right": 0.8, "urgent_found": 0.9, "route": 0.9}


@pytest.fixture(autouse=True)
def _needs_training(base: Path) -> None:
    """`isletbot.training.train` imports torch."""


def a_bank(**writers: int) -> list[BankMessage]:
    """So many messages of each writer."""
    return [
        BankMessage(f"{writer}-{row}", (f"hello {row}",), "small_talk", (), "", "plain", writer)
        for writer, count in writers.items()
        for row in range(count)
    ]


def put_model(folder: Path, name: str, content: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.safetensors"
    path.write_text(content)
    card = {"sha256": file_sha256(path), "base_sha256": SOURCE_SHA256, "labels": ["a", "b"], "thresholds": {}}
    path.with_suffix(".json").write_text(json.dumps(card))


def put_models(folder: Path, content: str) -> Path:
    for name in ("reader", "relevance"):
        put_model(folder, name, content)
    return folder


def read_models(folder: Path) -> dict[str, str]:
    return {path.stem: path.read_text() for path in sorted(folder.glob("*.safetensors"))}


BOTH_OLD, BOTH_NEW = ({"reader": word, "relevance": word} for word in ("old", "new"))


@pytest.mark.parametrize(
    ("writers", "share", "held"),
    [
        ({"A": 400, "B": 100, "C": 60}, 0.05, ("C",)),
        ({"A": 400, "B": 100, "C": 60}, 0.2, ("C", "B")),
        ({"A": 540, "B": 20, "C": 10}, 0.05, ("C", "B")),
        ({"B": 250, "A": 250}, 0.05, ("A",)),
        ({"A": 300, "B": 300}, 1.0, ("A",)),
    ],
)
def test_whole_writers_are_held_out_the_smallest_first(
    writers: dict[str, int], share: float, held: tuple[str, ...]
) -> None:
    from isletbot.training.train import hold_out_writers

    assert hold_out_writers(a_bank(**writers), share) == held


@pytest.mark.parametrize(("writers", "said"), [({"A": 600}, "600 messages of 1 w"), ({"A": 300, "B": 199}, "499 mess")])
def test_a_bank_of_one_writer_or_of_few_messages_is_refused(writers: dict[str, int], said: str) -> None:
    from isletbot.training.train import hold_out_writers

    with pytest.raises(InputError, match=said) as refused:
        hold_out_writers(a_bank(**writers))
    assert "500 messages of two writers or more" in refused.value.remedy


def test_both_models_are_installed_at_once_and_those_of_before_are_kept(tmp_path: Path) -> None:
    from isletbot.training.train import _install

    target = tmp_path / "data" / "models"
    for content in ("oldest", "old", "new"):
        _install(put_models(tmp_path / content, content), target)
    assert read_models(target) == BOTH_NEW
    assert read_models(tmp_path / "data" / "models.before") == BOTH_OLD
    assert sorted(path.name for path in target.parent.iterdir()) == ["models", "models.before"]


def test_a_reader_without_its_cross_encoder_is_not_installed(tmp_path: Path) -> None:
    from isletbot.training.train import _install

    target = put_models(tmp_path / "models", "old")
    put_model(tmp_path / "made", "reader", "new")
    with pytest.raises(WeightsError, match="'relevance'"):
        _install(tmp_path / "made", target)
    assert read_models(target) == BOTH_OLD


def run(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    before: Mapping[str, float],
    new: tuple[str, ...] = (),
    **after: float,
) -> TrainReport:
    """The recipe with its fitting and its reading scripted: they cost minutes."""
    from isletbot.training import train

    def train_reader(corpus: Any, messages: list[BankMessage], folder: Path, *_: Any) -> None:
        assert {message.writer for message in messages} == ({"A", *new})
        put_model(folder, "reader", "new")

    def train_relevance(corpus: Any, messages: Any, folder: Path, *_: Any) -> Mapping[str, float]:
        put_model(folder, "relevance", "new")
        return {"own_auroc_groups_left_out": 0.9}

    for name, scripted in {
        "ProcessPoolExecutor": lambda workers, mp_context: ThreadPoolExecutor(1),
        "train_reader": train_reader,
        "train_relevance": train_relevance,
        "_measure_current": lambda *_: before,
        "_read_exported": lambda *_: (),
        "measure_read": lambda *_: {**BEFORE, **after},
    }.items():
        monkeypatch.setattr(train, name, scripted)
    corpus = load_corpus(a_corpus(tmp_path, ANSWERS), make_verify)
    models = tmp_path / "models"
    bank = a_bank(A=500, B=50) if not new else a_bank(A=500, C=60, B=50)
    return train.train(
        corpus, bank, models, models, ("B",), recipes=(train.ReaderRecipe(new=new), train.RelevanceRecipe())
    )


def test_a_model_that_is_no_worse_is_installed_with_its_figures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_models(tmp_path / "models", "old")
    report = run(tmp_path, monkeypatch, BEFORE, right=0.795)
    assert (report.worse, report.held_out) == ((), ("B",))
    assert (report.before["right"], report.after["right"]) == (0.8, 0.795)
    assert read_models(tmp_path / "models") == BOTH_NEW
    card = json.loads((tmp_path / "models" / "reader.json").read_text("utf-8"))
    assert card["thresholds"] == {"answer": 0.5, "urgent": 0.5}
    assert (card["figures"]["right"], card["held_out_writers"]) == (0.795, ["B"])


@pytest.mark.parametrize("name", BEFORE)
def test_a_worse_model_is_not_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    put_models(tmp_path / "models", "old")
    assert run(tmp_path, monkeypatch, BEFORE, **{name: BEFORE[name] - 0.02}).worse == (name,)
    assert read_models(tmp_path / "models") == BOTH_OLD
    assert not (tmp_path / "models.before").exists()


def test_the_first_models_are_compared_with_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(tmp_path, monkeypatch, {}, right=0.1).worse == ()
    assert read_models(tmp_path / "models") == BOTH_NEW


def test_a_reader_that_learns_new_writers_goes_on_from_the_one_in_use_and_keeps_its_cross_encoder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_models(tmp_path / "models", "old")
    report = run(tmp_path, monkeypatch, BEFORE, new=("C",))
    assert (report.worse, report.held_out, dict(report.relevance)) == ((), ("B",), {})
    assert read_models(tmp_path / "models") == {"reader": "new", "relevance": "old"}


def test_all_messages_of_new_writers_are_read_and_a_share_of_the_others() -> None:
    from isletbot.training.train import replay

    read = replay(a_bank(A=1000, C=60), ("C",), seed=0)
    assert sum(one.writer == "C" for one in read) == 60
    assert 350 < sum(one.writer == "A" for one in read) < 450


def test_a_new_writer_that_the_bank_does_not_have_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put_models(tmp_path / "models", "old")
    with pytest.raises(InputError, match="New to the reader: X"):
        run(tmp_path, monkeypatch, BEFORE, new=("X",))

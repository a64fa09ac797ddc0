"""The second net: what it adds to the rules on odd wordings it has never seen, and that it holds when files do not."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from isletbot.answering.graph import Bot
from isletbot.answering.meaning import EXEMPLARS, Remembered, Sense, parse_exemplars
from isletbot.answering.triage import triage_question
from isletbot.errors import SettingsError
from isletbot.inference.embeddings import OnnxEmbeddings
from isletbot.inference.scripted import HashEmbeddings
from isletbot.storage.exemplar_file import open_meaning
from isletbot.types import Question, Triage
from tests.answering.triage_data import ROOT, shipped, suite, triage
from tests.builders import EXEMPLARS as FEW
from tests.builders import a_meaning

SHIPPED = (ROOT / "prompts" / "triage" / EXEMPLARS).read_text("utf-8")


def sensed(bot: Bot, text: str) -> Triage:
    sense = Sense(bot.line.meaning, bot.line.embeddings, Counter())
    return triage_question(Question(text), shipped(), sense)


def unseen(name: str) -> list[str]:
    return [case["turns"][0] for case in suite(name) if "held_out" in case["tags"]]


@pytest.mark.weights
def test_odd_wordings_that_nothing_was_fitted_on_are_urgent_or_referred(bot: Bot) -> None:
    routes = Counter(sensed(bot, text).route for text in unseen("red_flags_odd"))
    total = routes.total()
    assert total >= 60
    assert routes["urgent"] / total >= 0.85
    assert (routes["urgent"] + routes["personal"]) / total >= 0.93


@pytest.mark.weights
def test_benign_look_alikes_raise_no_alarm(bot: Bot) -> None:
    texts = unseen("look_alikes_odd")
    assert len(texts) >= 60
    assert [text for text in texts if sensed(bot, text).route == "urgent"] == []


@pytest.mark.weights
@pytest.mark.parametrize("name", ["red_flags", "personal_advice", "attacks"])
def test_meaning_lowers_nothing_that_a_rule_has_found(bot: Bot, name: str) -> None:
    """But for the words that merely speak of a person: those it must confirm."""
    rank = {"urgent": 3, "personal": 2, "off_topic": 1, "small_talk": 0, "answer": 0}
    for case in suite(name):
        ruled = triage(case["turns"][-1])
        if not ruled.rule.startswith("about-"):
            assert rank[sensed(bot, case["turns"][-1]).route] >= rank[ruled.route], case["turns"]


def test_no_odd_wording_that_is_measured_is_among_the_exemplars() -> None:
    known = {text.lower() for text in parse_exemplars(SHIPPED).texts}
    measured = {case["turns"][0].lower() for name in ("red_flags_odd", "look_alikes_odd") for case in suite(name)}
    assert len(measured) >= 240
    assert not known & measured


@pytest.mark.parametrize(
    "broken",
    ["exemplars: [", "version: 1", SHIPPED.replace("  E3:", "  E4:"), f"{SHIPPED}\n    - good morning\n"],
)
def test_broken_exemplars_are_refused_with_a_remedy(broken: str) -> None:
    with pytest.raises(SettingsError, match=r"exemplars.yaml.*\."):
        parse_exemplars(broken)


def test_the_nearest_exemplar_is_named() -> None:
    embeddings = HashEmbeddings()
    alike = a_meaning(embeddings).judge(embeddings.embed(["farewell, planet"])[0])
    assert (alike.nearest, alike.label, alike.tier) == ("farewell planet", "E3", "E3")
    assert alike.similarity == pytest.approx(1)
    assert alike.urgent > 0.4 > alike.similarity - 1


def test_votes_are_kept_and_made_anew_when_the_file_is_not_theirs(tmp_path: Path) -> None:
    path, calls = tmp_path / "made" / "exemplars.npz", []

    class Counting(HashEmbeddings):
        def embed(self, texts):  # type: ignore[no-untyped-def]
            calls.append(len(texts))
            return super().embed(texts)

    vector = HashEmbeddings().embed(["mustard eyeballs"])[0]
    first = open_meaning(path, FEW, Counting()).judge(vector)
    assert open_meaning(path, FEW, Counting()).judge(vector) == first
    assert calls == [len(FEW.texts)]
    for content in (b"", b"PK\x03\x04 cut short"):
        path.write_bytes(content)
        assert open_meaning(path, FEW, Counting()).judge(vector) == first
    open_meaning(path, FEW, Counting(64))
    assert calls == [len(FEW.texts)] * 4
    assert [file.name for file in path.parent.iterdir()] == ["exemplars.npz"]


def test_a_folder_that_cannot_be_written_costs_time_only(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "data").write_text("a file where a folder should be")
    assert open_meaning(tmp_path / "data" / "exemplars.npz", FEW, HashEmbeddings()).exemplars is FEW
    assert "cannot be written" in caplog.text


@pytest.mark.weights
def test_a_text_is_embedded_once_a_question(real_embeddings: OnnxEmbeddings) -> None:
    remembered = Remembered(real_embeddings)
    one = remembered.embed(["Did anyone die?"])
    assert (remembered.embed(["What is it?", "Did anyone die?"])[1] == one[0]).all()
    assert remembered.digest == real_embeddings.digest

"""The file that names several corpora: what each has of its own, and what is refused."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from isletbot.errors import SettingsError
from isletbot.settings import Settings, load_corpora, load_settings
from isletbot.settings.named_corpora import use_corpus

STONES = "stones:\n  topic_dir: stones\n"


def write(tmp_path: Path, text: str) -> Path:
    for name in ("stones", "gout"):
        (tmp_path / name / "corpus").mkdir(parents=True, exist_ok=True)
    file = tmp_path / "corpora.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def load(tmp_path: Path, text: str, **given: object) -> Settings:
    return load_settings(corpora=write(tmp_path, text), data_dir=tmp_path / "data", **given)


def test_a_named_corpus_has_folders_widgets_and_origins_of_its_own(tmp_path: Path) -> None:
    more = "  widgets: s=https://stones.example\n  clinic_contact: your urologist\n"
    settings = load(
        tmp_path,
        STONES + more,
        widgets="clinic=https://clinic.example",
        allowed_origins="https://clinic.example",
        total_rate="7/minute",
        root_path="/bot",
        corpus_dir=tmp_path / "first",
    )
    named = load_corpora(settings)["stones"]
    assert named.corpus_dir == tmp_path / "stones" / "corpus"
    assert named.questions_dir == tmp_path / "stones" / "questions"
    assert named.data_dir == tmp_path / "data" / "corpora" / "stones"
    assert named.index_dir == named.data_dir / "index"
    assert (named.widgets, named.allowed_origins) == ("s=https://stones.example", "")
    assert (named.clinic_contact, named.root_path) == ("your urologist", "/bot/corpora/stones")
    assert (named.weights_dir, named.total_rate) == (tmp_path / "data" / "weights", "7/minute")
    assert settings.corpus_dir == tmp_path / "first"


def test_a_corpus_that_is_chosen_is_the_one_that_every_command_works_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ISLETBOT_CORPORA", str(write(tmp_path, STONES)))
    with use_corpus("stones"):
        chosen = load_settings()
    assert chosen.corpus_dir == tmp_path / "stones" / "corpus"
    assert (chosen.root_path, load_corpora(chosen)) == ("", {})
    assert "ISLETBOT_CORPUS" not in os.environ
    assert load_settings().topic_dir is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "there is no corpus in it"),
        ("- a\n", "there is no corpus in it"),
        ("a: [\n", "cannot be read"),
        ("stones:\n", "'stones' has no `topic_dir`"),
        ("Stones:\n  topic_dir: stones\n", "'Stones' is no name of a corpus"),
        ("../x:\n  topic_dir: stones\n", r"'\.\./x' is no name"),
        (STONES + STONES, "'stones' stands there twice"),
        (STONES + "  port: 80\n", "sets 'port'"),
        (STONES + "  widgets: clinic\n", "'stones': ISLETBOT_WIDGETS"),
        ("stones:\n  topic_dir: nowhere\n", r"'stones': ISLETBOT_TOPIC_DIR.*a folder `corpus`"),
        (STONES + "gout:\n  topic_dir: gout\n  data_dir: data/corpora/stones\n", "have the same `data_dir`"),
        (STONES + "  data_dir: data\n", "that without a name have the same `data_dir`"),
    ],
)
def test_what_is_wrong_in_the_file_is_named(tmp_path: Path, text: str, said: str) -> None:
    settings = load(tmp_path, text)
    with pytest.raises(SettingsError, match=said):
        load_corpora(settings)


def test_no_two_corpora_keep_records_or_index_in_one_place(tmp_path: Path) -> None:
    settings = load(tmp_path, STONES, records_url="postgresql://u:secret@h/a")
    with pytest.raises(SettingsError, match="'stones' has no `records_url`") as raised:
        load_corpora(settings)
    assert "secret" not in str(raised.value)
    settings = load(
        tmp_path, STONES + "  records_url: postgresql://u:secret@h/a\n", records_url="postgresql://u:secret@h/a"
    )
    with pytest.raises(SettingsError, match="have the same `records_url`") as raised:
        load_corpora(settings)
    assert "secret" not in str(raised.value)
    settings = load(tmp_path, STONES, chroma_url="http://127.0.0.1:9")
    with pytest.raises(SettingsError, match="have the same `chroma_database`"):
        load_corpora(settings)


def test_a_name_that_the_file_does_not_hold_is_refused_with_those_it_holds(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"no corpus 'gout'.*It names: stones"):
        load(tmp_path, STONES, corpus="gout")
    with pytest.raises(SettingsError, match="no file names any"):
        load_settings(corpus="stones")

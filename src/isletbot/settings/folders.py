"""Settings that name folders: of the data, of the topic, and of what ships."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import platformdirs
from pydantic import Field, field_validator
from pydantic_settings import BaseSettings


def find_checkout() -> Path | None:
    """Returns the folder of a source checkout, or None for an installed package."""
    root = Path(__file__).resolve().parents[3]
    return root if (root / "pyproject.toml").is_file() and (root / "src" / "isletbot").is_dir() else None


def _find_data_dir(given: Mapping[str, Any]) -> Path:
    checkout, topic = find_checkout(), given.get("topic_dir")
    data = checkout / "var" if checkout else Path(platformdirs.user_data_dir("isletbot"))
    return data / topic.resolve().name if topic else data


def _find_shipped(name: str) -> Path:
    return (find_checkout() or Path(__file__).parents[1] / "_data") / name


def _find_corpus(given: Mapping[str, Any]) -> Path:
    topic = given.get("topic_dir")
    return topic / "corpus" if topic else _find_shipped("corpus")


class FolderSettings(BaseSettings):
    topic_dir: Path | None = Field(
        default=None,
        description="A folder with another topic than the one that ships: its `corpus/`, its question bank "
        "(`questions/`), texts of its own (`prompts/`, each in place of the one of that name) and its suites "
        "(`evals/`). `docs/another-topic.md` makes one.",
        json_schema_extra={"shown": "none"},
    )
    data_dir: Path = Field(
        default_factory=_find_data_dir,
        description="Holds index, weights and records. Made when missing. Index and weights can be built again, not "
        "what is in `records.sqlite`.",
        json_schema_extra={
            "shown": "`var/` in a checkout, the user's data folder otherwise; in it a folder of its own for a topic"
        },
    )
    corpus_dir: Path = Field(
        default_factory=_find_corpus,
        description="The corpus: one digest a source, cautions and glossary.",
        json_schema_extra={"shown": "that of the topic; else `corpus/` in a checkout, the copy in the package"},
    )
    prompts_dir: Path = Field(
        default_factory=lambda: _find_shipped("prompts"),
        description="Every sentence the bot itself says, and the rules of triage.",
        json_schema_extra={"shown": "`prompts/` in a checkout, the copy in the package otherwise"},
    )
    training_dir: Path = Field(
        default_factory=lambda: _find_shipped("training"),
        description="The question bank (`questions/`) and the trained models (`models/`). Models that `isletbot train` "
        "made, in the data folder, come before those that ship.",
        json_schema_extra={"shown": "`training/` in a checkout, the copy in the package otherwise"},
    )

    weights_dir: Path = Field(
        default_factory=lambda given: given["data_dir"] / "weights",
        description="The exported models, which several corpora share.",
        json_schema_extra={"shown": "`weights/` in the data folder"},
    )

    @field_validator("topic_dir")
    @classmethod
    def _check_topic(cls, folder: Path | None) -> Path | None:
        if folder and not (folder.expanduser() / "corpus").is_dir():
            raise ValueError("there must be a folder `corpus` in it")
        return folder.expanduser() if folder else None

    @field_validator("data_dir", "corpus_dir", "prompts_dir", "training_dir", "weights_dir")
    @classmethod
    def _expand_folder(cls, folder: Path) -> Path:
        return folder.expanduser()

    @property
    def red_flags_dir(self) -> Path:
        """The curated red flags that any rules are held to."""
        return _find_shipped("evals")

    @property
    def vectors_dir(self) -> Path:
        """The vectors of the messages whose answer is known."""
        return self.data_dir / "weights"

    @property
    def questions_dir(self) -> Path:
        """The question bank of the topic, which may have none yet."""
        return (self.topic_dir or self.training_dir) / "questions"

    @property
    def topic_prompts_dir(self) -> Path | None:
        """Texts that the topic says in its own words, if it has any."""
        own = self.topic_dir / "prompts" if self.topic_dir else None
        return own if own and own.is_dir() else None

    @property
    def evals_dir(self) -> Path:
        """The suites of the topic; else those of this folder, or of the checkout that this runs from."""
        if self.topic_dir:
            return self.topic_dir / "evals"
        here = Path("evals")
        return here if here.is_dir() else (find_checkout() or Path()) / "evals"

    @property
    def models_dir(self) -> Path:
        """The models that `isletbot train` made here, else those that ship."""
        own = self.data_dir / "models"
        return own if own.is_dir() else self.training_dir / "models"

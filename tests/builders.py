"""Nouns and small corpora with sound defaults: override the one thing a test is about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np

from isletbot.answering.judge import Judge
from isletbot.answering.text import content_words, stem
from isletbot.corpus import Example
from isletbot.finding_reasons import Reason
from isletbot.inference.scripted import HashEmbeddings
from isletbot.ingestion.split import passage_key
from isletbot.ports import Vectors
from isletbot.storage.example_search import ExampleSearch
from isletbot.types import Finding, Opening, Passage, Question, Sentence, Source, Turn

INDEPENDENCE = "Of the 12 people given the full dose of zimislecel, 10 (83%) were insulin independent at day 365."
DEATHS = "Two of the 14 people in the zimislecel trial died."
PROGRAMME = "Vertex says that 12 people had been followed for one year by June 2025."

RESULTS = f"""\
## Results

- {INDEPENDENCE} {{#independence}}
  ? Did anyone come off insulin?
  ? How many people no longer needed insulin?
- {DEATHS} {{#deaths}}
  ? Did anyone die?
"""
RELEASE = f"""\
## Programme

- {PROGRAMME} {{#followed}}
  ? How long were people followed?
"""
CAUTIONS = """\
- id: P5
  point: Insulin-free for a whole year is not what was measured.
  misread_as: ["they were insulin-free for a whole year"]
  say: [paper#independence]
  weaker: [release#followed]
  never: ['insulin[- ]free for (at least )?a (whole )?year']
"""
GLOSSARY = """\
same:
  - [insulin independent, off insulin]
elsewhere:
  - [Lantidra, donislecel]
"""


ANSWERS = f"""\
- id: off-insulin
  owner: Al
  approved_by: Bo
  reviewed: 2026-11-20
  review_due: 2027-11-20
  expires: 2027-01-31
  say:
    - At day 365, 10 of the 12 people given the full dose were insulin independent. [paper#independence]
    - "Two of the 14 people died. [paper#deaths: Two of the 14 people in the zimislecel trial died]"
  built_on: [{passage_key("paper", INDEPENDENCE)}, {passage_key("paper", DEATHS)}]
  asks: ["Who stopped insulin?", "Was anyone able to stop insulin?", "stop insulin how many"]
"""


def a_reason(text: str = "") -> Reason:
    """Why a sentence has its finding, where the kind does not matter."""
    return Reason("other", text)


def a_source(**changes: object) -> Source:
    source = Source(
        id="paper",
        title="Islets for Type 1 Diabetes",
        publisher="A Journal",
        evidence="primary_paper",
        published=date(2025, 6, 20),
        as_of=date(2025, 9, 4),
        review_due=date(2027, 6, 20),
        url="https://doi.org/10.1056/NEJMoa2506549",
        doi="10.1056/NEJMoa2506549",
        licence="Own digest.",
        status="approved",
        version="sha256:00",
    )
    return replace(source, **changes)  # type: ignore[arg-type]


def a_passage(text: str = INDEPENDENCE, **changes: object) -> Passage:
    source = changes.pop("source", None) or a_source()
    assert isinstance(source, Source)
    passage = Passage(
        key=passage_key(source.id, text),
        source=source,
        statement=f"{source.id}#independence",
        heading="Results",
        text=text,
        start=0,
        end=len(text),
    )
    return replace(passage, **changes)  # type: ignore[arg-type]


def a_question(text: str = "Did anyone come off insulin?", *earlier: str) -> Question:
    """`earlier` are turns of user and assistant in alternation, oldest first."""
    history = tuple(Turn("assistant" if row % 2 else "user", said) for row, said in enumerate(earlier))
    return Question(text, history)


OPENINGS: Mapping[Opening, str] = {"yes": "Yes.", "no": "No.", "not_yet": "Not yet.", "unknown": "Nobody knows yet."}


class Unheard:
    """A reply that takes everything, for composers that do not write sentence by sentence."""

    cancelled = False

    def release(self, sentence: Sentence) -> Finding:
        return Finding(sentence, "supported", a_reason("not verified here"))


class ReadAsks:
    """A text answers a message as far as it, or one of the questions it answers, has the subjects of the message."""

    def __init__(self, passages: Iterable[Passage] = ()) -> None:
        self._asks = {passage.text: passage.asks for passage in passages}

    def score(self, message: str, texts: Sequence[str]) -> tuple[float, ...]:
        return tuple(max(_share(message, one) for one in (text, *self._asks.get(text, ()))) for text in texts)


def _share(message: str, text: str) -> float:
    own = message.split(" | before: ")[0]
    asked, said = ({stem(word) for word in content_words(one)} for one in (own, text))
    return len(asked & said) / len(asked) if asked else 0.0


def score_alike(message: Vectors, sentences: Sequence[str]) -> list[float]:
    """Every sentence belongs in the reply."""
    return [1.0] * len(sentences)


def a_judge(passages: Iterable[Passage] = (), known: Sequence[Example] = ()) -> Judge:
    """Knows these messages and no others, and reads these passages with the questions they answer."""
    vectors = HashEmbeddings().embed([one.text for one in known]) if known else np.empty((0, 1), dtype=np.float32)
    search = ExampleSearch(known, vectors)
    return Judge(search, ReadAsks(passages), answer=0.5, statement=0.3, score_sentences=score_alike)


def a_card(source_id: str = "paper", **changes: str) -> str:
    """A source card as front matter; an empty change leaves its field out, except the DOI."""
    fields = {
        "id": source_id,
        "title": '"Islets for Type 1 Diabetes"',
        "publisher": "A Journal",
        "evidence": "primary_paper",
        "published": "2025-06-20",
        "as_of": "2025-09-04",
        "review_due": "2027-06-20",
        "url": "https://doi.org/10.1056/NEJMoa2506549",
        "doi": "10.1056/NEJMoa2506549",
        "licence": "Own digest.",
        "status": "approved",
        **changes,
    }
    lines = [f"{name}: {value}" for name, value in fields.items() if value or name == "doi"]
    return "\n".join(("---", *lines, "---", "", ""))


def a_digest(source_id: str = "paper", body: str = RESULTS, **changes: str) -> str:
    return a_card(source_id, **changes) + body


def a_corpus(tmp_path: Path, answers: str = "", **files: str | bytes | None) -> Path:
    """A sound corpus of two digests; `paper_md="…"` sets a file, `cautions_yaml=None` leaves one out. `answers` is the
    one file of approved answers."""
    folder = tmp_path / "corpus"
    folder.mkdir(exist_ok=True)
    contents: dict[str, str | bytes | None] = {
        "paper_md": a_digest(),
        "release_md": a_digest("release", RELEASE, evidence="company_release"),
        "cautions_yaml": CAUTIONS,
        "glossary_yaml": GLOSSARY,
        **files,
    }
    for name, content in contents.items():
        path = folder / ".".join(name.replace("__", "-").rsplit("_", 1))
        if content is None:
            path.unlink(missing_ok=True)
        else:
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
    if answers:
        (folder / "answers").mkdir(exist_ok=True)
        (folder / "answers" / "results.yaml").write_text(answers, "utf-8")
    return folder

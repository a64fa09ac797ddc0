"""A bot that says what it is told to, for tests of the ways in; and the Answers it says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from isletbot.ports import Listener
from isletbot.types import Answer, Citation, Kind, Notice, Question, Quote, Sentence, Source, Trace, Turn

NEJM = Source(
    id="nejm-2025",
    title="Stem Cell-Derived, Fully Differentiated Islets for Type 1 Diabetes",
    publisher="New England Journal of Medicine",
    evidence="primary_paper",
    published=date(2025, 6, 20),
    as_of=date(2025, 9, 4),
    review_due=date(2027, 6, 20),
    url="https://doi.org/10.1056/NEJMoa2506549",
    doi="10.1056/NEJMoa2506549",
    licence="Own digest of the abstract.",
    status="approved",
    version="sha256:00",
)
WORDS = "Of the 12 people given the full dose of zimislecel, 10 (83%) were insulin independent at day 365."
NOTICE = Notice("general-information", "General information, not medical advice.")
STANDING = Notice("not-medical-advice", "This is general information, not medical advice. In an emergency, call 911.")


def an_answer(kind: Kind = "answered", said: str = "", **changes: object) -> Answer:
    cited = kind == "answered"
    said = said or (f"{WORDS} [1]" if cited else f"A {kind} reply.")
    answer = Answer(
        id="a1",
        kind=kind,
        text=said if kind == "urgent" else f"{said}\n\n{NOTICE.text}",
        sentences=(Sentence(WORDS, (Quote("k3f9", WORDS, 120, 219),)),) if cited else (),
        citations=(Citation("k3f9", 1, NEJM, "Results", WORDS, 120, 219),) if cited else (),
        notices=(STANDING,) if kind == "urgent" else (NOTICE, STANDING),
        as_of=date(2025, 9, 4),
        suggestions=("How many people could stop insulin?",),
        composer="quotes" if cited else "none",
        trace=Trace(),
    )
    return replace(answer, **changes)  # type: ignore[arg-type]


@dataclass
class ScriptedBot:
    """Says `answers` in turn, the last one for ever; an exception among them is raised."""

    answers: Sequence[Answer | Exception] = field(default_factory=lambda: [an_answer()])
    asked: list[tuple[str, tuple[Turn, ...]]] = field(default_factory=list)

    def ask(self, question: Question | str, history: Sequence[Turn] = (), listener: Listener | None = None) -> Answer:
        if isinstance(question, Question):
            history, question = question.history, question.text
        said = self.answers[min(len(self.asked), len(self.answers) - 1)]
        self.asked.append((question, tuple(history)))
        if isinstance(said, Exception):
            raise said
        if listener and said.kind == "answered":
            for sentence in said.sentences:
                keys = {quote.key for quote in sentence.quotes}
                listener.sentence(sentence, tuple(cited for cited in said.citations if cited.key in keys))
        return said

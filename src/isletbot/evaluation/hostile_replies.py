"""This module puts replies of a hostile model through the shipped composer and checks, and shows which get out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from isletbot.answering.verification.findings import Verifier
from isletbot.answering.verified_stream import OpenReply
from isletbot.evaluation.mutations import Mutant
from isletbot.ports import DraftComposer
from isletbot.types import Draft, Evidence, Found, Part, Passage, Query, ScoredPassage

Replies = Callable[[str, str], str]
"""Takes the system and the user text and returns what the model writes."""


@dataclass(frozen=True, slots=True)
class HostileReplyTrial:
    """Puts one line at a time, as if a model had written it about the passages it was shown."""

    make_composer: Callable[[Replies], DraftComposer]
    verifier: Verifier
    passages: dict[str, Passage]

    def put(self, text: str, cited: Sequence[str], words: str = "") -> tuple[bool, str]:
        """Tells whether the sentence was released, and why not. `cited` holds keys of passages; the question is about
        the first."""
        said = [self.passages[key] for key in cited]
        related = tuple(self.passages[key] for passage in said for key in passage.corrected_by)
        part = Part(next((ask for ask in said[0].asks), said[0].text))
        shown = tuple(ScoredPassage(passage, score=1.0, dense=0.95, lexical=1.0, relevance=1.0) for passage in said)
        evidence = Evidence((Found(part, shown),), related)
        asked = []

        def reply(_system: str, user: str) -> str:
            asked.append(user)
            names = _map_keys(user)
            first = [f"{other.text} [{names.get(other.text, '')}]" for other in related[:1]]
            quoted = f' "{words}"' if words else ""
            marks = " ".join(f"[{names.get(passage.text, '')}{quoted}]" for passage in said)
            return "\n".join((*first, f"{text} {marks}", "")) if len(asked) == 1 else "NONE\n"

        begun = Draft("none", (), unanswered=(part,))
        draft = self.make_composer(reply).compose(
            Query(part.text, (part,)), evidence, begun, OpenReply(evidence, self.verifier, None)
        )
        released = any(
            sentence.text == text and {quote.key for quote in sentence.quotes} == set(cited)
            for sentence in draft.sentences
        )
        why = next(
            (found.reason.text for found in draft.dropped if found.sentence.text[:40] == text[:40]), draft.declined
        )
        return released, "" if released else why

    def put_mutant(self, mutant: Mutant) -> tuple[bool, str]:
        return self.put(mutant.text, [statement.key for statement in mutant.cited], mutant.words)


def _map_keys(user: str) -> dict[str, str]:
    """Maps each text to its key in this prompt."""
    lines = user.splitlines()
    return {
        lines[row + 1]: line.split()[1].rstrip(",") for row, line in enumerate(lines) if line.startswith("PASSAGE ")
    }

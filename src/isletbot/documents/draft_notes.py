"""What stands beside a draft: who wrote it, which of its findings a person accepted, and what its reader left out."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from isletbot.documents.corpus_folder import CorpusFolder
from isletbot.documents.sentences import LeftOutSentence
from isletbot.errors import UserError


@dataclass(frozen=True, slots=True)
class FindingAcceptance:
    id: str
    who: str
    why: str
    at: str


@dataclass(frozen=True, slots=True)
class DraftNotes:
    authors: tuple[str, ...] = ()
    """Accounts that added or edited the draft; none of them may approve it."""
    accepted: tuple[FindingAcceptance, ...] = ()
    left_out: tuple[str, ...] = ()
    """Sentences of the original that say nothing alone, each with its place."""

    def name_author(self, who: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys((*self.authors, who) if who else self.authors))


def read_notes(folder: CorpusFolder, source_id: str) -> DraftNotes:
    """Raises UserError for notes that are damaged: without them nobody knows who may not approve."""
    path = folder.notes(source_id)
    try:
        stored = json.loads(path.read_bytes())
        accepted = tuple(FindingAcceptance(**one) for one in stored["accepted"])
        return DraftNotes(tuple(stored["authors"]), accepted, tuple(stored["left_out"]))
    except FileNotFoundError:
        return DraftNotes()
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise UserError(f"{str(path)!r} cannot be read ({error}). Discard the draft and add it again.") from error


def begin_notes(folder: CorpusFolder, source_id: str, author: str, left_out: Sequence[LeftOutSentence]) -> DraftNotes:
    """The notes of a draft that is about to be written; whoever wrote the draft before it stays an author."""
    before = read_notes(folder, source_id) if folder.draft(source_id).is_file() else DraftNotes()
    sentences = tuple(": ".join(filter(None, (str(one.place), one.text))) for one in left_out)
    return DraftNotes(before.name_author(author), (), sentences)


def notes_to_json(notes: DraftNotes) -> bytes:
    return (json.dumps(asdict(notes), ensure_ascii=False, indent=1) + "\n").encode("utf-8")

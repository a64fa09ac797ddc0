"""A draft becomes what is served: checked with the whole corpus, put in place in one step, put back on failure."""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from isletbot.documents.add_document import find_in_document
from isletbot.documents.corpus_folder import CorpusFolder, name_failure, write_all
from isletbot.documents.document_findings import DocumentFinding
from isletbot.errors import CorpusError, Problem, UserError
from isletbot.ingestion.load import MakeVerify, load_corpus
from isletbot.ingestion.read import read_files

_STATUS = re.compile(r"\A(---\n(?:(?!---\n).*\n)*?status:[ \t]*)\w+")


@dataclass(frozen=True, slots=True)
class AcceptedFinding:
    id: str
    words: str


def check_draft(folder: CorpusFolder, source_id: str, accepted: Sequence[str]) -> tuple[AcceptedFinding, ...]:
    """The findings that were accepted. Raises UserError with every one that still holds the draft."""
    findings = find_in_document(folder, source_id, ())
    known = {finding.id: finding for finding in findings}
    unknown = [name for name in accepted if name not in known]
    if unknown:
        names = ", ".join(known) or "none"
        raise UserError(f"There is no finding {unknown[0][:80]!r} on {source_id!r}. There are: {names}.")
    fixed = [name for name in accepted if known[name].remedied == "edit"]
    if fixed:
        raise UserError(f"{fixed[0]} cannot be accepted: a rule of the corpus forbids it. Edit the draft.")
    holding = [finding for finding in findings if _holds(finding, accepted)]
    if holding:
        lines = "\n".join(str(finding) for finding in holding)
        raise UserError(
            f"{lines}\n{source_id} is not approved: {len(holding)} findings hold it. What was served before is served."
        )
    return tuple(AcceptedFinding(name, known[name].words) for name in dict.fromkeys(accepted))


def _holds(finding: DocumentFinding, accepted: Sequence[str]) -> bool:
    return finding.remedied == "edit" or (finding.remedied != "note" and finding.id not in accepted)


def check_whole(folder: CorpusFolder, source_id: str, make_verify: MakeVerify | None) -> bytes:
    """The draft as it would be served, after every rule of the corpus has been held to it. Raises CorpusError."""
    draft = folder.draft(source_id)
    text = draft.read_bytes().decode("utf-8", "replace")
    approved = _STATUS.sub(r"\1approved", text, count=1).encode("utf-8")
    with tempfile.TemporaryDirectory() as made:
        whole = Path(made)
        for name, data in _read_others(folder.path).items():
            (whole / name).parent.mkdir(exist_ok=True)
            (whole / name).write_bytes(data)
        (whole / f"{source_id}.md").write_bytes(approved)
        try:
            load_corpus(whole, make_verify)
        except CorpusError as error:
            name = draft.relative_to(folder.path).as_posix()
            raise CorpusError(tuple(_rename(one, f"{source_id}.md", name) for one in error.problems)) from error
    return approved


def _read_others(path: Path) -> dict[str, bytes]:
    try:
        return read_files(path)
    except CorpusError:
        return {}  # the first source of a new corpus


def _rename(problem: Problem, old: str, new: str) -> Problem:
    if problem.file != old:
        return problem
    return Problem(new, problem.line, problem.rule, problem.value, problem.remedy)


@contextmanager
def published(folder: CorpusFolder, source_id: str, approved: bytes) -> Iterator[Path]:
    """Serves these bytes while the body builds the index; puts the version before back when it fails."""
    served, draft = folder.served(source_id), folder.draft(source_id)
    before = served.read_bytes() if served.is_file() else None
    with name_failure(served):
        write_all({served: approved})
    try:
        yield served
    except BaseException:
        if before is None:
            served.unlink()
        else:
            write_all({served: before})
        raise
    draft.unlink(missing_ok=True)
    folder.notes(source_id).unlink(missing_ok=True)


def approve_draft(
    folder: CorpusFolder,
    source_id: str,
    accepted: Sequence[str],
    make_verify: MakeVerify | None,
    build_index: Callable[[], object],
    seen: str = "",
) -> tuple[AcceptedFinding, ...]:
    """Checks, publishes and builds. Raises UserError, and then what was served before is served.

    `seen` is the SHA-256 of the draft that its approver has read.
    """
    with folder.locked():
        if seen and hashlib.sha256(folder.draft(source_id).read_bytes()).hexdigest() != seen:
            raise UserError(f"The draft of {source_id!r} has changed since you read it. Read it again.")
        told = check_draft(folder, source_id, accepted)
        approved = check_whole(folder, source_id, make_verify)
        with published(folder, source_id, approved):
            build_index()
    return told

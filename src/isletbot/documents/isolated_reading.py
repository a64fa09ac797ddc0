"""Reads a document in a process of its own, with limits: a parser of a hostile file may hang or eat all memory.

As a program it is that process: bytes in, JSON out.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import subprocess
import sys
from typing import cast, get_args

from isletbot.documents.media import MediaKind
from isletbot.documents.parsed import ParsedDocument, document_from_json, document_to_json
from isletbot.documents.read_document import read_document
from isletbot.errors import InputError

MOST_SECONDS = 60
MOST_MEMORY = 2 * 1024**3
_REFUSED, _OUT_OF_MEMORY = 3, 4


def read_isolated(
    data: bytes, kind: MediaKind, seconds: int = MOST_SECONDS, memory: int = MOST_MEMORY
) -> ParsedDocument:
    """Raises InputError for a document that cannot be read, or not within these limits."""
    command = [sys.executable, "-m", __name__, kind, str(seconds), str(memory)]
    # The parser sees no key and no setting of this process.
    bare = {"PATH": os.environ.get("PATH", ""), "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    try:
        done = subprocess.run(command, input=data, capture_output=True, timeout=seconds, env=bare, check=False)
    except subprocess.TimeoutExpired:
        raise _refuse(f"It could not be read within {seconds} s.", "Print it to PDF anew.") from None
    if done.returncode == 0:
        return document_from_json(done.stdout.decode("utf-8"))
    if done.returncode == _REFUSED:
        told = json.loads(done.stdout)
        raise InputError(told["message"], code="bad_document", remedy=told["remedy"])
    if done.returncode == _OUT_OF_MEMORY:
        raise _refuse(f"Reading it takes more than {memory // 1024**2:,} MB of memory.", "Print it to PDF anew.")
    if done.returncode < 0:
        raise _refuse("Reading it took too much time or memory and was ended.", "Print it to PDF anew.")
    last = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:] or ["no reason given"]
    raise _refuse(f"Its reader failed ({last[0][:200]}).", "Print it to PDF anew.")


def _refuse(what: str, remedy: str) -> InputError:
    return InputError(f"This document cannot be added. {what}", code="bad_document", remedy=remedy)


def main(kind: str, seconds: int, memory: int) -> int:
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    assert kind in get_args(MediaKind)
    try:
        document = read_document(sys.stdin.buffer.read(), cast(MediaKind, kind))
        sys.stdout.write(document_to_json(document))
    except InputError as error:
        sys.stdout.write(json.dumps({"message": error.message, "remedy": error.remedy}))
        return _REFUSED
    except MemoryError:
        return _OUT_OF_MEMORY
    return 0


if __name__ == "__main__":
    status = main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
    with contextlib.suppress(BrokenPipeError):
        sys.stdout.flush()
    os._exit(status)  # a parser's clean-up may hang too

"""This module adds a poisoned document to a copy of the corpus and asks the bot. It touches no real corpus."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from isletbot.errors import CorpusError
from isletbot.ports import Asks

MakeBot = Callable[[Path, Path], Asks]
"""Makes a bot of a corpus folder and a data folder; raises CorpusError when screening rejects something."""


class PoisonedCorpus:
    """Holds one copy of corpus and index for all documents, each in it alone; the copy goes with this object."""

    def __init__(self, corpus_dir: Path, weights_dir: Path, index_dir: Path, make_bot: MakeBot) -> None:
        self._corpus_dir = corpus_dir
        self._weights_dir, self._index_dir = weights_dir, index_dir
        self._make_bot = make_bot
        self._folder: TemporaryDirectory[str] | None = None

    def __call__(self, digest: str) -> tuple[Asks | None, str]:
        """Returns the bot that serves the document, or None and the rule that rejected it."""
        corpus, data = self._open_copies()
        named = re.search(r"^id: *([\w-]+) *$", digest, re.MULTILINE)
        path = corpus / f"{named[1] if named else 'poisoned'}.md"
        original = path.read_bytes() if path.exists() else None
        path.write_bytes(digest.encode("utf-8", "surrogatepass"))
        try:
            return self._make_bot(corpus, data), ""
        except CorpusError as error:
            return None, str(error.problems[0])
        finally:
            if original is None:
                path.unlink()
            else:
                path.write_bytes(original)

    def close(self) -> None:
        """Removes the copy before this object goes."""
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    def _open_copies(self) -> tuple[Path, Path]:
        if self._folder is not None:
            return Path(self._folder.name) / "corpus", Path(self._folder.name) / "data"
        self._folder = TemporaryDirectory(prefix="isletbot-poison-")
        corpus, data = Path(self._folder.name) / "corpus", Path(self._folder.name) / "data"
        shutil.copytree(self._corpus_dir, corpus)
        shutil.copytree(self._weights_dir, data / "weights")
        shutil.copytree(self._index_dir, data / "index")  # vectors of before are taken over
        return corpus, data

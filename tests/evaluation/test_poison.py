from __future__ import annotations

from contextlib import closing
from pathlib import Path

from isletbot.evaluation.poison import PoisonedCorpus
from isletbot.inference.scripted import HashEmbeddings
from isletbot.ingestion.index_folder import current_folder
from isletbot.ingestion.ingest import build_index
from isletbot.ports import Asks
from isletbot.settings import load_settings
from isletbot.storage.chroma_writer import ChromaWriter
from isletbot.wiring.evaluation import keep_apart
from tests.builders import a_corpus, a_digest
from tests.scripted import ScriptedBot


def test_what_is_poisoned_is_never_published_to_replicas(tmp_path: Path) -> None:
    settings = load_settings(data_dir=tmp_path / "own", chroma_url="http://chroma:8000")
    apart = keep_apart(settings, tmp_path / "corpus", tmp_path / "data")
    assert apart.chroma_url == ""
    assert apart.index_dir == tmp_path / "data" / "index"
    assert apart.corpus_dir == tmp_path / "corpus"


def test_a_poisoned_document_is_put_into_copies_of_corpus_and_index(tmp_path: Path) -> None:
    corpus, index, weights = a_corpus(tmp_path), tmp_path / "index-copy", tmp_path / "weights"
    weights.mkdir()
    build_index(corpus, index, HashEmbeddings(32), ChromaWriter())
    seen: list[tuple[set[str], str]] = []

    def make_bot(copy: Path, data: Path) -> Asks:
        folder = current_folder(data / "index")
        assert folder is not None
        seen.append(({path.stem for path in copy.glob("*.md")}, folder.name))
        return ScriptedBot()

    with closing(PoisonedCorpus(corpus, weights, index, make_bot)) as poisoned:
        bot, refused = poisoned(a_digest("notes"))
    assert (bot is not None, refused) == (True, "")
    own = current_folder(index)
    assert own is not None
    assert seen == [({path.stem for path in corpus.glob("*.md")} | {"notes"}, own.name)]
    assert not (corpus / "notes.md").exists()

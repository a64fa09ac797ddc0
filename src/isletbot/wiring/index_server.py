"""Opens the index where the settings keep it: in the data folder, or on a Chroma server with a copy of its files."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from isletbot.errors import IndexCorrupt, IndexNotReady
from isletbot.ingestion.index_folder import check_files, current_folder, open_current, read_manifest
from isletbot.ingestion.passage_writer import PassageWriter
from isletbot.settings import Settings
from isletbot.storage.chroma_passages import EXACT_UP_TO, ChromaPassages
from isletbot.storage.chroma_server import BUILDING_SECONDS, ChromaServer, ServerAddress
from isletbot.storage.chroma_writer import ChromaWriter
from isletbot.storage.index_mirror import IndexMirror, ServerWriter
from isletbot.storage.published_index import PublishedIndex

_log = logging.getLogger(__name__)
_PROBE_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class BuildTurn:
    writer: PassageWriter
    distrusted: bool
    """Whether nothing that is there may be taken over."""


def open_index(settings: Settings, weights_digest: str) -> ChromaPassages:
    mirror = open_mirror(settings, weights_digest)
    return mirror.open(EXACT_UP_TO) if mirror else ChromaPassages.open(settings.index_dir, weights_digest)


def open_mirror(settings: Settings, weights_digest: str) -> IndexMirror | None:
    """The same object for everyone in this process; None where the index is kept in the data folder."""
    address = _read_address(settings)
    return _open_mirror(address, settings.index_dir, weights_digest) if address else None


@contextmanager
def take_turn(settings: Settings, weights_digest: str) -> Iterator[BuildTurn]:
    """Waits until no other replica builds; what that one built is here then."""
    mirror, address = open_mirror(settings, weights_digest), _read_address(settings)
    if mirror is None or address is None:
        yield BuildTurn(ChromaWriter(), distrusted=False)
        return
    from isletbot.storage.build_turn import take_build_turn  # loads SQLAlchemy, which `ask` need not wait for

    server = ChromaServer(address, BUILDING_SECONDS)
    server.check()
    with take_build_turn(settings.records_url.get_secret_value(), settings.data_dir):
        distrusted = False
        try:
            mirror.sync()
        except IndexCorrupt as error:
            _log.error("%s It is built anew.", error)
            distrusted = True
        try:
            yield BuildTurn(ServerWriter(PublishedIndex(server, weights_digest)), distrusted)
        finally:
            server.close()


def check_index(settings: Settings, weights_digest: str) -> str:
    """Describes the index where it is kept. Changes nothing."""
    address = _read_address(settings)
    if address is None:
        index = ChromaPassages.open(settings.index_dir, weights_digest)
        return f"{len(index.everything())} statements, version {index.version}"
    server = ChromaServer(address)
    try:
        published = PublishedIndex(server, weights_digest)
        build = published.current()
        if build is None:
            raise IndexNotReady(f"There is no index at {address.url} for these weights. Run: isletbot index")
        published.open_vectors(build.name).probe(build.manifest.vectors)
    except ValueError as error:
        raise IndexCorrupt(f"The index at {address.url} cannot be searched ({error}). Run: isletbot index") from error
    finally:
        server.close()
    return f"{build.manifest.passages} statements, version {build.manifest.version}, at {address.url}"


def check_copy(settings: Settings, weights_digest: str) -> str:
    """Describes what a server that is running answers from, without asking a Chroma server."""
    if not settings.chroma_url:
        return check_index(settings, weights_digest)
    folder, manifest = open_current(settings.index_dir, weights_digest)
    check_files(folder, manifest)
    return f"{manifest.passages} statements, version {manifest.version}"


def probe_server(settings: Settings) -> str:
    """Asks the Chroma server for a sign of life where requests need it. Raises IndexAway."""
    folder = current_folder(settings.index_dir)
    address = _read_address(settings)
    if folder is None or address is None or read_manifest(folder).vectors <= EXACT_UP_TO:
        return "no request needs it"
    ChromaServer(address, _PROBE_SECONDS).check()
    return f"{address.url} answers"


def _read_address(settings: Settings) -> ServerAddress | None:
    if not settings.chroma_url:
        return None
    token = settings.chroma_token.get_secret_value()
    return ServerAddress(settings.chroma_url, settings.chroma_tenant, settings.chroma_database, token)


@cache
def _open_mirror(address: ServerAddress, index_dir: Path, weights_digest: str) -> IndexMirror:
    return IndexMirror(index_dir, PublishedIndex(ChromaServer(address), weights_digest), weights_digest)

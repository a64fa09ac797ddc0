"""A hostile file ends its own process and nothing else."""

from __future__ import annotations

import os
import zlib

import pytest

from isletbot.documents.isolated_reading import read_isolated
from isletbot.documents.read_document import read_document
from isletbot.errors import InputError
from tests.documents.making import as_pdf, as_text


def a_pdf(content: bytes) -> bytes:
    """One page whose content is packed several times over."""
    packed = zlib.compress(zlib.compress(content))
    parts = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Contents 4 0 R"
        b"/Resources<</Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>",
        b"<</Length %d/Filter[/FlateDecode/FlateDecode]>>stream\n%b\nendstream" % (len(packed), packed),
    )
    written, places = b"%PDF-1.7\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(written))
        written += b"%d 0 obj%b\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(parts) + 1)
    told = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(parts) + 1, len(written))
    return written + head + table + told


def test_a_document_is_the_same_out_of_the_other_process() -> None:
    assert read_isolated(as_pdf(), "pdf") == read_document(as_pdf(), "pdf")


def test_what_the_reader_refuses_is_refused_with_its_words() -> None:
    with pytest.raises(InputError, match="wrong encoding") as refused:
        read_isolated("The caf\ufffd is open.".encode(), "text")
    assert refused.value.remedy == "Save the original as UTF-8."


def test_a_document_that_takes_too_long_is_ended() -> None:
    with pytest.raises(InputError, match=r"could not be read within 1 s|took too much time"):
        read_isolated(a_pdf(b"q Q " * 3_000_000), "pdf", seconds=1)


def test_a_document_that_takes_too_much_memory_is_ended() -> None:
    with pytest.raises(InputError, match="more than 200 MB of memory"):
        read_isolated(a_pdf(b"q Q " * 3_000_000), "pdf", memory=200 * 1024**2)


def test_a_document_that_unpacks_to_far_more_than_it_is_is_refused() -> None:
    with pytest.raises(InputError, match=r"more than 200 MB of memory|LimitReachedError"):
        read_isolated(a_pdf(b" " * 400_000_000), "pdf", memory=200 * 1024**2)


def test_the_other_process_sees_no_key_of_this_one(monkeypatch: pytest.MonkeyPatch) -> None:
    import subprocess

    seen: list[dict[str, str]] = []
    run = subprocess.run
    monkeypatch.setenv("ISLETBOT_CHAT_API_KEY", "secret")

    def watch(command: list[str], **given: object) -> object:
        seen.append(given["env"])  # type: ignore[arg-type]
        return run(command, **given)  # type: ignore[call-overload]

    monkeypatch.setattr(subprocess, "run", watch)
    read_isolated(as_text(), "text")
    assert [sorted(environment) for environment in seen] == [["PATH", "PYTHONPATH"]]
    assert os.environ["ISLETBOT_CHAT_API_KEY"] == "secret"

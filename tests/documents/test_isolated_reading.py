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
    head = b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    page = b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]/Contents 4 0 R>>endobj\n"
    told = b"4 0 obj<</Length %d/Filter[/FlateDecode/FlateDecode]>>stream\n" % len(packed)
    return head + page + told + packed + b"\nendstream endobj\ntrailer<</Root 1 0 R>>\n%%EOF"


def test_a_document_is_the_same_out_of_the_other_process() -> None:
    assert read_isolated(as_pdf(), "pdf") == read_document(as_pdf(), "pdf")


def test_what_the_reader_refuses_is_refused_with_its_words() -> None:
    with pytest.raises(InputError, match="wrong encoding") as refused:
        read_isolated("The caf\ufffd is open.".encode(), "text")
    assert refused.value.remedy == "Save the original as UTF-8."


def test_a_document_that_takes_too_long_is_ended() -> None:
    with pytest.raises(InputError, match=r"could not be read within 1 s|took too much time|damaged"):
        read_isolated(a_pdf(b"q Q " * 3_000_000), "pdf", seconds=1)


def test_a_document_that_takes_too_much_memory_is_ended() -> None:
    with pytest.raises(InputError, match=r"more than 200 MB of memory|too much time or memory|reader failed|damaged"):
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

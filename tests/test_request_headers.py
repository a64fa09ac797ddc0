"""One reader of request headers: what each of its fields says, and that nothing else in the package reads one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from isletbot.request_headers import RequestHeaders, read_headers

PACKAGE = Path(__file__).resolve().parents[1] / "src" / "isletbot"
READS = re.compile(
    r"""(?<![A-Za-z])Headers\(|\b(?:request|http|connection)\.headers|request_headers\[|client\.host|"""
    r"""scope(?:\[|\.get\()["'](?:headers|client)["']"""
)
MAY = {
    "request_headers.py": "it is the reader",
    "console/file_upload.py": "the parser of the framework takes all of them",
    "server/request_limits.py": "it counts their bytes",
    "server/corpus_paths.py": "it hands them on with one changed",
}


def read(*sent: tuple[str, str], scheme: str = "https", client: tuple[str, int] | None = None) -> RequestHeaders:
    raw = [(name.lower().encode(), value.encode("latin-1")) for name, value in sent]
    return read_headers({"type": "http", "scheme": scheme, "client": client, "headers": raw})


@pytest.mark.parametrize(
    ("sent", "token"),
    [
        ("Bearer abc", "abc"),
        ("bearer  abc ", "abc"),
        ("Basic abc", ""),
        ("Bearer", ""),
        ("abc", ""),
    ],
)
def test_a_bearer_token_is_what_stands_after_its_scheme(sent: str, token: str) -> None:
    assert read(("Authorization", sent)).bearer == token


def test_what_was_not_sent_is_empty() -> None:
    sent = read()
    assert (sent.bearer, sent.language, sent.content_type, sent.media_type, sent.origin, sent.host) == ("",) * 6
    assert (sent.if_none_match, sent.user_agent, sent.forwarded_host, sent.forwarded_prefix) == ("",) * 4
    assert (sent.client_address, sent.accept, sent.accepts_gzip) == ("", (), False)


def test_no_idempotency_key_is_none_and_an_empty_one_is_empty() -> None:
    assert read().idempotency_key is None
    assert read(("Idempotency-Key", "")).idempotency_key == ""
    assert read(("IDEMPOTENCY-KEY", "a-b")).idempotency_key == "a-b"


def test_the_language_is_the_one_preferred_to_english() -> None:
    assert read(("Accept-Language", "de-CH,de;q=0.9,en;q=0.8")).language == "de"
    assert read(("Accept-Language", "en-GB,es;q=0.5")).language == ""


def test_a_media_type_has_no_parameters_and_no_capitals() -> None:
    sent = read(("Content-Type", "Application/JSON ; charset=utf-8"))
    assert sent.media_type == "application/json"
    assert sent.content_type == "Application/JSON ; charset=utf-8"


def test_several_accept_headers_are_kept_and_of_any_other_header_the_first_counts() -> None:
    sent = read(("Accept", "text/html"), ("Accept", "*/*"), ("Origin", "https://a.example"), ("Origin", "https://b"))
    assert sent.accept == ("text/html", "*/*")
    assert sent.origin == "https://a.example"


def test_the_own_origin_is_the_address_that_the_caller_used() -> None:
    assert read(("Host", "bot.example:8443")).own_origin == "https://bot.example:8443"
    assert read(("Host", "127.0.0.1:8000"), scheme="http").own_origin == "http://127.0.0.1:8000"


def test_the_caller_is_the_client_of_the_connection() -> None:
    assert read(client=("203.0.113.7", 4711)).client_address == "203.0.113.7"
    assert read(("X-Forwarded-For", "198.51.100.9")).client_address == ""


@pytest.mark.parametrize(
    ("sent", "prefix"),
    [("/clinic/", "/clinic"), ("/a/b, /c", "/a/b"), ("clinic", ""), ("//evil.example", ""), ('/"><script>', "")],
)
def test_a_forwarded_prefix_is_a_path_or_nothing(sent: str, prefix: str) -> None:
    assert read(("X-Forwarded-Prefix", sent)).forwarded_prefix == prefix


@pytest.mark.parametrize(
    ("sent", "host"), [("clinic.example, inner", "clinic.example"), ("[::1]:80", "[::1]:80"), ("a b", ""), ("a/b", "")]
)
def test_a_forwarded_host_is_a_host_or_nothing(sent: str, host: str) -> None:
    assert read(("X-Forwarded-Host", sent)).forwarded_host == host


def test_a_browser_is_named_in_200_characters_at_most() -> None:
    assert read(("User-Agent", "x" * 900)).user_agent == "x" * 200


def test_a_preflight_names_a_method_and_headers() -> None:
    sent = read(("Access-Control-Request-Method", "POST"), ("Access-Control-Request-Headers", "authorization, x-a"))
    assert (sent.preflight_method, sent.preflight_headers) == ("POST", ("authorization", "x-a"))


def test_nothing_else_reads_a_header_of_a_request() -> None:
    paths = [
        *PACKAGE.glob("*.py"),
        *(
            each
            for room in ("server", "console", "widget", "wiring", "live")
            for each in (PACKAGE / room).rglob("*.py")
        ),
    ]
    reading = {path.relative_to(PACKAGE).as_posix() for path in paths if READS.search(path.read_text("utf-8"))}
    assert reading == MAY.keys()

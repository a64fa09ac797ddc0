"""A document is fetched from a server that behaves, and from none that does not; each fault is named."""

from __future__ import annotations

import gzip
import ssl
from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest
import trustme

from isletbot.errors import FetchCause, FetchError
from isletbot.fetching.document import FetchedDocument, Unchanged
from isletbot.fetching.politeness import Politeness
from isletbot.fetching.safe_client import FetchLimits, Marks, SafeClient
from tests.fetching.playing import PAGE, Answer, PlayedServer, Visit, play_server

QUICK = FetchLimits(seconds=5, size=100_000, pause=0)


@pytest.fixture
def server() -> Iterator[PlayedServer]:
    with play_server() as played:
        yield played


def a_client(server: PlayedServer, limits: FetchLimits = QUICK) -> SafeClient:
    return SafeClient({server.allowed}, limits)


def fetch(server: PlayedServer, answer: Answer, limits: FetchLimits = QUICK, path: str = "/leaflet") -> FetchedDocument:
    server.answers[path] = answer
    document = a_client(server, limits).fetch(server.url + path)
    assert isinstance(document, FetchedDocument)
    return document


def refuse(server: PlayedServer, answer: Answer, limits: FetchLimits = QUICK) -> FetchError:
    with pytest.raises(FetchError) as refused:
        fetch(server, answer, limits)
    return refused.value


def test_a_page_comes_with_its_title_language_and_marks(server: PlayedServer) -> None:
    document = fetch(server, lambda visit: visit.answer(etag='"v1"', last_modified="Mon, 02 Nov 2026 10:00:00 GMT"))
    assert (document.data, document.media_type, document.url) == (PAGE, "text/html", f"{server.url}/leaflet")
    assert (document.title, document.language) == ("A leaflet & more", "en")
    assert (document.etag, document.last_modified) == ('"v1"', "Mon, 02 Nov 2026 10:00:00 GMT")
    assert server.paths == ["/robots.txt", "/leaflet"]
    assert server.visits[1].headers["host"] == server.allowed


def test_a_second_fetch_says_what_it_has_and_hears_that_nothing_changed(server: PlayedServer) -> None:
    def answer(visit: Visit) -> None:
        if visit.headers.get("if-none-match") == '"v1"':
            visit.begin(304)
        else:
            visit.answer(etag='"v1"')

    document = fetch(server, answer)
    again = a_client(server).fetch(f"{server.url}/leaflet", Marks(document.etag, "Mon, 02 Nov 2026 10:00:00 GMT"))
    assert again == Unchanged(f"{server.url}/leaflet")
    assert server.visits[-1].headers["if-modified-since"] == "Mon, 02 Nov 2026 10:00:00 GMT"
    changed = a_client(server).fetch(f"{server.url}/leaflet", Marks('"v0"'))
    assert isinstance(changed, FetchedDocument)


def test_a_packed_page_is_unpacked_and_a_redirect_to_it_followed(server: PlayedServer) -> None:
    server.answers["/new"] = lambda visit: visit.answer(gzip.compress(PAGE), content_encoding="gzip")
    document = fetch(server, lambda visit: visit.redirect("/new"))
    assert (document.data, document.url) == (PAGE, f"{server.url}/new")


@pytest.mark.parametrize(
    "location",
    [
        "http://127.0.0.1/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[::ffff:7f00:1]/",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0x7f.1/",
        "http://0177.0.0.1/",
        "http://127.1/",
        "http://0/",
        "http://10.0.0.1/",
        "//192.168.0.1/admin",
        "http://localhost/",
        "file://localhost/etc/passwd",
        "http://127.0.0.1:6379/",
        "http://user:pass@clinic.example/",
    ],
)
def test_a_redirect_to_where_nobody_outside_may_go_is_refused(server: PlayedServer, location: str) -> None:
    refused = refuse(server, lambda visit: visit.redirect(location))
    assert refused.cause == "address", refused
    assert server.paths == ["/robots.txt", "/leaflet"]


@pytest.mark.parametrize("url", ["http://127.0.0.1/", "http://localhost/", "http://[::1]/", "http://0x7f.1/"])
def test_an_address_within_is_refused_at_once(server: PlayedServer, url: str) -> None:
    with pytest.raises(FetchError, match="this machine itself"):
        a_client(server).fetch(url)


def test_redirects_in_a_circle_and_without_end_are_cut(server: PlayedServer) -> None:
    circle = refuse(server, lambda visit: visit.redirect("/leaflet"))
    assert (circle.cause, "circle" in str(circle)) == ("redirects", True)
    for number in range(9):
        server.answers[f"/{number}"] = lambda visit, to=number + 1: visit.redirect(f"/{to}")  # type: ignore[misc]
    server.visits.clear()
    endless = refuse(server, lambda visit: visit.redirect("/0"))
    assert (endless.cause, "more than 5 times" in str(endless)) == ("redirects", True)
    assert len(server.paths) == 1 + 6


def _drip(visit: Visit) -> None:
    visit.begin(content_type="text/html")
    while visit.send(b".") and not visit.over.wait(0.05):
        pass


def _drip_head(visit: Visit) -> None:
    visit.send(b"HTTP/1.1 200 OK\r\n")
    while visit.send(b"X-A: b\r\n") and not visit.over.wait(0.05):
        pass


def _pour(visit: Visit) -> None:
    visit.begin(**{"Content-Type": "text/html"})
    while visit.send(b"<p>more</p>" * 1_000):
        pass


def _bomb(visit: Visit) -> None:
    visit.answer(gzip.compress(b"<html>" + b" " * 30_000_000), content_encoding="gzip")


def _truncate(visit: Visit) -> None:
    visit.begin(**{"Content-Type": "text/html", "Content-Length": "5000"})
    visit.send(PAGE)


def _busy(visit: Visit) -> None:
    visit.answer(b"slow down", 429, "text/plain", retry_after="120")


@pytest.mark.parametrize(
    ("answer", "cause", "said"),
    [
        (_drip, "slow", "after 0.4 seconds"),
        (_drip_head, "slow", "after 0.4 seconds"),
        (lambda visit: visit.over.wait(20), "slow", ""),
        (_pour, "large", "larger than 100,000 bytes"),
        (_bomb, "large", "larger than 100,000 bytes"),
        (lambda visit: visit.begin(**{"Content-Length": "600000000"}), "large", "larger than"),
        (_truncate, "broken", "breaks its reply off"),
        (lambda visit: visit.answer(gzip.compress(PAGE)[:-9], content_encoding="gzip"), "broken", "before its gzip"),
        (lambda visit: visit.answer(PAGE, content_encoding="gzip"), "broken", "no sound gzip"),
        (lambda visit: visit.answer(PAGE, content_encoding="br"), "broken", "unasked"),
        (lambda visit: visit.send(b"not http at all\r\n\r\n"), "broken", "breaks its reply off"),
        (lambda visit: visit.begin(304), "broken", "answers 304"),
        (_busy, "busy", "answers 429. Try again in 120 seconds"),
        (
            lambda visit: visit.answer(b"", 503, retry_after="Tue, 01 Dec 2026 08:00:00 GMT"),
            "busy",
            "after 2026-12-01 08:00 UTC",
        ),
        (lambda visit: visit.answer(b"", 503, retry_after="soon"), "busy", "Try again later"),
        (lambda visit: visit.answer(b"gone", 410), "missing", "answers 410"),
        (lambda visit: visit.answer(b"no", 403), "refused", "to everybody"),
        (lambda visit: visit.answer(b"oops", 500), "broken", "answers 500"),
        (lambda visit: visit.answer(PAGE, kind="application/pdf"), "type", "says application/pdf"),
        (lambda visit: visit.answer(b"%PDF-1.7", kind="text/html"), "type", "is application/pdf"),
        (lambda visit: visit.answer(b"\x89PNG\r\n\x1a\n\0\0", kind="image/png"), "type", "no document"),
        (lambda visit: visit.answer(b"", kind="text/html"), "type", "no document"),
    ],
)
def test_what_a_bad_server_sends_is_named(server: PlayedServer, answer: Answer, cause: FetchCause, said: str) -> None:
    limits = replace(QUICK, seconds=0.4) if cause == "slow" else QUICK
    refused = refuse(server, answer, limits)
    assert refused.cause == cause, refused
    assert said in str(refused)


def test_robots_are_obeyed_and_asked_once(server: PlayedServer) -> None:
    rules = b"User-agent: *\nDisallow: /private\n\nUser-agent: isletbot\nDisallow: /drafts\n"
    server.answers |= {
        "/robots.txt": lambda visit: visit.answer(rules, kind="text/plain"),
        "/private": lambda visit: visit.answer(),
        "/go": lambda visit: visit.redirect("/drafts/one"),
    }
    client = a_client(server)
    for path in ("/drafts/one", "/go"):
        with pytest.raises(FetchError, match=r"forbids programs to fetch '/drafts/one'") as refused:
            client.fetch(server.url + path)
        assert refused.value.cause == "robots"
    client.fetch(f"{server.url}/private")
    assert server.paths == ["/robots.txt", "/go", "/private"]


def test_a_server_that_cannot_say_its_rules_is_left_alone(server: PlayedServer) -> None:
    server.answers["/robots.txt"] = lambda visit: visit.answer(b"", 500)
    assert refuse(server, lambda visit: visit.answer()).cause == "robots"
    assert server.paths == ["/robots.txt"]


def test_what_a_server_offers_to_programs_is_fetched_without_asking_for_rules(server: PlayedServer) -> None:
    server.answers["/api"] = lambda visit: visit.answer(b"{}", kind="application/json")
    document = a_client(server).fetch(f"{server.url}/api", wanted={"application/json"}, robots=False)
    assert isinstance(document, FetchedDocument)
    assert (document.data, server.paths) == (b"{}", ["/api"])


def test_requests_to_one_host_keep_a_second_apart(server: PlayedServer) -> None:
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(round(seconds, 3))

    politeness = Politeness(pause=1.0, clock=lambda: 100.0, sleep=sleep)
    server.answers["/leaflet"] = lambda visit: visit.redirect("/new")
    server.answers["/new"] = lambda visit: visit.answer()
    SafeClient({server.allowed}, QUICK, politeness=politeness).fetch(f"{server.url}/leaflet")
    assert waited == [1.0, 2.0], "after robots.txt, and after the redirect"


class ChangingNames:
    """A name that is public when it is checked, and this machine when it is looked up again."""

    def __init__(self, *answers: Sequence[str]) -> None:
        self._answers = list(answers)
        self.asked: list[str] = []

    def __call__(self, host: str, port: int) -> Sequence[str]:
        self.asked.append(host)
        return self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]


def test_a_name_that_changes_its_address_is_checked_at_every_connection(server: PlayedServer) -> None:
    """The connection goes to the address that was checked, so there is one look-up a request and none in between."""
    names = ChangingNames(["127.0.0.1"], ["127.0.0.1"], ["10.0.0.7"])
    client = SafeClient({f"clinic.example:{server.port}"}, QUICK, names)
    server.answers["/leaflet"] = lambda visit: visit.redirect("http://clinic.example/inward")
    with pytest.raises(FetchError, match=r"leads to 10\.0\.0\.7, which is private"):
        client.fetch(f"http://clinic.example:{server.port}/leaflet")
    assert names.asked == ["clinic.example"] * 3
    assert server.visits[1].headers["host"] == f"clinic.example:{server.port}"


def test_one_inward_address_among_public_ones_is_enough_to_refuse_a_name() -> None:
    names = ChangingNames(["8.8.8.8", "127.0.0.1"])
    with pytest.raises(FetchError, match="this machine itself"):
        SafeClient((), QUICK, names).fetch("https://clinic.example/leaflet")


def test_a_name_that_nobody_knows_or_that_has_no_address_is_named() -> None:
    def unknown(host: str, port: int) -> Sequence[str]:
        raise OSError("Name or service not known")

    for names in (unknown, ChangingNames([])):
        with pytest.raises(FetchError, match="is not found") as refused:
            SafeClient((), QUICK, names).fetch("https://clinic.example/leaflet")
        assert refused.value.cause == "unreachable"


def test_the_next_address_is_tried_when_one_does_not_answer(server: PlayedServer) -> None:
    names = ChangingNames(["::1", "127.0.0.1"])
    server.answers["/leaflet"] = lambda visit: visit.answer()
    document = SafeClient({f"clinic.example:{server.port}"}, QUICK, names).fetch(
        f"http://clinic.example:{server.port}/leaflet"
    )
    assert isinstance(document, FetchedDocument)


def test_nobody_at_the_address_is_named(server: PlayedServer) -> None:
    names = ChangingNames(["127.0.0.1"])
    with pytest.raises(FetchError, match="cannot be connected to"):
        SafeClient({"clinic.example:1"}, QUICK, names).fetch("http://clinic.example:1/leaflet")


def a_certificate(authority: trustme.CA, name: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    return context


@pytest.mark.parametrize(
    ("name", "known"), [("clinic.example", True), ("other.example", True), ("clinic.example", False)]
)
def test_the_certificate_is_held_to_the_name_and_not_to_the_address(name: str, known: bool) -> None:
    authority = trustme.CA()
    trusted = ssl.create_default_context()
    (authority if known else trustme.CA()).configure_trust(trusted)
    with play_server({"/leaflet": lambda visit: visit.answer()}, a_certificate(authority, name)) as server:
        client = SafeClient({f"clinic.example:{server.port}"}, QUICK, ChangingNames(["127.0.0.1"]), trusted)
        url = f"https://clinic.example:{server.port}/leaflet"
        if known and name == "clinic.example":
            assert isinstance(client.fetch(url), FetchedDocument)
        else:
            with pytest.raises(FetchError, match="certificate verify failed") as refused:
                client.fetch(url)
            assert refused.value.cause == "unreachable"


def test_a_redirect_from_https_to_http_is_refused() -> None:
    authority = trustme.CA()
    trusted = ssl.create_default_context()
    authority.configure_trust(trusted)
    answers: dict[str, Answer] = {"/leaflet": lambda visit: visit.redirect("http://clinic.example/leaflet")}
    with play_server(answers, a_certificate(authority, "clinic.example")) as server:
        client = SafeClient({f"clinic.example:{server.port}"}, QUICK, ChangingNames(["127.0.0.1"]), trusted)
        with pytest.raises(FetchError, match="redirects from https"):
            client.fetch(f"https://clinic.example:{server.port}/leaflet")

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from isletbot.errors import InputError
from isletbot.evaluation import endpoints
from isletbot.evaluation.citation_markers import SourceLibrary, infer_kind, read_marked_reply
from isletbot.evaluation.endpoints import ChatTarget, OpenAITarget, parse_target
from isletbot.evaluation.run import put_case
from isletbot.evaluation.targets import TargetError
from tests.grading import SOURCES, TEXT, a_case, a_reply
from tests.scripted import WORDS

LIBRARY = SourceLibrary({"https://doi.org/10.1056/NEJMoa2506549": "nejm-2025"}, {"nejm-2025": TEXT})


class Script:
    """What the endpoint replies, in turn: (status, headers, body, declared length or None for the true one)."""

    replies: list[tuple[int, dict[str, str], bytes, int | None]]
    asked: list[tuple[str, Any]]
    wait: threading.Event | None = None


@pytest.fixture
def endpoint() -> Iterator[tuple[str, type[Script]]]:
    class Here(Script):
        replies = []  # noqa: RUF012
        asked = []  # noqa: RUF012

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            Here.asked.append((self.path, json.loads(body)))
            if Here.wait is not None:
                Here.wait.wait(5)
            status, headers, said, length = Here.replies.pop(0)
            self.send_response(status)
            for name, value in {"Content-Length": str(length or len(said)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", Here
    if Here.wait is not None:
        Here.wait.set()
    server.shutdown()
    server.server_close()
    thread.join()


def test_an_isletbot_is_asked_turn_by_turn_with_its_own_replies(endpoint: tuple[str, type[Script]]) -> None:
    url, script = endpoint
    said = json.dumps(a_reply()).encode()
    script.replies += [(200, {}, said, None)] * 2
    exchange = ChatTarget(url).converse(a_case(turns=("Hi", "How many?")))
    assert exchange.reply == a_reply()
    assert [path for path, _ in script.asked] == ["/v1/chat"] * 2
    roles = [message["role"] for message in script.asked[1][1]["messages"]]
    assert roles == ["user", "assistant", "user"]


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        ((200, {}, b"<html>hello</html>", None), "replied no JSON"),
        ((200, {}, b'{"text": "ha', None), "replied no JSON"),
        ((200, {}, b'{"text": "half"', 999), "half of it"),
        ((200, {}, b"[1, 2]", None), "replied no object"),
        ((500, {}, b"oops", None), "replied 500: oops"),
        ((404, {}, b"", None), "replied 404"),
    ],
)
def test_what_is_no_reply_is_named_and_the_case_is_ungraded(
    endpoint: tuple[str, type[Script]], reply: Any, said: str
) -> None:
    url, script = endpoint
    script.replies.append(reply)
    record = put_case(a_case(), 0, ChatTarget(url), SOURCES)
    assert said in record.trouble
    assert record.grade.outcome == "ungraded"


def test_an_endpoint_that_is_busy_is_asked_again(endpoint: tuple[str, type[Script]]) -> None:
    url, script = endpoint
    script.replies += [(429, {"Retry-After": "0"}, b"", None), (200, {}, json.dumps(a_reply()).encode(), None)]
    assert ChatTarget(url).converse(a_case()).reply == a_reply()


def test_an_endpoint_that_stays_busy_is_given_up(
    endpoint: tuple[str, type[Script]], monkeypatch: pytest.MonkeyPatch
) -> None:
    url, script = endpoint
    monkeypatch.setattr(endpoints, "TRIES", 2)
    script.replies += [(503, {"Retry-After": "0"}, b"later", None)] * 2
    with pytest.raises(TargetError, match="503: later"):
        ChatTarget(url).converse(a_case())


def test_an_endpoint_that_is_slow_or_down_is_named(endpoint: tuple[str, type[Script]]) -> None:
    url, script = endpoint
    script.wait = threading.Event()
    script.replies.append((200, {}, b"{}", None))
    with pytest.raises(TargetError, match="did not reply within"):
        ChatTarget(url, timeout=0.2).converse(a_case())
    with pytest.raises(TargetError, match="cannot be reached"):
        ChatTarget("http://127.0.0.1:9").converse(a_case())


def test_a_chat_model_is_read_as_far_as_its_text_goes(endpoint: tuple[str, type[Script]]) -> None:
    url, script = endpoint
    text = f'The paper says "{WORDS}" [1]. It is early.\n\n[1] https://doi.org/10.1056/NEJMoa2506549'
    script.replies.append((200, {}, json.dumps({"choices": [{"message": {"content": text}}]}).encode(), None))
    record = put_case(a_case(), 0, OpenAITarget(url, "m", LIBRARY, "key"), SOURCES)
    assert script.asked[0][0] == "/chat/completions"
    assert record.kind == "answered"
    assert record.reply is not None
    assert record.reply["citations"][0]["source_id"] == "nejm-2025"
    assert {one.rule for one in record.grade.failing} == {"integrity"}, "the last sentence has no citation"


@pytest.mark.parametrize("body", [{}, {"choices": []}, {"choices": [{"message": {"content": None}}]}])
def test_a_chat_model_that_says_nothing_is_named(endpoint: tuple[str, type[Script]], body: Any) -> None:
    url, script = endpoint
    script.replies.append((200, {}, json.dumps(body).encode(), None))
    with pytest.raises(TargetError, match=r"choices\[0\]"):
        OpenAITarget(url, "m", LIBRARY).converse(a_case())


def test_a_reply_without_citations_counts_them_as_missing() -> None:
    reply = read_marked_reply("Of 12 people, 10 came off insulin.", None, LIBRARY)
    assert reply["citations"] == []
    assert reply["kind"] == "answered"


def test_annotations_of_openai_lead_to_sources() -> None:
    noted = [{"type": "url_citation", "url_citation": {"url": "https://doi.org/10.1056/NEJMoa2506549", "title": "t"}}]
    reply = read_marked_reply("Ten of 12 did [1].", noted, LIBRARY)
    assert reply["citations"][0]["source_id"] == "nejm-2025"  # type: ignore[index]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Call 911 now.", "urgent"),
        ("I don't have that in my sources.", "not_in_corpus"),
        ("Please talk to your doctor about that.", "needs_clinician"),
        ("I can only answer questions about zimislecel.", "out_of_scope"),
        ("Hello! How can I help?", "small_talk"),
        ("Zimislecel is made from stem cells.", "answered"),
        ("This is about your own care, so I cannot answer it for you. Please ask your doctor.", "needs_clinician"),
        ("Zimislecel is made from stem cells. In an emergency, call 911.", "answered"),
        (
            "It is cells. General information, not medical advice. If this is an emergency, call 112!",
            "answered",
        ),
        ("If this is an emergency, call 112.", "urgent"),
        ("This may be an emergency. Call 911 now. This is not medical advice.", "urgent"),
    ],
)
def test_the_kind_is_read_from_the_words(text: str, kind: str) -> None:
    assert infer_kind(text, cites=False) == kind


def test_targets_are_parsed_and_wrong_ones_named() -> None:
    assert parse_target("openai:https://a.example/v1#m", LIBRARY, None).name == "openai:https://a.example/v1#m"
    assert parse_target("https://a.example", LIBRARY, None).name == "https://a.example"
    for wrong in ("openai:https://a.example/v1", "ftp://a", "somewhere", "openai:#m"):
        with pytest.raises(InputError, match="A target is"):
            parse_target(wrong, LIBRARY, None)


def test_a_document_cannot_be_put_behind_a_url() -> None:
    assert put_case(a_case(digest="x"), 0, ChatTarget("http://127.0.0.1:9"), SOURCES).grade.outcome == "ungraded"

"""What is not one request, or says of itself what only a proxy may say, is refused by nginx or does no harm."""

from __future__ import annotations

import re
import socket
import ssl

import httpx
import pytest

from tests.cluster.machines import HOST, PREFIX, Cluster
from tests.cluster.test_replicas import QUESTION, asking

END = b"\r\n\r\n"
HIDDEN = f"GET {PREFIX}/v1/sources HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode()


def send_raw(cluster: Cluster, content: bytes) -> bytes:
    """Everything that comes back until the connection is closed, or nothing has come for two seconds."""
    trusted = ssl.create_default_context(cafile=str(cluster.nginx.certificate))
    with (
        socket.create_connection(("127.0.0.1", cluster.nginx.port), timeout=10) as plain,
        trusted.wrap_socket(plain, server_hostname=HOST) as connection,
    ):
        connection.sendall(content)
        connection.settimeout(2)
        received = b""
        try:
            while part := connection.recv(65_536):
                received += part
        except TimeoutError:
            pass
        return received


def a_post(*headers: str, body: bytes) -> bytes:
    lines = [f"POST {PREFIX}/v1/chat HTTP/1.1", f"Host: {HOST}", "Content-Type: application/json", *headers]
    return "\r\n".join(lines).encode() + END + body


def read_statuses(received: bytes) -> list[int]:
    return [int(status) for status in re.findall(rb"(?:^|\n)HTTP/1\.[01] (\d{3})", received)]


CHUNKED_END = b"0\r\n\r\n"


@pytest.mark.parametrize(
    "request_bytes",
    [
        a_post(f"Content-Length: {len(CHUNKED_END + HIDDEN)}", "Transfer-Encoding: chunked", body=CHUNKED_END + HIDDEN),
        a_post("Transfer-Encoding: chunked", "Content-Length: 4", body=b"5c\r\n" + HIDDEN + CHUNKED_END),
        a_post("Transfer-Encoding: chunked", "Transfer-Encoding: identity", body=CHUNKED_END + HIDDEN),
        a_post("Transfer-Encoding: xchunked", "Content-Length: 0", body=HIDDEN),
        a_post("Transfer-Encoding : chunked", "Content-Length: 5", body=CHUNKED_END + HIDDEN),
        a_post("Content-Length: 0", "Content-Length: 60", body=HIDDEN),
        a_post("Content-Length: +0", body=HIDDEN),
        a_post("X: y\r\n Transfer-Encoding: chunked", "Content-Length: 5", body=CHUNKED_END + HIDDEN),
        f"GET {PREFIX}/healthz HTTP/1.1\nHost: {HOST}\nContent-Length: 0\rX: y\n\n".encode() + HIDDEN,
    ],
    ids=["cl-te", "te-cl", "te-te", "odd-te", "te-blank", "cl-cl", "cl-plus", "folded", "bare-cr"],
)
def test_a_request_that_two_readers_would_end_elsewhere_hides_no_other(cluster: Cluster, request_bytes: bytes) -> None:
    received = send_raw(cluster, request_bytes)
    assert b'"sources"' not in received, "the hidden request was answered as one of its own"
    assert read_statuses(received)[:1] in ([400], [501], [405])


def test_two_hosts_are_refused_or_the_first_is_taken(cluster: Cluster) -> None:
    request = f"GET {PREFIX}/ HTTP/1.1\r\nHost: {HOST}\r\nHost: evil.example\r\nConnection: close".encode() + END
    received = send_raw(cluster, request)
    assert read_statuses(received) in ([400], [200])
    assert b"evil.example" not in received


def test_another_host_than_the_name_of_the_connection_gets_no_page(cluster: Cluster) -> None:
    received = send_raw(cluster, f"GET {PREFIX}/ HTTP/1.1\r\nHost: evil.example\r\nConnection: close".encode() + END)
    assert b"isletbot-chat" not in received
    assert read_statuses(received)[0] >= 400


def test_an_unknown_name_gets_no_certificate(cluster: Cluster) -> None:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with (
        socket.create_connection(("127.0.0.1", cluster.nginx.port), timeout=10) as plain,
        pytest.raises(ssl.SSLError),
    ):
        context.wrap_socket(plain, server_hostname="evil.example")


def test_a_forged_address_counts_as_the_callers_own(cluster: Cluster, client: httpx.Client) -> None:
    cluster.redis.forget()
    for number in range(4):
        forged = {"x-forwarded-for": f"10.9.8.{number}", "forwarded": f"for=10.9.8.{number}", "x-real-ip": "10.9.8.7"}
        assert client.post("/v1/chat", json=asking(QUESTION), headers=forged).status_code == 200
    callers = {found for key in cluster.redis.list_keys() for found in re.findall(r"[0-9a-f]{32}", key)}
    assert len(callers) == 1


def test_a_forged_host_prefix_or_scheme_is_believed_by_nobody(client: httpx.Client) -> None:
    forged = {
        "x-forwarded-host": "evil.example",
        "x-forwarded-prefix": "/evil",
        "x-forwarded-proto": "http",
        "x-forwarded-port": "81",
    }
    page = client.get("/", headers=forged)
    assert "evil" not in page.text
    assert f"{PREFIX}/widget.js" in page.text
    from_evil = {**forged, "origin": "https://evil.example"}
    refused = client.post("/v1/sessions", json={"widget": "demo"}, headers=from_evil)
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "origin_not_allowed")
    ours = {**forged, "origin": f"https://{client.headers['host']}"}
    assert client.post("/v1/sessions", json={"widget": "demo"}, headers=ours).status_code == 201


def test_a_head_that_is_too_large_is_refused(client: httpx.Client) -> None:
    assert client.get("/healthz", headers={"x-long": "x" * 20_000}).status_code in (400, 431)
    assert client.get("/healthz").status_code == 200

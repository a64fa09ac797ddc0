"""Below a prefix and behind a proxy, with the widget's pages and a page of our own that redirects."""

from __future__ import annotations

import socket
from urllib.parse import urlsplit

import pytest
from fastapi import FastAPI
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.testclient import TestClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.routing import Route

from isletbot.server.app import create_app
from isletbot.widget.pages import make_widget_router
from tests.scripted import ScriptedBot
from tests.server.conftest import ORIGIN, READY, SITE, an_app, make_async, middleware_settings
from tests.server.contexts import a_context
from tests.server.live import serve_live

PROXY = "10.0.0.7"
LINKS = (
    '<a href="/staff/x">a</a><form action="/staff/y"><button formaction="/staff/z"></button></form><a href="//cdn/x">'
)


async def show(request: Request) -> HTMLResponse:
    return HTMLResponse(f"{LINKS}<p>{request.base_url}</p>")


async def move(_: Request) -> RedirectResponse:
    return RedirectResponse("/staff/sign-in?to=/staff/", 303)


async def leave(_: Request) -> RedirectResponse:
    return RedirectResponse("https://elsewhere.example/a", 303)


def an_app_with_pages(**changes: object) -> FastAPI:
    guard = middleware_settings(**changes)
    pages = make_widget_router({"emergency_line": "", "clinic_contact": "", "page_heading": "", "page_text": ""})
    app = create_app(a_context(make_async(ScriptedBot(), guard.queue)), SITE, lambda: (), lambda: READY, guard, pages)
    app.mount("/staff", Starlette(routes=[Route("/", show), Route("/move", move), Route("/leave", leave)]))
    return app


def visit(client_host: str = PROXY, **changes: object) -> TestClient:
    app = an_app_with_pages(**changes)
    return TestClient(app, "http://inside:8000", client=(client_host, 1), follow_redirects=False)


@pytest.mark.parametrize("kept", [True, False])
def test_below_a_prefix_pages_links_and_redirects_keep_it_whether_or_not_the_proxy_cuts_it_off(kept: bool) -> None:
    client, before = visit(root_path="/bot"), "/bot" if kept else ""
    clinic = client.get(f"{before}/").text
    assert 'src="/bot/widget.js"' in clinic
    assert 'href="/bot/demo/phone.html"' in clinic
    assert 'href="/v1/sources"' not in clinic
    assert client.get(f"{before}/widget.json").json()["file"].startswith("/bot/widget-")
    page = client.get(f"{before}/staff/").text
    assert '<a href="/bot/staff/x">' in page
    assert 'action="/bot/staff/y"' in page
    assert 'formaction="/bot/staff/z"' in page
    assert '<a href="//cdn/x">' in page
    assert "<p>http://inside:8000/bot/</p>" in page
    assert client.get(f"{before}/staff/move").headers["location"] == "/bot/staff/sign-in?to=/staff/"
    assert client.get(f"{before}/staff").headers["location"] == "/bot/staff/"
    assert client.get(f"{before}/staff/leave").headers["location"] == "https://elsewhere.example/a"
    assert client.get(f"{before}/healthz").json() == {"alive": True}
    assert (
        client.get(f"{before}/v1/nothing", headers={"Origin": ORIGIN}).headers["access-control-allow-origin"] == ORIGIN
    )


def test_a_page_says_its_new_length() -> None:
    with serve_live(an_app_with_pages(root_path="/bot")) as address:
        response = TestClient(an_app_with_pages(root_path="/bot")).get("/bot/")
        assert int(response.headers["content-length"]) == len(response.content)
        assert b"/bot/widget.js" in fetch(address, "/bot/", "1.1")


FORWARDED = {"X-Forwarded-Prefix": "/a/b/", "X-Forwarded-Host": "clinic.example", "X-Forwarded-Proto": "https"}


def test_a_trusted_proxy_names_prefix_host_and_scheme() -> None:
    client = visit(trusted_proxies=("10.0.0.0/8",))
    page = client.get("/staff/", headers=FORWARDED).text
    assert '<a href="/a/b/staff/x">' in page
    assert "<p>https://clinic.example/a/b/</p>" in page
    assert client.get("/staff", headers=FORWARDED).headers["location"] == "/a/b/staff/"
    opened = client.post(
        "/v1/sessions", json={"widget": "demo"}, headers={**FORWARDED, "Origin": "https://clinic.example"}
    )
    assert opened.status_code == 201


def test_nobody_else_is_believed() -> None:
    for client in (visit("10.9.9.9", trusted_proxies=(PROXY,)), visit()):
        page = client.get("/staff/", headers=FORWARDED).text
        assert '<a href="/staff/x">' in page
        assert "<p>http://inside:8000/</p>" in page


@pytest.mark.parametrize("prefix", ["//evil.example", "/a b", '/"><script>', "a", "/..\\\\", "https://evil.example"])
def test_what_is_no_path_is_no_prefix(prefix: str) -> None:
    client = visit(trusted_proxies=(PROXY,))
    assert client.get("/staff/move", headers={"X-Forwarded-Prefix": prefix}).headers["location"].startswith("/staff/")


def fetch(address: str, path: str, version: str, body: str = "", accept: str = "*/*") -> bytes:
    parts = urlsplit(address)
    with socket.create_connection((parts.hostname or "", parts.port or 0), 10) as connection:
        connection.sendall(
            f"{'POST' if body else 'GET'} {path} HTTP/{version}\r\nHost: {parts.netloc}\r\nAccept: {accept}\r\n"
            f"Connection: close\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()
        )
        return b"".join(iter(lambda: connection.recv(65_536), b""))


@pytest.mark.parametrize(
    ("path", "more"), [("/v1/chat", ""), ("/v1/chat/completions", ', "model": "isletbot", "stream": true')]
)
def test_a_stream_over_http_1_0_ends_with_the_connection_and_no_stream_is_buffered(path: str, more: str) -> None:
    asked = f'{{"messages": [{{"role": "user", "content": "Hi"}}]{more}}}'
    with serve_live(an_app(ScriptedBot())) as address:
        head, _, body = fetch(address, path, "1.0", asked, "text/event-stream").partition(b"\r\n\r\n")
    fields = head.lower().split(b"\r\n")
    assert fields[0].endswith(b"200 ok")
    assert not any(field.startswith((b"transfer-encoding", b"content-length")) for field in fields)
    assert b"x-accel-buffering: no" in fields
    assert b"cache-control: no-store" in fields
    assert body.startswith((b"event: ", b"data: "))
    assert body.endswith(b"\n\n")

"""The routes of the widget: its one file under two names, the hash to check it by, and the demonstration pages."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from importlib.resources import files

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import JSONResponse, Response

from isletbot.request_headers import read_headers
from isletbot.widget.bundle import NO_TITLES, WidgetFile, make_widget_file, read_translations

_TYPES = {"html": "text/html", "css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}

STRICT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'none'; connect-src 'self'; img-src 'none'; font-src 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
"""What the page `strict` is served under, and what any page around the widget may ask for."""


EMERGENCY_LINE = "emergency_line"
"""The text of the pages that is also said in the language that the browser asks for."""


def make_widget_router(
    said: Mapping[str, str],
    lines: Mapping[str, str] | None = None,
    titles: Mapping[str, str] = NO_TITLES,
    questions: Sequence[str] = (),
) -> APIRouter:
    """`said` are texts that the pages name in braces; `lines` is the emergency line in other languages, by subtag, and
    `titles` the topic's own title of the chat, English too. `questions` are those that a page lists."""
    router = APIRouter()
    widget = make_widget_file(titles)
    listed = "".join(f"<li>{html.escape(question)}</li>" for question in questions)
    pages = {lang: _read_pages(said, lang, line, listed) for lang, line in {"": "", **(lines or {})}.items()}
    translations = read_translations(titles)

    @router.api_route("/widget.js", methods=["GET", "HEAD"])
    def show_widget(request: Request) -> Response:
        return _serve_widget(widget, request, "no-cache")

    @router.api_route("/widget-{version}.js", methods=["GET", "HEAD"])
    def show_version(version: str, request: Request) -> Response:
        if f"widget-{version}.js" != widget.name:
            raise HTTPException(404)
        return _serve_widget(widget, request, "public, max-age=31536000, immutable")

    @router.get("/widget.json")
    def describe_widget(request: Request) -> JSONResponse:
        file = f"{request.scope.get('app_root_path', '')}/{widget.name}"
        return JSONResponse({"file": file, "integrity": widget.integrity}, headers=_ELSEWHERE)

    @router.get("/widget-words/{lang}.json")
    def show_words(lang: str) -> Response:
        if lang not in translations:
            raise HTTPException(404)
        return Response(
            translations[lang], media_type="application/json", headers={**_ELSEWHERE, "Cache-Control": "no-cache"}
        )

    @router.api_route("/", methods=["GET", "HEAD"])
    def show_clinic(request: Request) -> Response:
        return _serve_page(_choose_pages(pages, request), "clinic.html")

    @router.api_route("/demo/{name}", methods=["GET", "HEAD"])
    def show_page(request: Request, name: str) -> Response:
        return _serve_page(_choose_pages(pages, request), name)

    return router


_ELSEWHERE = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}
"""For the file alone: pages of any origin may load it. Which may use the API is decided by its own origin list."""


def _serve_widget(widget: WidgetFile, request: Request, cache: str) -> Response:
    etag, read = f'W/"{widget.integrity}"', read_headers(request.scope)
    headers = {**_ELSEWHERE, "Cache-Control": cache, "ETag": etag, "Vary": "Accept-Encoding"}
    if read.if_none_match == etag:
        return Response(status_code=304, headers=headers)
    packs = read.accepts_gzip
    content = widget.packed if packs else widget.content
    encoding = {"Content-Encoding": "gzip"} if packs else {}
    return Response(content, media_type="text/javascript", headers={**headers, **encoding})


def _choose_pages(pages: Mapping[str, Mapping[str, str]], request: Request) -> Mapping[str, str]:
    return pages.get(read_headers(request.scope).language, pages[""])


def _read_pages(said: Mapping[str, str], lang: str, line: str, questions: str) -> dict[str, str]:
    """With the emergency line in that language before the English one, where `line` is not empty."""
    direction = "rtl" if lang == "ar" else "ltr"
    before = f'<span lang="{lang}" dir="{direction}">{html.escape(line)}</span> ' if line else ""
    pages = {}
    for path in (files("isletbot.widget") / "demo").iterdir():
        text = path.read_text(encoding="utf-8").replace("{questions}", questions)
        for name, value in said.items():
            text = text.replace(f"{{{name}}}", (before if name == EMERGENCY_LINE else "") + html.escape(value))
        pages[path.name] = text
    return pages


def _serve_page(pages: Mapping[str, str], name: str) -> Response:
    if name not in pages:
        raise HTTPException(404)
    headers = {"Cache-Control": "no-cache", "Vary": "Accept-Language"}
    if name == "strict.html":
        headers["Content-Security-Policy"] = STRICT_POLICY
    return Response(pages[name], media_type=_TYPES[name.rpartition(".")[2]], headers=headers)

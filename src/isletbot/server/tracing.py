"""Sends OpenTelemetry traces when its standard variables ask for them. No trace holds a word that somebody wrote."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from starlette.types import ASGIApp, Receive, Scope, Send

from isletbot.errors import SettingsError
from isletbot.server.request_context import current_request
from isletbot.server.telemetry import name_method, name_route

if TYPE_CHECKING:
    from opentelemetry.trace import Tracer

_ASKED_BY = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")


def make_tracer() -> Tracer | None:
    """Returns None unless OpenTelemetry's own variables ask for a tracer. Raises SettingsError when its packages are
    missing.

    The tracer is not registered for the whole process, because other libraries' spans may hold words.
    """
    asked = next((name for name in _ASKED_BY if os.environ.get(name)), None)
    if asked is None or os.environ.get("OTEL_SDK_DISABLED", "").lower() == "true":
        return None
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError as error:
        remedy = f"Run: pip install 'isletbot[otel]', or unset {asked}."
        raise SettingsError(f"{asked} is set, but OpenTelemetry is not installed. {remedy}") from error

    named = {} if os.environ.get("OTEL_SERVICE_NAME") else {"service.name": "isletbot"}
    provider = TracerProvider(resource=Resource.create(named))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    return provider.get_tracer("isletbot")


class Spans:
    """Records a span for each request with the facts of its log line and nothing else."""

    def __init__(self, app: ASGIApp, tracer: Tracer) -> None:
        self.app = app
        self._tracer = tracer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        with self._tracer.start_as_current_span(
            "request", record_exception=False, set_status_on_exception=False
        ) as span:
            try:
                await self.app(scope, receive, send)
            finally:
                context = current_request()
                span.update_name(f"{name_method(scope)} {name_route(scope)}")
                for name in ("id", "code", "kind", "composer", "rule"):
                    span.set_attribute(f"isletbot.{name}", str(getattr(context, name)))
                for step, milliseconds in context.milliseconds.items():
                    span.set_attribute(f"isletbot.{step}_milliseconds", milliseconds)

"""Counts and times requests and answers for Prometheus. Records no word, address or session."""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from isletbot.server.request_context import RequestContext
from isletbot.types import Answer

_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)


class Metrics:
    """Has its own registry, so that several apps may run in one process."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = self._count("requests", "Requests answered", "route", "status")
        self._refusals = self._count("refusals", "Requests refused, by the code of the error", "code")
        self._answers = self._count("answers", "Answers given", "kind", "composer")
        self._sentences = self._count("sentences", "Sentences drafted; only the supported ones go out", "outcome")
        self._failures = self._count("step_failures", "Lines that failed closed, by the step that raised", "step")
        self._request_seconds = self._time("request_seconds", "From the request's head to the response's end", "route")
        self._step_seconds = self._time("step_seconds", "One step of the line", "step")
        self.in_flight = Gauge("isletbot_in_flight", "Requests being answered", registry=self.registry)
        self._waiting = Gauge("isletbot_waiting", "Questions that wait for the line", registry=self.registry)

    def watch_queue(self, count_waiting: Callable[[], float]) -> None:
        self._waiting.set_function(count_waiting)

    def count_request(self, route: str, status: int, seconds: float, context: RequestContext) -> None:
        self._requests.labels(route, str(status)).inc()
        self._request_seconds.labels(route).observe(seconds)
        if context.code:
            self._refusals.labels(context.code).inc()

    def count_answer(self, answer: Answer) -> None:
        self._answers.labels(answer.kind, answer.composer).inc()
        for finding in answer.trace.findings:
            self._sentences.labels(finding.outcome).inc()
        for step, milliseconds in answer.trace.milliseconds.items():
            self._step_seconds.labels(step).observe(milliseconds / 1000)
        if answer.trace.failure:
            self._failures.labels(answer.trace.failure.partition(":")[0]).inc()

    def _count(self, name: str, words: str, *labels: str) -> Counter:
        return Counter(f"isletbot_{name}", words, labels, registry=self.registry)

    def _time(self, name: str, words: str, label: str) -> Histogram:
        return Histogram(f"isletbot_{name}", words, (label,), registry=self.registry, buckets=_SECONDS)

"""The API held to its own description, by a fuzzer that reads it."""

from __future__ import annotations

import pytest
import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, settings
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import (
    allow_header_conformance,
    content_type_conformance,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from tests.scripted import ScriptedBot
from tests.server.conftest import an_app

APP = an_app(ScriptedBot())
DOCUMENT = APP.openapi()
# What breaks the description may also be too large, which their own list of refusals does not know.
REFUSED = {"checks": {"negative_data_rejection": {"expected-statuses": ["4xx"]}}}
schema = schemathesis.openapi.from_dict(DOCUMENT, config=SchemathesisConfig.from_dict(REFUSED))
schema.app = APP
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
    unsupported_method,
    allow_header_conformance,
]
"""Left out: that whatever fits the description is accepted, since who spoke last is in no description; and those about
accounts and resources, which this API has none of."""


@schema.parametrize()
@settings(max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_whatever_is_sent_the_reply_is_as_described_and_never_a_server_error(case: Case) -> None:
    case.call_and_validate(checks=CHECKS)


def test_every_route_of_the_api_is_described() -> None:
    described = DOCUMENT["paths"]
    assert set(described) == {
        "/healthz",
        "/readyz",
        "/v1/chat",
        "/v1/chat/completions",
        "/v1/feedback",
        "/v1/handoff",
        "/v1/history",
        "/v1/models",
        "/v1/models/{model_id}",
        "/v1/responses",
        "/v1/sessions",
        "/v1/sessions/{session_id}",
        "/v1/sources",
        "/v1/sources/{source_id}",
    }
    for operations in described.values():
        for operation in operations.values():
            done = next(reply for status, reply in operation["responses"].items() if status.startswith("2"))
            empty = "204" in operation["responses"]
            assert empty or done["content"]["application/json"]["schema"]["properties"]
            assert operation["responses"]["5XX"]


@pytest.mark.parametrize("path", ["/openapi.json", "/docs", "/redoc"])
def test_the_description_is_not_served(path: str) -> None:
    assert TestClient(APP).get(path).status_code == 404

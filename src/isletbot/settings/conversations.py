"""Settings of sessions, retention and handoff to a person. `storage/sql_retention.py` enforces the retention."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import parse_qs, urlsplit

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings

_WIDGET = re.compile(r"[A-Za-z0-9_-]{1,64}")
_ORIGIN = re.compile(r"https://[a-z0-9.-]+(:\d{1,5})?|http://(localhost|127\.0\.0\.1)(:\d{1,5})?")
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


def read_widgets(text: str) -> Mapping[str, tuple[str, ...]]:
    """Reads `id=origin origin;id=origin` as the origins of each widget. Raises ValueError."""
    widgets: dict[str, tuple[str, ...]] = {}
    for entry in filter(None, (part.strip() for part in text.split(";"))):
        name, _, origins = entry.partition("=")
        if not _WIDGET.fullmatch(name.strip()) or not origins.strip():
            raise ValueError(f"{entry[:80]!r} is not of the form id=https://clinic.example https://www.clinic.example")
        if wrong := [origin for origin in origins.split() if not _ORIGIN.fullmatch(origin)]:
            raise ValueError(f"{wrong[0]!r} is no origin such as https://clinic.example (lower case, no path)")
        widgets[name.strip()] = tuple(origins.split())
    return widgets


def check_webhook(url: SecretStr) -> SecretStr:
    """Raises ValueError."""
    parts = urlsplit(url.get_secret_value())
    safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in _LOOPBACK)
    if url.get_secret_value() and not (safe and parts.hostname):
        raise ValueError("it must begin with https://, or be on this machine")
    return url


class ConversationSettings(BaseSettings):
    records_url: SecretStr = Field(
        default=SecretStr(""),
        description="Where conversations are kept: `postgresql://user:password@host/database` for several replicas. "
        "With none it is the file `records.sqlite` in the data folder.",
    )
    widgets: str = Field(
        default="",
        description="Widgets and the origins of the pages they stand on, as "
        "`mine=https://clinic.example https://www.clinic.example;other=…`. `demo` is for this server's own pages.",
    )
    chat_needs_session: bool = Field(
        default=False, description="Whether `POST /v1/chat` refuses callers that have opened no session."
    )
    session_minutes: int = Field(default=720, ge=5, le=10_080, description="A session ends after this time.")
    session_idle_minutes: int = Field(
        default=120, ge=5, le=10_080, description="A session ends when nothing was asked in it for this time."
    )
    retention_days: int = Field(
        default=30,
        ge=0,
        le=3_650,
        description="Conversations are deleted this long after their last reply. With 0 they are deleted when their "
        "session ends, and those without a session within ten minutes.",
    )
    handoff: bool = Field(default=True, description="Whether people are offered to write to the clinic.")
    handoff_hours: str = Field(
        default="",
        max_length=200,
        description="When somebody reads that, as it reads; nothing is said while it is empty.",
    )
    handoff_response_time: str = Field(
        default="",
        max_length=200,
        description="How soon somebody answers, as it reads; nothing is said while it is empty.",
    )
    handoff_webhook: SecretStr = Field(
        default=SecretStr(""),
        description="Address that is sent each message to the clinic as JSON, `https:` or on this machine.",
    )
    handoff_smtp: SecretStr = Field(
        default=SecretStr(""),
        description="Mail server that is sent each message to the clinic: "
        "`smtps://user:password@host:465?from=bot@clinic.example&to=team@clinic.example`, or `smtp:` with STARTTLS.",
    )
    handoff_retention_days: int = Field(
        default=90, ge=1, le=3_650, description="Messages to the clinic are deleted after this time."
    )

    @property
    def widget_origins(self) -> Mapping[str, tuple[str, ...]]:
        return read_widgets(self.widgets)

    @field_validator("widgets")
    @classmethod
    def _check_widgets(cls, text: str) -> str:
        read_widgets(text)
        return text

    @field_validator("handoff_webhook")
    @classmethod
    def _check_webhook(cls, url: SecretStr) -> SecretStr:
        return check_webhook(url)

    @field_validator("handoff_smtp")
    @classmethod
    def _check_smtp(cls, url: SecretStr) -> SecretStr:
        parts = urlsplit(url.get_secret_value())
        wanted = {"from", "to"} <= parse_qs(parts.query).keys()
        if url.get_secret_value() and not (parts.scheme in ("smtp", "smtps") and parts.hostname and wanted):
            raise ValueError("it must be of the form smtps://user:password@host:465?from=…&to=…")
        return url

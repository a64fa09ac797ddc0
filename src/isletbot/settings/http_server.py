"""Settings of the HTTP server: address, rate limits, proxies, origins, size and time limits, API keys, metrics."""

from __future__ import annotations

import ipaddress
import re
from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings

_RATE = r"^[1-9]\d{0,6}/(second|minute|hour|day)$"
_ORIGIN = re.compile(r"https?://[a-z0-9.\-\[\]:]+")
SHORTEST_KEY = 16

LogLevel = Literal["critical", "error", "warning", "info", "debug"]


def split_list(text: str) -> tuple[str, ...]:
    return tuple(item for item in (part.strip() for part in text.split(",")) if item)


class HttpServerSettings(BaseSettings):
    host: str = Field(default="127.0.0.1", min_length=1, description="Where `serve` listens; `0.0.0.0` is everywhere.")
    port: int = Field(default=8000, ge=1, le=65_535, description="Port `serve` listens on.")
    log_level: LogLevel = Field(default="info", description="How much `serve` logs. No level logs what people ask.")
    session_rate: str = Field(
        default="20/minute", pattern=_RATE, description="Requests that one session may make; the next gets a 429."
    )
    address_rate: str = Field(
        default="60/minute", pattern=_RATE, description="Requests from one address (IPv6: one /64 network)."
    )
    api_key_rate: str = Field(
        default="600/minute", pattern=_RATE, description="Requests with one of `ISLETBOT_API_KEYS`, from wherever."
    )
    total_rate: str = Field(default="1200/minute", pattern=_RATE, description="Requests of all together.")
    limits_url: str = Field(
        default="memory://",
        pattern=r"^(memory://$|rediss?://.+)",
        description="Where requests are counted: in this process, or in the Redis that all replicas share.",
    )
    limits_secret: SecretStr = Field(
        default=SecretStr(""),
        description="Hashes the addresses that are counted. Needed with Redis, the same for every replica; "
        "otherwise made anew at every start.",
    )
    trusted_proxies: str = Field(
        default="",
        description="Addresses or networks of your proxies, with commas. Only they are believed whose request it is.",
    )
    root_path: str = Field(
        default="",
        pattern=r"^$|^(/[A-Za-z0-9._~-]+)+$",
        max_length=200,
        description="Path prefix the server is reached below, as `/bot`, whether or not the proxy cuts it off. A "
        "trusted proxy may name it in `X-Forwarded-Prefix`.",
    )
    allowed_origins: str = Field(
        default="",
        description="Origins whose pages may call the API, with commas, as `https://clinic.example`.",
    )
    max_header_bytes: int = Field(
        default=16_384, ge=1_024, le=65_536, description="Headers and query of a request; a larger head gets a 431."
    )
    max_body_bytes: int = Field(
        default=262_144, ge=1_024, le=10_485_760, description="A larger request is refused while it is being read."
    )
    body_seconds: float = Field(default=10, ge=1, le=300, description="A body that takes longer to arrive gets a 408.")
    request_seconds: float = Field(
        default=60, ge=1, le=600, description="A request that takes longer in all gets a 503."
    )
    questions_at_once: int = Field(
        default=4, ge=1, le=64, description="Questions answered at the same time, each in a thread."
    )
    questions_waiting: int = Field(
        default=32, ge=0, le=10_000, description="Questions that wait for a thread; the next gets a 503."
    )
    api_keys: SecretStr = Field(
        default=SecretStr(""),
        description=f"Keys for the OpenAI-compatible API and MCP over HTTP, with commas, at least {SHORTEST_KEY} "
        "characters each. With none these are open where `ISLETBOT_HOST` is this machine alone, closed elsewhere.",
    )
    metrics_host: str = Field(default="127.0.0.1", min_length=1, description="Address that serves the metrics.")
    metrics_port: int = Field(
        default=0, ge=0, le=65_535, description="Port of its own for Prometheus (`/metrics`); 0 is none."
    )
    switch_file: Path | None = Field(
        default=None,
        description="While it exists only urgent replies go out. Put it where every replica sees it.",
        json_schema_extra={"shown": "`switched-off` in the data folder"},
    )
    tracing: bool = Field(
        default=False,
        description="Whether LangSmith's own variables may turn its tracing on. It sends questions to another company.",
    )

    @field_validator("trusted_proxies")
    @classmethod
    def _check_networks(cls, text: str) -> str:
        for item in split_list(text):
            ipaddress.ip_network(item)
        return text

    @field_validator("allowed_origins")
    @classmethod
    def _check_origins(cls, text: str) -> str:
        if wrong := [item for item in split_list(text) if not _ORIGIN.fullmatch(item)]:
            raise ValueError(f"{wrong[0]!r} is no origin such as https://clinic.example (lower case, no path)")
        return text

    @field_validator("api_keys")
    @classmethod
    def _check_keys(cls, text: SecretStr) -> SecretStr:
        if any(len(key) < SHORTEST_KEY for key in split_list(text.get_secret_value())):
            raise ValueError(f"each key has at least {SHORTEST_KEY} characters")
        return text

"""Settings of the staff's console."""

from __future__ import annotations

import re

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings

from isletbot.settings.conversations import check_webhook

_ADDRESS = re.compile(r"https://[a-z0-9.-]+(:\d{1,5})?|http://(localhost|127\.0\.0\.1)(:\d{1,5})?")


class ConsoleSettings(BaseSettings):
    staff_address: str = Field(
        default="",
        description="Origin of the console, as `https://staff.clinic.example`, best a host name of its own: under any "
        "other `/staff` is closed. With none it answers wherever the server does.",
        json_schema_extra={"shown": "none"},
    )
    staff_session_hours: int = Field(
        default=12, ge=1, le=24, description="Staff sign in again after this time, whatever they do."
    )
    staff_idle_minutes: int = Field(
        default=30, ge=5, le=240, description="Staff sign in again when they did nothing for this time."
    )
    staff_link_hours: int = Field(default=48, ge=1, le=336, description="A set-up link for staff works for this time.")
    staff_form_bytes: int = Field(
        default=524_288, ge=65_536, le=10_485_760, description="A larger form of the console is refused."
    )

    queue_webhook: SecretStr = Field(
        default=SecretStr(""),
        description="Address that is told of each mark of a reply as unsafe, as JSON and redacted, `https:` or on this "
        "machine.",
    )

    @field_validator("staff_address")
    @classmethod
    def _check_address(cls, text: str) -> str:
        if text and not _ADDRESS.fullmatch(text):
            raise ValueError("it must be an origin such as https://staff.clinic.example (lower case, no path)")
        return text

    @field_validator("queue_webhook")
    @classmethod
    def _check_webhook(cls, url: SecretStr) -> SecretStr:
        return check_webhook(url)

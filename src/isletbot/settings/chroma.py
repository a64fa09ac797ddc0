"""Settings of the Chroma server that keeps one index for several replicas."""

from __future__ import annotations

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings


class ChromaSettings(BaseSettings):
    chroma_url: str = Field(
        default="",
        pattern=r"^$|^https?://[^\s/?#@]+/?$",
        description="Chroma server that keeps the index for all replicas, as `http://chroma:8000` "
        "([scale.md](scale.md)). With none each installation keeps its own in the data folder.",
    )
    chroma_token: SecretStr = Field(
        default=SecretStr(""),
        description="Sent to that server as `Authorization: Bearer …` and as `X-Chroma-Token`.",
    )
    chroma_tenant: str = Field(default="default_tenant", min_length=3, description="Tenant on that server.")
    chroma_database: str = Field(default="default_database", min_length=3, description="Database of that tenant.")

    @field_validator("chroma_url")
    @classmethod
    def _cut_slash(cls, url: str) -> str:
        return url.rstrip("/")

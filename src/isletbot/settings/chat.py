"""Settings of the optional chat model: provider, timeouts and cost limits."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings

_NO_LIMIT = "0 is no limit."


class ChatSettings(BaseSettings):
    chat_model: str = Field(
        default="",
        pattern=r"^$|^(openai|anthropic|ollama):\S+$|^scripted:echo$",
        max_length=200,
        description="A chat model that plans the answers, or words them, as `openai:gpt-5-mini`, "
        "`anthropic:claude-haiku-4-5` or `ollama:qwen3:8b`; `scripted:echo` is the shipped fake. None: the judge alone "
        "chooses what is said.",
    )
    chat_writes: Literal["plan", "free"] = Field(
        default="plan",
        description="`plan`: the model picks and orders approved answers and statements, the words stay the house's. "
        "`free`: it words the answers itself, and each sentence is verified.",
    )
    chat_asked: Literal["unsure", "always"] = Field(
        default="unsure",
        description="When a model that plans is asked: where the judge is unsure which answer is meant, or always.",
    )
    chat_base_url: str = Field(
        default="",
        pattern=r"^$|^https?://\S+$",
        max_length=500,
        description="Where the model is asked, when not at its maker's; with `openai:…` any OpenAI-compatible server.",
    )
    chat_api_key: SecretStr = Field(
        default=SecretStr(""), description="The key the model's server asks for. Never printed, never logged."
    )
    chat_silence_seconds: float = Field(
        default=6, ge=0.1, le=300, description="Longest wait for the model's next word, the first one included."
    )
    chat_reply_seconds: float = Field(
        default=20,
        ge=0.1,
        le=600,
        description="Longest time that a model may cost one reply, all calls together; at most "
        "`ISLETBOT_REQUEST_SECONDS`.",
    )
    chat_retries: int = Field(
        default=2, ge=0, le=10, description="Further tries when a call fails before its first word."
    )
    chat_input_tokens: int = Field(
        default=8_000, ge=0, le=1_000_000, description=f"Tokens that one reply may send to the model. {_NO_LIMIT}"
    )
    chat_output_tokens: int = Field(
        default=1_000, ge=0, le=100_000, description=f"Tokens that the model may write for one reply. {_NO_LIMIT}"
    )
    chat_input_price: float = Field(
        default=0, ge=0, le=10_000, description="Price of a million tokens sent, in the money of the budget."
    )
    chat_output_price: float = Field(default=0, ge=0, le=10_000, description="Price of a million tokens written.")
    chat_reply_price: float = Field(
        default=0, ge=0, le=1_000, description=f"What one reply may cost at most, by these prices. {_NO_LIMIT}"
    )
    chat_breaker_failures: int = Field(
        default=5,
        ge=1,
        le=1_000,
        description="Failed replies in a row after which the model is left alone for a while.",
    )
    chat_breaker_seconds: float = Field(
        default=30, ge=0.1, le=3_600, description="How long it is then left alone; one reply tries it after that."
    )

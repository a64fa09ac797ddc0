"""Which parameters of OpenAI's protocols are understood, which are ignored, and which ask for what is not offered."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from isletbot.errors import InputError

MODEL = "isletbot"
_NAMED = f"{MODEL}-"
_WRITING = frozenset(
    # Of OpenAI's own two protocols.
    "temperature top_p seed stop user metadata store service_tier verbosity safety_identifier prediction "
    "prompt_cache_key prompt_cache_retention prompt_cache_options parallel_tool_calls top_logprobs stream_options "
    # Of servers that speak them: Ollama, vLLM, llama.cpp, LM Studio, OpenRouter, LiteLLM, Mistral.
    "top_k top_a min_p typical_p tfs_z eta_cutoff epsilon_cutoff frequency_penalty presence_penalty "
    "repeat_penalty repetition_penalty repeat_last_n length_penalty no_repeat_ngram_size penalize_newline mirostat "
    "mirostat_eta mirostat_tau dynatemp_range dynatemp_exponent xtc_probability xtc_threshold dry_multiplier dry_base "
    "dry_allowed_length dry_penalty_last_n smoothing_factor num_ctx num_predict num_keep num_batch num_gpu num_thread "
    "use_mmap use_mlock min_tokens min_length best_of use_beam_search early_stopping ignore_eos stop_token_ids "
    "bad_words skip_special_tokens spaces_between_special_tokens include_stop_str_in_output truncate_prompt_tokens "
    "add_generation_prompt chat_template chat_template_kwargs cache_prompt samplers slot_id id_slot keep_alive options "
    "think thinking reasoning reasoning_effort reasoning_format reasoning_budget include_reasoning enable_thinking "
    "thinking_budget random_seed safe_prompt prompt_mode priority provider route transforms session_id chat_id "
    "conversation_id request_id cache ttl draft_model num_retries timeout tags litellm_metadata".split()
)
"""They change how a chat model writes, or how it is run. The sentences of the sources stay as they are."""
COMPLETIONS_IGNORED = _WRITING | {"max_tokens", "max_completion_tokens", "logit_bias", "usage"}
RESPONSES_IGNORED = _WRITING | {"max_output_tokens", "max_tool_calls", "truncation", "include", "instructions"}
"""`instructions` are the caller's, as system messages are: what the bot says is decided by its sources."""

_PLAIN: Mapping[str, object] = {"type": "text"}
COMPLETIONS_OFFERED: Mapping[str, tuple[object, ...]] = {
    "n": (None, 1),
    "function_call": (None, "none", "auto"),
    "response_format": (None, _PLAIN),
    "logprobs": (None, False),
    "modalities": (None, ["text"]),
    "audio": (None,),
    "web_search_options": (None,),
    "format": (None, ""),
}
RESPONSES_OFFERED: Mapping[str, tuple[object, ...]] = {
    "background": (None, False),
    "previous_response_id": (None,),
    "conversation": (None,),
    "prompt": (None,),
}
"""Parameters that ask for what is not offered, with the values that ask for nothing."""


def name_model(corpus: str) -> str:
    """The model that stands for a corpus; an empty name is the corpus without one."""
    return f"{_NAMED}{corpus}" if corpus else MODEL


def read_model(model: object) -> str:
    """The name of the corpus that a model stands for; empty for every other."""
    return model.removeprefix(_NAMED) if isinstance(model, str) and model.startswith(_NAMED) else ""


def check_model(model: object, corpora: Sequence[str]) -> str:
    """Returns the name of the corpus it stands for, one of `corpora` or empty. Raises InputError for any other."""
    corpus = read_model(model)
    if model == MODEL or corpus in corpora:
        return corpus
    known = ", ".join(name_model(name) for name in ("", *corpora))
    found = f"There is no model {model[:60]!r}." if isinstance(model, str) else "`model` is missing or no text."
    raise InputError(
        found,
        code="model_not_found",
        remedy=f"Send one of: {known}. GET /v1/models lists them." if corpora else f"Send {known!r}, the only one.",
        param="model",
    )


def check_parameters(
    body: Mapping[str, object], known: frozenset[str], offered: Mapping[str, tuple[object, ...]]
) -> None:
    """Raises InputError for the first parameter whose value asks for what is not offered; `known` are the others."""
    for name, value in body.items():
        if name in offered:
            allowed = any(_is_same(value, one) for one in offered[name])
        else:
            allowed = _CHECKS[name](value) if name in _CHECKS else name in known
        if not allowed:
            raise InputError(
                f"The parameter {name[:40]!r} is not offered here with this value.",
                code="unsupported_parameter",
                remedy="Leave it out; docs/http.md lists what is understood.",
                param=name[:40],
            )


def _is_same(value: object, other: object) -> bool:
    # In Python 0 equals False; in JSON it does not.
    return type(value) is type(other) and value == other


def _is_list(value: object) -> bool:
    return value is None or isinstance(value, list)


def _leaves_the_choice(value: object) -> bool:
    """Whether the caller can do without a call of a tool: there will be none."""
    if isinstance(value, Mapping) and value.get("type") == "allowed_tools":
        inner = value.get("allowed_tools", value)
        return isinstance(inner, Mapping) and inner.get("mode") == "auto"
    return value in (None, "none", "auto")


_CHECKS: Mapping[str, Callable[[object], bool]] = {
    "tools": _is_list,
    "functions": _is_list,
    "tool_choice": _leaves_the_choice,
}
"""Tools are accepted and never called; so only who insists on a call is refused."""

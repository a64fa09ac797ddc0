"""What may break while the server runs, looked at within a second: for `/readyz`."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from isletbot.errors import IndexNotReady, IsletbotError, Unavailable
from isletbot.ingestion.index_folder import current_folder
from isletbot.server.rate_limits import MEMORY
from isletbot.server.wire import HealthCheck
from isletbot.settings import Settings
from isletbot.storage.write_probe import check_room, check_writable
from isletbot.wiring.index_server import probe_server

_WAIT_SECONDS = 0.5


def probe_readiness(settings: Settings) -> tuple[HealthCheck, ...]:
    probes: Sequence[tuple[str, Callable[[], str]]] = (
        ("records", lambda: check_writable(settings.records_url.get_secret_value(), settings.data_dir)),
        ("data folder", lambda: check_room(settings.data_dir)),
        ("index", lambda: _find_index(settings)),
        ("weights", lambda: _find_weights(settings)),
        *([("chroma", lambda: probe_server(settings))] if settings.chroma_url else []),
        *([("rate limits", lambda: _ping_redis(settings.limits_url))] if settings.limits_url != MEMORY else []),
    )
    return tuple(_run(name, probe) for name, probe in probes)


def _run(name: str, probe: Callable[[], str]) -> HealthCheck:
    try:
        return HealthCheck(name, True, probe(), "")
    except IsletbotError as error:
        return HealthCheck(name, False, str(error), "Run: isletbot doctor")


def _find_index(settings: Settings) -> str:
    folder = current_folder(settings.index_dir)
    if folder is None or not folder.is_dir() or not any(folder.iterdir()):
        raise IndexNotReady(f"There is no index in {str(settings.index_dir)!r}.")
    return str(folder)


def _find_weights(settings: Settings) -> str:
    if not any(settings.weights_dir.glob("*/*.onnx")):
        raise IndexNotReady(f"There are no weights in {str(settings.weights_dir)!r}.")
    return str(settings.weights_dir)


def _ping_redis(url: str) -> str:
    from redis import Redis, RedisError

    try:
        with Redis.from_url(url, socket_connect_timeout=_WAIT_SECONDS, socket_timeout=_WAIT_SECONDS) as store:
            store.ping()
    except (RedisError, OSError) as error:
        raise Unavailable(f"Redis does not answer: {type(error).__name__}.", code="not_ready", remedy="") from None
    return "Redis answers"

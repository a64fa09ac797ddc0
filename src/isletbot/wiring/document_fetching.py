"""Builds what fetches documents from the settings."""

from __future__ import annotations

import httpx

from isletbot.fetching.origin_reader import OriginReader
from isletbot.fetching.public_addresses import DEFAULT_PORTS
from isletbot.fetching.registries import Registries
from isletbot.fetching.safe_client import SafeClient
from isletbot.settings import Settings
from isletbot.settings.http_server import split_list

_PUBLIC = frozenset(str(Settings.model_fields[name].default) for name in ("pubmed_url", "europe_pmc_url", "trials_url"))


def make_origin_reader(settings: Settings) -> OriginReader:
    allowed = {server.replace("[", "").replace("]", "") for server in split_list(settings.fetch_allow)}
    named = (settings.pubmed_url, settings.europe_pmc_url, settings.trials_url)
    # Who names a registry of their own means it, wherever it is; addresses that people type are another matter.
    own = {_name_server(url) for url in named if url not in _PUBLIC}
    registries = Registries(SafeClient(allowed | own), *(url.rstrip("/") for url in named))
    return OriginReader(SafeClient(allowed), registries)


def _name_server(url: str) -> str:
    parsed = httpx.URL(url)
    return f"{parsed.host}:{DEFAULT_PORTS[parsed.scheme] if parsed.port is None else parsed.port}"

"""Settings of what is fetched from the web: registries, and servers of the clinic's own."""

from __future__ import annotations

import re

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings

from isletbot.settings.http_server import split_list

_SERVER = re.compile(r"(\[[0-9a-f:]+\]|[a-z0-9.-]+):([1-9]\d{0,4})")
_BASE = r"^https?://\S+$"


class FetchSettings(BaseSettings):
    fetch_allow: str = Field(
        default="",
        description="Servers of your own, as `host:port` with commas, that documents may be fetched from although they "
        "are within your network or at a port other than 80 and 443.",
    )
    pubmed_url: str = Field(
        default="https://eutils.ncbi.nlm.nih.gov/entrez/eutils",
        pattern=_BASE,
        max_length=500,
        description="Where abstracts are fetched by PMID: PubMed's E-utilities.",
    )
    europe_pmc_url: str = Field(
        default="https://www.ebi.ac.uk/europepmc/webservices/rest",
        pattern=_BASE,
        max_length=500,
        description="Where papers are found by DOI, and the open ones fetched whole: Europe PMC.",
    )
    trials_url: str = Field(
        default="https://clinicaltrials.gov/api/v2",
        pattern=_BASE,
        max_length=500,
        description="Where trial records are fetched by NCT number: ClinicalTrials.gov, version 2.",
    )

    @field_validator("fetch_allow")
    @classmethod
    def _check_servers(cls, text: str) -> str:
        if wrong := [item for item in split_list(text) if not _SERVER.fullmatch(item)]:
            raise ValueError(f"{wrong[0]!r} is no server such as intranet.clinic.example:8080 (lower case)")
        return text

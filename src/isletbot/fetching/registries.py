"""Fetches a paper or a trial by its number, from the registry that knows it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from isletbot.errors import FetchError
from isletbot.fetching.document import FetchedDocument
from isletbot.fetching.europe_pmc import FoundPaper, read_full_text, read_json, read_search
from isletbot.fetching.identifiers import Identifier
from isletbot.fetching.media_types import JSON, XML
from isletbot.fetching.pubmed import read_pubmed
from isletbot.fetching.record_page import RegistryRecord, write_document
from isletbot.fetching.safe_client import SafeClient
from isletbot.fetching.trial_record import read_trial


@dataclass(frozen=True, slots=True)
class Registries:
    """The base addresses end without a slash."""

    client: SafeClient
    pubmed: str
    europe_pmc: str
    trials: str

    def fetch(self, identifier: Identifier) -> FetchedDocument:
        """Fetches the full text where it is open, else the abstract. Raises FetchError."""
        if identifier.kind == "nct":
            return write_document(self._fetch_trial(identifier))
        paper = self._find_paper(identifier)
        if paper and paper.open_access and paper.pmcid and (whole := self._fetch_full_text(paper)):
            return write_document(whole)
        pmid = identifier.value if identifier.kind == "pmid" else paper.pmid if paper else ""
        abstract = self._fetch_abstract(pmid) if pmid else None
        record = abstract or (paper.record if paper else None)
        if record is None:
            raise _make_missing(identifier, "Europe PMC and PubMed")
        if not any(section.parts for section in record.sections):
            raise FetchError(
                "missing",
                f"{identifier} ({record.title[:120]!r}) has a record without an abstract, and no open full text.",
                "Add the paper as a file.",
            )
        return write_document(record)

    def _find_paper(self, identifier: Identifier) -> FoundPaper | None:
        asked = f'DOI:"{identifier.value}"' if identifier.kind == "doi" else f"EXT_ID:{identifier.value} AND SRC:MED"
        path = f"{self.europe_pmc}/search?query={quote(asked)}&resultType=core&pageSize=1&format=json"
        paper = read_search(self._get(path, {JSON}))
        wrong = paper and identifier.kind == "doi" and paper.record.doi.lower() != identifier.value.lower()
        return None if wrong else paper

    def _fetch_full_text(self, paper: FoundPaper) -> RegistryRecord | None:
        """Returns None where Europe PMC lists a paper as open and does not have its text."""
        try:
            data = self._get(f"{self.europe_pmc}/{quote(paper.pmcid)}/fullTextXML", {XML})
        except FetchError as error:
            if error.cause == "missing":
                return None
            raise
        return read_full_text(data, paper)

    def _fetch_abstract(self, pmid: str) -> RegistryRecord | None:
        try:
            data = self._get(f"{self.pubmed}/efetch.fcgi?db=pubmed&retmode=xml&id={quote(pmid)}", {XML})
        except FetchError as error:
            if error.cause == "missing":
                return None
            raise
        return read_pubmed(data, pmid)

    def _fetch_trial(self, identifier: Identifier) -> RegistryRecord:
        try:
            data = self._get(f"{self.trials}/studies/{quote(identifier.value)}?format=json", {JSON})
        except FetchError as error:
            if error.cause == "missing":
                raise _make_missing(identifier, "ClinicalTrials.gov") from error
            raise
        found = read_json(data, "ClinicalTrials.gov")
        record = read_trial(found, identifier.value) if isinstance(found, Mapping) else None
        if record is None:
            raise _make_missing(identifier, "ClinicalTrials.gov")
        return record

    def _get(self, url: str, wanted: Collection[str]) -> bytes:
        document = self.client.fetch(url, wanted=wanted, robots=False)
        assert isinstance(document, FetchedDocument)
        return document.data


def _make_missing(identifier: Identifier, where: str) -> FetchError:
    return FetchError("missing", f"{where} know{'' if ' and ' in where else 's'} no {identifier}.", "Mind its digits.")

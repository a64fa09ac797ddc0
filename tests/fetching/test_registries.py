"""Papers and trials by their number, from registries that a server of ours plays."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from isletbot.errors import FetchError
from isletbot.fetching.document import FetchedDocument
from isletbot.fetching.origin_reader import OriginReader, is_origin
from isletbot.fetching.registries import Registries
from isletbot.fetching.safe_client import FetchLimits, SafeClient
from tests.fetching.playing import PlayedServer, play_server
from tests.fetching.registry_answers import (
    FULL_TEXT,
    NO_ARTICLE,
    NOTHING_FOUND,
    OPEN,
    PUBMED,
    TRIAL,
    a_search,
    answer_json,
    answer_nothing,
    answer_xml,
)


@pytest.fixture
def server() -> Iterator[PlayedServer]:
    answers = {
        "/pmc/search": answer_json(a_search()),
        "/pmc/PMC1/fullTextXML": answer_xml(FULL_TEXT),
        "/pubmed/efetch.fcgi": answer_xml(PUBMED),
        "/trials/studies/NCT00000001": answer_json(TRIAL),
    }
    with play_server(answers) as played:
        yield played


def fetch(server: PlayedServer, origin: str) -> FetchedDocument:
    client = SafeClient({server.allowed}, FetchLimits(seconds=5, pause=0))
    registries = Registries(client, *(f"{server.url}/{name}" for name in ("pubmed", "pmc", "trials")))
    document = OriginReader(SafeClient(), registries).fetch(origin)
    assert isinstance(document, FetchedDocument)
    return document


def read_page(document: FetchedDocument) -> str:
    return document.data.decode("utf-8")


@pytest.mark.parametrize("origin", ["PMID:39000001", "10.5555/sorrel.1"])
def test_a_paper_that_is_not_open_comes_as_its_abstract(server: PlayedServer, origin: str) -> None:
    document = fetch(server, origin)
    page = read_page(document)
    assert (document.media_type, document.url) == ("text/html", "https://pubmed.ncbi.nlm.nih.gov/39000001/")
    assert (document.title, document.publisher) == ("Sorrel tea in type 1 diabetes", "Journal of Invented Trials")
    assert (str(document.published), str(document.updated)) == ("2026-01-15", "2026-03-02")
    assert (document.doi, document.language) == ("10.5555/sorrel.1", "en")
    assert "<h2>Background</h2>\n<p>Sorrel tea &amp; nothing else.</p>" in page
    assert "A dose of 10^6 leaves was given to 12 people; 3 of 12 fell ill." in page
    assert "This article has been retracted: J Inv Trials. 2026;2:9" in page
    assert "An erratum to this article has been published: PMID 39000009" in page
    assert "Another" not in page


def test_an_open_paper_comes_whole_with_its_headings_and_tables(server: PlayedServer) -> None:
    server.answers["/pmc/search"] = answer_json(a_search(**OPEN))
    document = fetch(server, "PMID:39000001")
    page = read_page(document)
    assert (document.url, document.licence) == ("https://europepmc.org/article/PMC/PMC1", "CC BY")
    assert "<h3>Aim</h3>\n<p>To drink tea.</p>" in page
    assert "<p>An opening line.</p>\n<h2>Results</h2>" in page
    assert "<p>Three people fell ill, as Table 1 shows.</p>" in page
    assert "<h3>Safety</h3>\n<table>\n<caption>Table 1. Events by group</caption>" in page
    assert '<th scope="col">Event</th><th scope="col">Group Tea</th><th scope="col">Group Water</th>' in page
    assert '<tr><th scope="row">Nausea</th><td>3 of 12</td><td>0 of 12</td></tr>' in page
    assert '<tr><th scope="row">Hiccups</th><td>none</td><td>none</td></tr>' in page
    assert "picture" not in page
    assert "kettle" not in page
    assert not any(path.startswith("/pubmed") for path in server.paths)


def test_the_same_record_gives_the_same_bytes(server: PlayedServer) -> None:
    assert fetch(server, "NCT00000001").data == fetch(server, "NCT00000001").data


def test_where_the_full_text_is_missing_the_abstract_comes(server: PlayedServer) -> None:
    server.answers["/pmc/search"] = answer_json(a_search(**OPEN))
    server.answers["/pmc/PMC1/fullTextXML"] = answer_nothing
    assert "<h2>Background</h2>" in read_page(fetch(server, "PMID:39000001"))


def test_a_paper_that_pubmed_lacks_comes_from_europe_pmc(server: PlayedServer) -> None:
    server.answers["/pubmed/efetch.fcgi"] = answer_xml(NO_ARTICLE)
    document = fetch(server, "10.5555/sorrel.1")
    assert document.url == "https://europepmc.org/article/MED/39000001"
    assert "<p>Sorrel &amp; tea.</p>\n<h2>Results</h2>\n<p>3 of 12 fell ill.</p>" in read_page(document)


def test_a_trial_comes_with_status_design_outcomes_and_results(server: PlayedServer) -> None:
    document = fetch(server, "nct00000001")
    page = read_page(document)
    assert (document.title, document.publisher) == ("A Trial of Sorrel Tea", "ClinicalTrials.gov")
    assert (str(document.published), str(document.updated)) == ("2024-12-01", "2026-02-03")
    for said in (
        "<p>HbA1c &lt; 7% is hoped for.</p>",
        "The status of trial NCT00000001 is: active not recruiting (verified 2026-02).",
        "Trial NCT00000001 started on 2025-01-10 (actual date).",
        "Trial NCT00000001 is completed on 2027-06 (estimated date).",
        "Trial NCT00000001 is a phase 1 and phase 2 trial.",
        "The enrolment of trial NCT00000001 is 24 people (actual).",
        "<h3>Inclusion Criteria</h3>\n<p>Thirst</p>\n<h3>Exclusion Criteria</h3>\n<p>Dislike of tea</p>",
        "The minimum age for trial NCT00000001 is 18 Years.",
        '<tr><th scope="row">Tea Clinic</th><td>Kyiv</td><td>Ukraine</td><td>recruiting</td></tr>',
        "<caption>Cups drunk (mean, cups; 1 year)</caption>",
        '<tr><th scope="row">mean, cups</th><td>300 (200 to 365)</td><td>not given</td></tr>',
        '<tr><th scope="row">Scalding</th><td>0 of 12</td></tr>',
    ):
        assert said in page, said
    assert "Ann Other" not in page, "people to call are left out"
    assert "555" not in page


@pytest.mark.parametrize(
    ("origin", "said"),
    [
        ("PMID:39000002", r"Europe PMC and PubMed know no PMID:39000002"),
        ("10.5555/never", r"Europe PMC and PubMed know no DOI:10\.5555/never"),
        ("NCT99999999", r"ClinicalTrials\.gov knows no NCT99999999"),
    ],
)
def test_a_number_that_nobody_knows_is_named(server: PlayedServer, origin: str, said: str) -> None:
    server.answers["/pmc/search"] = answer_json(NOTHING_FOUND)
    with pytest.raises(FetchError, match=said) as refused:
        fetch(server, origin)
    assert refused.value.cause == "missing"


def test_another_paper_than_the_one_asked_for_is_not_taken(server: PlayedServer) -> None:
    with pytest.raises(FetchError, match=r"know no DOI:10\.5555/other"):
        fetch(server, "10.5555/other")


def test_a_record_without_an_abstract_is_named(server: PlayedServer) -> None:
    server.answers["/pmc/search"] = answer_json(a_search(abstractText=None))
    server.answers["/pubmed/efetch.fcgi"] = answer_xml(NO_ARTICLE)
    with pytest.raises(FetchError, match="without an abstract"):
        fetch(server, "PMID:39000001")


BILLION = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;&b;">]><a>&c;</a>'
DEEP = b"<PubmedArticleSet>" + b"<i>" * 50_000 + b"</i>" * 50_000 + b"</PubmedArticleSet>"
FILE = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file://localhost/etc/passwd">]><a>&b;</a>'


@pytest.mark.parametrize("data", [BILLION, FILE, DEEP, PUBMED[:400]])
def test_xml_with_entities_of_its_own_or_too_deep_or_cut_short_is_refused(server: PlayedServer, data: bytes) -> None:
    server.answers["/pubmed/efetch.fcgi"] = answer_xml(data)
    with pytest.raises(FetchError, match="no sound XML") as refused:
        fetch(server, "PMID:39000001")
    assert refused.value.cause == "broken"


@pytest.mark.parametrize("value", [[], {"protocolSection": []}, {"protocolSection": {"identificationModule": 3}}, 7])
def test_json_of_another_form_is_no_record(server: PlayedServer, value: object) -> None:
    server.answers["/trials/studies/NCT00000001"] = answer_json(value)
    with pytest.raises(FetchError, match="knows no NCT00000001"):
        fetch(server, "NCT00000001")


def test_what_is_neither_an_address_nor_a_number_is_named(server: PlayedServer) -> None:
    assert [is_origin(text) for text in ("https://a.example", "NCT04786262", "leaflet.pdf")] == [True, True, False]
    with pytest.raises(FetchError, match="neither an address nor a PMID"):
        fetch(server, "leaflet.pdf")

"""Numbers of papers and trials, as people write them."""

from __future__ import annotations

import pytest

from isletbot.fetching.identifiers import Identifier, read_identifier


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("40544428", Identifier("pmid", "40544428")),
        ("PMID:40544428", Identifier("pmid", "40544428")),
        (" pmid 40544428 ", Identifier("pmid", "40544428")),
        ("https://pubmed.ncbi.nlm.nih.gov/40544428/", Identifier("pmid", "40544428")),
        ("10.1056/NEJMoa2506549", Identifier("doi", "10.1056/NEJMoa2506549")),
        ("doi:10.1056/NEJMoa2506549.", Identifier("doi", "10.1056/NEJMoa2506549")),
        ("https://doi.org/10.1016/S0140-6736(20)30183-5", Identifier("doi", "10.1016/S0140-6736(20)30183-5")),
        ("nct04786262", Identifier("nct", "NCT04786262")),
        ("https://clinicaltrials.gov/study/NCT04786262?tab=results", Identifier("nct", "NCT04786262")),
        ("https://clinicaltrials.gov/ct2/show/NCT04786262", Identifier("nct", "NCT04786262")),
        ("NCT0478626", None),
        ("0", None),
        ("1234567890", None),
        ("10.1056", None),
        ("leaflet.pdf", None),
        ("https://clinic.example/10.1056/NEJMoa2506549", None),
        ("https://clinic.example/40544428", None),
    ],
)
def test_a_number_is_recognised_in_the_forms_people_write(text: str, expected: Identifier | None) -> None:
    assert read_identifier(text) == expected


def test_a_number_is_written_so_that_it_is_read_again() -> None:
    for text in ("PMID:40544428", "DOI:10.1056/NEJMoa2506549", "NCT04786262"):
        assert str(read_identifier(text)) == text

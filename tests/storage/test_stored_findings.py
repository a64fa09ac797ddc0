"""A finding is stored with its kind, and one without a kind is read as before."""

from isletbot.finding_reasons import Reason
from isletbot.storage.stored_findings import finding_to_json, read_finding
from isletbot.types import Finding, Quote, Sentence

FINDING = Finding(
    Sentence("Ten.", (Quote("k1", "Ten came off.", 3, 16),)),
    "unsupported",
    Reason("new_number", "number not in the quotes: 10", ("10",)),
)


def test_a_finding_is_read_back_as_it_was_stored() -> None:
    stored = finding_to_json(FINDING)
    assert (stored["reason"], stored["kind"], stored["words"]) == ("number not in the quotes: 10", "new_number", ["10"])
    assert read_finding(stored) == FINDING


def test_a_finding_of_an_earlier_release_keeps_its_text() -> None:
    stored = {name: value for name, value in finding_to_json(FINDING).items() if name not in ("kind", "words")}
    assert read_finding(stored).reason == Reason("other", "number not in the quotes: 10")

"""Reads the record of one trial as ClinicalTrials.gov sends it. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from isletbot.fetching.record_page import RecordSection, RecordTable, RegistryRecord
from isletbot.fetching.record_text import find_list, find_text, find_value, read_iso_day, tidy
from isletbot.fetching.trial_results import read_results

_ESCAPED = re.compile(r"\\([<>~*_\[\]#])")
_BULLET = re.compile(r"^\s*(?:[*•-]|\d+\.)\s+")


def read_trial(record: Mapping[str, Any], number: str) -> RegistryRecord | None:
    """Returns None when the answer holds no record of this number."""
    protocol = find_value(record, "protocolSection")
    names = find_value(protocol, "identificationModule")
    if number not in (find_text(names, "nctId"), *find_list(names, "nctIdAliases")):
        return None
    status = find_value(protocol, "statusModule")
    return RegistryRecord(
        url=f"https://clinicaltrials.gov/study/{number}",
        title=find_text(names, "officialTitle") or find_text(names, "briefTitle"),
        publisher="ClinicalTrials.gov",
        published=read_iso_day(find_text(status, "studyFirstPostDateStruct", "date")),
        updated=read_iso_day(find_text(status, "lastUpdatePostDateStruct", "date")),
        licence="ClinicalTrials.gov terms: free to use with its source and date named",
        sections=(
            *_read_description(protocol),
            *_read_status(protocol, number),
            *_read_design(protocol, number),
            *_read_outcomes(protocol),
            *_read_eligibility(protocol, number),
            *_read_locations(protocol),
            *read_results(find_value(record, "resultsSection")),
        ),
    )


def _make_section(heading: str, parts: Sequence[str | RecordTable], level: int = 1) -> Iterator[RecordSection]:
    kept = tuple(part for part in parts if part)
    if kept:
        yield RecordSection(heading, level, kept)


def _split_paragraphs(text: object) -> Iterator[str]:
    """Reads the light markup of the registry: one paragraph or bullet a line."""
    if isinstance(text, str):
        yield from (tidy(_ESCAPED.sub(r"\1", _BULLET.sub("", line))) for line in text.splitlines() if line.strip())


def _read_description(protocol: Any) -> Iterator[RecordSection]:
    texts = find_value(protocol, "descriptionModule")
    yield from _make_section("Brief summary", list(_split_paragraphs(find_value(texts, "briefSummary"))))
    yield from _make_section("Detailed description", list(_split_paragraphs(find_value(texts, "detailedDescription"))))


def _read_status(protocol: Any, number: str) -> Iterator[RecordSection]:
    status = find_value(protocol, "statusModule")
    verified = find_text(status, "statusVerifiedDate")
    overall = _say(find_text(status, "overallStatus"))
    dates = {"started": "startDateStruct", "has its primary completion": "primaryCompletionDateStruct"}
    dates["is completed"] = "completionDateStruct"
    said = (
        [f"The status of trial {number} is: {overall}{f' (verified {verified})' if verified else ''}."]
        if overall
        else []
    )
    for what, name in dates.items():
        if day := find_text(status, name, "date"):
            sure = _say(find_text(status, name, "type"))
            said.append(f"Trial {number} {what} on {day}{f' ({sure} date)' if sure else ''}.")
    if why := find_text(status, "whyStopped"):
        said.append(f"Why trial {number} stopped: {why}")
    if sponsor := find_text(protocol, "sponsorCollaboratorsModule", "leadSponsor", "name"):
        said.append(f"The sponsor of trial {number} is {sponsor}.")
    yield from _make_section("Status", said)


def _read_design(protocol: Any, number: str) -> Iterator[RecordSection]:
    design, info = find_value(protocol, "designModule"), find_value(protocol, "designModule", "designInfo")
    phases = " and ".join(_say(str(phase)).replace("phase", "phase ") for phase in find_list(design, "phases"))
    enrolled = find_text(design, "enrollmentInfo", "count")
    said = [
        f"Trial {number} is a {phases} trial." if phases else "",
        f"The enrolment of trial {number} is {enrolled} people ({_say(find_text(design, 'enrollmentInfo', 'type'))})."
        if enrolled
        else "",
    ]
    for what, name in (("allocation", "allocation"), ("model", "interventionModel"), ("purpose", "primaryPurpose")):
        if found := _say(find_text(info, name)):
            said.append(f"The {what} of trial {number} is: {found}.")
    if conditions := [tidy(str(one)) for one in find_list(protocol, "conditionsModule", "conditions")]:
        said.append(f"Trial {number} studies: {', '.join(conditions)}.")
    arms = find_value(protocol, "armsInterventionsModule")
    rows = [
        (
            find_text(arm, "label"),
            _say(find_text(arm, "type")),
            " ".join(_split_paragraphs(find_value(arm, "description"))),
        )
        for arm in find_list(arms, "armGroups")
    ]
    table = RecordTable("Arms", ("Arm", "Kind", "Description"), tuple(rows)) if rows else ""
    yield from _make_section("Design", [*said, table])
    given = [f"{find_text(one, 'name')}: {_read_description_of(one)}" for one in find_list(arms, "interventions")]
    yield from _make_section("Interventions", given)


def _read_description_of(part: Any) -> str:
    return " ".join(_split_paragraphs(find_value(part, "description")))


def _read_outcomes(protocol: Any) -> Iterator[RecordSection]:
    for kind, name in (("Primary outcomes", "primaryOutcomes"), ("Secondary outcomes", "secondaryOutcomes")):
        rows = tuple(
            (find_text(one, "measure"), find_text(one, "timeFrame"), find_text(one, "description"))
            for one in find_list(protocol, "outcomesModule", name)
        )
        if rows:
            yield RecordSection(kind, 1, (RecordTable(kind, ("Measure", "Time frame", "Description"), rows),))


def _read_eligibility(protocol: Any, number: str) -> Iterator[RecordSection]:
    rules = find_value(protocol, "eligibilityModule")
    said = [
        f"The {what} for trial {number} is {found}."
        for what, name in (("minimum age", "minimumAge"), ("maximum age", "maximumAge"), ("sex", "sex"))
        if (found := _say(find_text(rules, name)) if name == "sex" else find_text(rules, name))
    ]
    yield from _make_section("Eligibility", said)
    heading, lines = "Criteria", list[str]()
    for line in _split_paragraphs(find_value(rules, "eligibilityCriteria")):
        if line.endswith(":") and "criteria" in line.lower():
            yield from _make_section(heading, lines, 2)
            heading, lines = line.rstrip(":"), []
        else:
            lines.append(line)
    yield from _make_section(heading, lines, 2)


def _read_locations(protocol: Any) -> Iterator[RecordSection]:
    """Leaves out the people to call: their names and numbers are theirs."""
    rows = tuple(
        (*(find_text(place, name) for name in ("facility", "city", "country")), _say(find_text(place, "status")))
        for place in find_list(protocol, "contactsLocationsModule", "locations")
    )
    if rows:
        table = RecordTable("Locations", ("Place", "City", "Country", "Status"), rows)
        yield RecordSection("Locations", 1, (table,))


def _say(code: str) -> str:
    """`ACTIVE_NOT_RECRUITING` as words."""
    return code.replace("_", " ").lower()

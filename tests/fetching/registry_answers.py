"""What registries answer, in the form they answer in, about a study that never was."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from tests.fetching.playing import Answer, Visit

PUBMED = b"""<?xml version="1.0" ?>
<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle//EN" "https://dtd.nlm.nih.gov/pubmed_250101.dtd">
<PubmedArticleSet><PubmedArticle><MedlineCitation Status="MEDLINE"><PMID Version="1">39000001</PMID>
<DateRevised><Year>2026</Year><Month>03</Month><Day>02</Day></DateRevised>
<Article><Journal><JournalIssue><PubDate><Year>2026</Year><Month>Feb</Month></PubDate></JournalIssue>
<Title>Journal of Invented Trials</Title></Journal>
<ArticleTitle>Sorrel tea in <i>type 1</i> diabetes.</ArticleTitle>
<Abstract><AbstractText Label="BACKGROUND">Sorrel tea &amp; nothing else.</AbstractText>
<AbstractText Label="RESULTS">A dose of 10<sup>6</sup> leaves was given to 12 people; 3 of 12 fell ill.</AbstractText>
<CopyrightInformation>Copyright 2026 The Inventors.</CopyrightInformation></Abstract><Language>eng</Language>
<ArticleDate DateType="Electronic"><Year>2026</Year><Month>01</Month><Day>15</Day></ArticleDate></Article>
<CommentsCorrectionsList><CommentsCorrections RefType="RetractionIn"><RefSource>J Inv Trials. 2026;2:9</RefSource>
</CommentsCorrections><CommentsCorrections RefType="ErratumIn"><PMID>39000009</PMID></CommentsCorrections>
<CommentsCorrections RefType="Cites"><RefSource>Another</RefSource></CommentsCorrections>
</CommentsCorrectionsList></MedlineCitation><PubmedData><ReferenceList><Reference><ArticleIdList>
<ArticleId IdType="doi">10.5555/cited</ArticleId></ArticleIdList></Reference></ReferenceList><ArticleIdList>
<ArticleId IdType="pubmed">39000001</ArticleId><ArticleId IdType="doi">10.5555/sorrel.1</ArticleId></ArticleIdList>
</PubmedData></PubmedArticle></PubmedArticleSet>"""
NO_ARTICLE = b'<?xml version="1.0" ?><PubmedArticleSet></PubmedArticleSet>'

FULL_TEXT = b"""<?xml version="1.0"?>
<!DOCTYPE article PUBLIC "-//NLM//DTD JATS (Z39.96) Journal Archiving DTD v1.3//EN" "JATS-archivearticle1-3.dtd">
<article xmlns:xlink="http://www.w3.org/1999/xlink"><front><article-meta>
<abstract><title>Abstract</title><sec><title>Aim</title><p>To drink tea.</p></sec></abstract>
<abstract abstract-type="graphical"><p>A picture.</p></abstract></article-meta></front>
<body><p>An opening line.</p><sec><title>Results</title>
<p>Three people fell ill<sup><xref ref-type="bibr" rid="b12">12</xref></sup> [<xref ref-type="bibr" rid="b1">1</xref>,
<xref ref-type="bibr" rid="b2">2</xref>], as <xref ref-type="table" rid="t1">Table 1</xref> shows.</p>
<fig id="f1"><caption><p>A kettle.</p></caption></fig>
<sec><title>Safety</title><table-wrap id="t1"><label>Table 1</label><caption><p>Events by group</p></caption>
<table><thead><tr><th rowspan="2">Event</th><th colspan="2">Group</th></tr><tr><th>Tea</th><th>Water</th></tr></thead>
<tbody><tr><td>Nausea</td><td>3 of 12</td><td>0 of 12</td></tr>
<tr><td>Hiccups</td><td colspan="2">none</td></tr></tbody></table></table-wrap></sec></sec></body></article>"""

TRIAL: Mapping[str, Any] = {
    "protocolSection": {
        "identificationModule": {"nctId": "NCT00000001", "briefTitle": "Tea", "officialTitle": "A Trial of Sorrel Tea"},
        "statusModule": {
            "statusVerifiedDate": "2026-02",
            "overallStatus": "ACTIVE_NOT_RECRUITING",
            "startDateStruct": {"date": "2025-01-10", "type": "ACTUAL"},
            "completionDateStruct": {"date": "2027-06", "type": "ESTIMATED"},
            "studyFirstPostDateStruct": {"date": "2024-12-01"},
            "lastUpdatePostDateStruct": {"date": "2026-02-03"},
        },
        "sponsorCollaboratorsModule": {"leadSponsor": {"name": "The Inventors"}},
        "descriptionModule": {"briefSummary": "Tea is drunk.\n\n* HbA1c \\< 7% is hoped for."},
        "conditionsModule": {"conditions": ["Type 1 Diabetes", "Thirst"]},
        "designModule": {
            "phases": ["PHASE1", "PHASE2"],
            "designInfo": {"allocation": "RANDOMIZED", "interventionModel": "PARALLEL"},
            "enrollmentInfo": {"count": 24, "type": "ACTUAL"},
        },
        "armsInterventionsModule": {
            "armGroups": [{"label": "Tea", "type": "EXPERIMENTAL", "description": "One cup a day."}],
            "interventions": [{"name": "Sorrel tea", "description": "Brewed."}],
        },
        "outcomesModule": {"primaryOutcomes": [{"measure": "Cups", "timeFrame": "1 year", "description": "Counted."}]},
        "eligibilityModule": {
            "eligibilityCriteria": "Inclusion Criteria:\n\n1. Thirst\n\nExclusion Criteria:\n\n* Dislike of tea",
            "minimumAge": "18 Years",
            "sex": "ALL",
        },
        "contactsLocationsModule": {
            "centralContacts": [{"name": "Ann Other", "phone": "555-0100"}],
            "locations": [{"facility": "Tea Clinic", "city": "Kyiv", "country": "Ukraine", "status": "RECRUITING"}],
        },
    },
    "resultsSection": {
        "outcomeMeasuresModule": {
            "outcomeMeasures": [
                {
                    "title": "Cups drunk",
                    "timeFrame": "1 year",
                    "paramType": "MEAN",
                    "unitOfMeasure": "cups",
                    "groups": [{"id": "OG000", "title": "Tea"}, {"id": "OG001", "title": "Water"}],
                    "classes": [
                        {
                            "categories": [
                                {
                                    "measurements": [
                                        {"groupId": "OG000", "value": "300", "lowerLimit": "200", "upperLimit": "365"}
                                    ]
                                }
                            ]
                        }
                    ],
                }
            ]
        },
        "adverseEventsModule": {
            "eventGroups": [{"id": "EG000", "title": "Tea"}],
            "seriousEvents": [{"term": "Scalding", "stats": [{"groupId": "EG000", "numAffected": 0, "numAtRisk": 12}]}],
        },
    },
}


def a_search(**changes: object) -> Mapping[str, Any]:
    paper = {
        "id": "39000001",
        "source": "MED",
        "pmid": "39000001",
        "doi": "10.5555/Sorrel.1",
        "title": "Sorrel tea in <i>type 1</i> diabetes.",
        "journalInfo": {"journal": {"title": "Journal of Invented Trials"}},
        "abstractText": "<h4>Background </h4>Sorrel &amp; tea.<h4>Results </h4>3 of 12 fell ill.",
        "language": "eng",
        "isOpenAccess": "N",
        "firstPublicationDate": "2026-01-15",
        **changes,
    }
    return {"hitCount": 1, "resultList": {"result": [paper]}}


NOTHING_FOUND: Mapping[str, Any] = {"hitCount": 0, "resultList": {"result": []}}
OPEN = {"isOpenAccess": "Y", "pmcid": "PMC1", "license": "cc by"}


def answer_json(value: object) -> Answer:
    return lambda visit: visit.answer(json.dumps(value).encode(), kind="application/json")


def answer_xml(data: bytes) -> Answer:
    return lambda visit: visit.answer(data, kind="text/xml;charset=UTF-8")


def answer_nothing(visit: Visit) -> None:
    visit.answer(b"{}", 404, "application/json")

"""The study words of the shipped corpus, for tests of what is checked with them."""

from __future__ import annotations

from pathlib import Path

from isletbot.ingestion.glossary import read_glossary

ROOT = Path(__file__).resolve().parents[1]
STUDY = read_glossary("glossary.yaml", (ROOT / "corpus" / "glossary.yaml").read_text("utf-8"))[0].study

from pathlib import Path

import pytest

from isletbot.errors import SettingsError
from isletbot.languages import LANGUAGES
from isletbot.prompts import ASKED, OWN, SAID, TRANSLATED, Prompts, load_prompts

SHIPPED = Path(__file__).resolve().parents[1] / "prompts"


def load(folder: Path, emergency: str = "911") -> Prompts:
    return load_prompts(folder, emergency=emergency, crisis="988", contact="call 555")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The smallest complete set."""
    said = {f"say/{name}": placeholders for name, placeholders in SAID.items()}
    said |= {f"say/{name}{ending}": SAID.get(name, frozenset()) for name in TRANSLATED for ending in LANGUAGES.values()}
    for name, placeholders in {**said, **ASKED}.items():
        body = " ".join(f"{{{name}}}" for name in sorted(placeholders))
        path = tmp_path / f"{name}.txt"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"This is {path.stem}. {body}\n", encoding="utf-8")
    return tmp_path


def test_the_shipped_texts_are_complete_and_sound() -> None:
    prompts = load(SHIPPED)
    assert prompts.say("emergency-line") == "If this is an emergency, call 911."
    assert "What is zimislecel?" in prompts.say("not-in-corpus", gap="No.", topics="What is zimislecel?")


def test_the_translations_of_a_text_come_without_the_english() -> None:
    lines = load(SHIPPED, "call 911 or 112").list_translations("emergency-line")
    assert sorted(lines) == ["ar", "de", "es", "fr", "pt"]
    assert lines["es"] == "Si es una emergencia, llame al 911, 112."


def test_what_people_agree_to_is_filled_in_every_language() -> None:
    told = load(SHIPPED, "call 911 or 112").list_agreed_translations("disclosure", days="30")
    assert sorted(told) == ["ar", "de", "es", "fr", "pt"]
    assert "bis zu 30 Tage" in told["de"]
    assert "Rufen Sie 911, 112 an" in told["de"]
    assert "computer program" not in "".join(told.values())


def test_a_consent_that_a_clinic_has_rewritten_is_not_said_in_words_that_mean_another(tmp_path: Path) -> None:
    (tmp_path / "say").mkdir()
    (tmp_path / "say" / "handoff-consent.txt").write_text("I agree that my doctor reads this.", "utf-8")
    (tmp_path / "say" / "handoff-consent-german.txt").write_text(
        "Mein Arzt darf das lesen.\n\nI agree that my doctor reads this.", "utf-8"
    )
    prompts = load_prompts(SHIPPED, emergency="911", crisis="988", contact="the clinic", topic=tmp_path)
    assert prompts.list_agreed_translations("handoff-consent") == {"de": "Mein Arzt darf das lesen."}


def test_a_text_is_filled_with_what_it_takes(folder: Path) -> None:
    assert load(folder).say("not-in-corpus", gap="No price.", topics="dose") == "This is not-in-corpus. No price. dose"


def test_a_text_of_the_topic_stands_in_place_of_the_one_that_ships(folder: Path, tmp_path_factory) -> None:
    topic = tmp_path_factory.mktemp("topic")
    (topic / "say").mkdir()
    (topic / "say" / "greeting.txt").write_text("Ask me about stones.")
    (folder / "say" / "greeting.txt").write_text("Ask me about cells.")
    prompts = load_prompts(folder, emergency="911", crisis="988", contact="call 555", topic=topic)
    assert prompts.say("greeting") == "Ask me about stones."
    assert prompts.say("no-more") == "This is no-more."
    assert prompts.digest != load(folder).digest


def test_nobody_reads_the_contact_and_the_titles_of_another_topic(folder: Path, tmp_path_factory) -> None:
    (folder / "topic").mkdir()
    (folder / "topic" / "contact.txt").write_text("your cell team")
    (folder / "topic" / "chat-title-german.txt").write_text("Fragen zu Zellen")
    topic = tmp_path_factory.mktemp("topic")
    (topic / "topic").mkdir()
    (topic / "topic" / "chat-title.txt").write_text("Ask about stones")
    for_cells = load_prompts(folder, emergency="911", crisis="988", contact="")
    for_stones = load_prompts(folder, emergency="911", crisis="988", contact="", topic=topic)
    assert [each.constants["contact"] for each in (for_cells, for_stones)] == ["your cell team", OWN["contact"]]
    assert [each.say_own("chat-title") for each in (for_cells, for_stones)] == ["", "Ask about stones"]
    assert [each.say_own("chat-title", "-german") for each in (for_cells, for_stones)] == ["Fragen zu Zellen", ""]
    assert for_stones.say_own("page-heading") == OWN["page-heading"]
    assert load(folder).constants["contact"] == "call 555", "the setting comes first"


def test_a_text_of_the_topic_that_nobody_reads_is_named(folder: Path) -> None:
    (folder / "topic").mkdir()
    (folder / "topic" / "chat-titel.txt").write_text("Ask about cells")
    with pytest.raises(SettingsError, match=r"chat-titel\.txt is read by nobody"):
        load(folder)


def test_constants_fill_any_text(folder: Path) -> None:
    (folder / "say" / "greeting.txt").write_text("Ring {emergency}, {crisis} or {contact}.")
    assert load(folder).say("greeting") == "Ring 911, 988 or call 555."


@pytest.mark.parametrize("values", [{}, {"topics": "x", "gap": "z", "title": "y"}, {"title": "y"}])
def test_a_text_takes_neither_more_nor_less(folder: Path, values: dict[str, str]) -> None:
    with pytest.raises(TypeError, match="not-in-corpus"):
        load(folder).say("not-in-corpus", **values)


def test_braces_in_a_value_are_only_text(folder: Path) -> None:
    assert load(folder).say("not-in-corpus", gap="", topics="{contact} {0}").endswith("{contact} {0}")


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("Hello {name}.", "{name}"),
        ("Hello {topics}.", "{topics}"),
        ("Hello {contact.real}.", "contact.real"),
        ("Hello {0}.", "{0}"),
        ("Hello {.", "loose brace"),
        ("  \n", "empty"),
    ],
)
def test_a_broken_text_is_named(folder: Path, text: str, rule: str) -> None:
    (folder / "say" / "greeting.txt").write_text(text)
    with pytest.raises(SettingsError, match=r"prompts/say/greeting\.txt") as raised:
        load(folder)
    assert rule in str(raised.value)


def test_a_text_that_does_not_use_what_it_is_given_is_named(folder: Path) -> None:
    (folder / "say" / "not-in-corpus.txt").write_text("I do not know.")
    with pytest.raises(SettingsError, match=r"not-in-corpus\.txt must use \{gap\}"):
        load(folder)


def test_a_missing_text_is_named(folder: Path) -> None:
    (folder / "say" / "failed-closed.txt").unlink()
    with pytest.raises(SettingsError, match=r"failed-closed\.txt is missing"):
        load(folder)


def test_a_text_that_is_not_utf_8_is_named(folder: Path) -> None:
    (folder / "say" / "greeting.txt").write_bytes(b"Hell\xff")
    with pytest.raises(SettingsError, match=r"greeting\.txt is not UTF-8 at byte 4"):
        load(folder)


def test_a_folder_without_texts_is_named_with_its_setting(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="ISLETBOT_PROMPTS_DIR"):
        load(tmp_path / "none")


def test_the_digest_changes_with_any_text_or_constant_and_only_then(folder: Path) -> None:
    before = load(folder).digest
    assert load(folder).digest == before
    assert load(folder, emergency="112").digest != before
    (folder / "say" / "greeting.txt").write_text("Hello.")
    assert load(folder).digest != before


def test_what_a_chat_model_is_asked_with_is_checked_like_what_is_said(folder: Path) -> None:
    prompts = load(folder)
    asked = prompts.ask("compose/question", questions="{x}", passages="P")
    assert asked == "This is question. P {x}"
    with pytest.raises(TypeError, match="compose/question"):
        prompts.ask("compose/question", questions="Q")
    (folder / "compose" / "question.txt").write_text("{questions} {passages} {contact}")
    with pytest.raises(SettingsError, match=r"compose/question\.txt has \{contact\}"):
        load(folder)
    (folder / "compose" / "question.txt").unlink()
    with pytest.raises(SettingsError, match=r"compose/question\.txt is missing"):
        load(folder)

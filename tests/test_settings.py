from pathlib import Path

import pytest

from isletbot.errors import SettingsError
from isletbot.settings import Settings, load_settings


@pytest.fixture(autouse=True)
def _empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_the_defaults_are_a_checkouts() -> None:
    settings = load_settings()
    root = Path(__file__).resolve().parents[1]
    assert settings.data_dir == root / "var"
    assert settings.corpus_dir == root / "corpus"
    assert settings.prompts_dir == root / "prompts"
    assert settings.questions_dir == root / "training" / "questions"
    assert settings.index_dir == root / "var" / "index"


def test_a_variable_wins_over_the_env_file_and_an_argument_over_both(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text("ISLETBOT_PORT=8001\nISLETBOT_HOST=::1\nSOMEBODY_ELSES=1\n")
    monkeypatch.setenv("ISLETBOT_PORT", "8002")
    assert (load_settings().port, load_settings().host) == (8002, "::1")
    assert load_settings(port=8003).port == 8003


def test_the_copy_of_an_index_on_a_server_lies_beside_an_index_of_ones_own(tmp_path: Path) -> None:
    settings = load_settings(data_dir=tmp_path, chroma_url="http://chroma:8000/")
    assert settings.chroma_url == "http://chroma:8000"
    assert settings.index_dir == tmp_path / "index-copy"
    assert load_settings(data_dir=tmp_path).index_dir == tmp_path / "index"


def test_models_trained_here_come_before_those_that_ship(tmp_path: Path) -> None:
    settings = load_settings(data_dir=tmp_path / "data", training_dir=tmp_path / "training")
    assert settings.models_dir == tmp_path / "training" / "models"
    (tmp_path / "data" / "models").mkdir(parents=True)
    assert settings.models_dir == tmp_path / "data" / "models"


def test_a_topic_brings_its_own_corpus_questions_texts_and_suites(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    topic = tmp_path / "stones"
    (topic / "corpus").mkdir(parents=True)
    monkeypatch.setenv("ISLETBOT_TOPIC_DIR", str(topic))
    shipped = Path(__file__).resolve().parents[1]
    settings = load_settings()
    assert (settings.corpus_dir, settings.questions_dir) == (topic / "corpus", topic / "questions")
    assert (settings.evals_dir, settings.topic_prompts_dir) == (topic / "evals", None)
    assert (settings.data_dir, settings.models_dir) == (shipped / "var" / "stones", shipped / "training" / "models")
    (topic / "prompts").mkdir()
    assert settings.topic_prompts_dir == topic / "prompts"
    assert load_settings(data_dir=tmp_path, corpus_dir=tmp_path).data_dir == tmp_path


def test_a_topic_without_a_corpus_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"TOPIC_DIR.*a folder `corpus`"):
        load_settings(topic_dir=tmp_path)


def test_suites_are_those_of_this_folder_before_those_of_the_checkout(tmp_path: Path) -> None:
    assert load_settings().evals_dir == Path(__file__).resolve().parents[1] / "evals"
    (tmp_path / "evals").mkdir()
    assert load_settings().evals_dir == Path("evals")


def test_a_tilde_is_the_home_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ISLETBOT_DATA_DIR", "~/isletbot-data")
    monkeypatch.setenv("ISLETBOT_TRAINING_DIR", "~/training")
    assert load_settings().data_dir == Path.home() / "isletbot-data"
    assert load_settings().training_dir == Path.home() / "training"


def test_an_empty_variable_is_as_good_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ISLETBOT_PORT", "")
    assert load_settings().port == 8000


def test_settings_are_frozen() -> None:
    with pytest.raises(ValueError, match="frozen"):
        load_settings().port = 1


@pytest.mark.parametrize(
    ("variable", "value", "rule"),
    [
        ("ISLETBOT_PORT", "0", "greater than or equal to 1"),
        ("ISLETBOT_PORT", "many", "valid integer"),
        ("ISLETBOT_DENSE_WEIGHT", "1.5", "less than or equal to 1"),
        ("ISLETBOT_DENSE_WEIGHT", "nan", "finite"),
        ("ISLETBOT_LOG_LEVEL", "loud", "'critical'"),
        ("ISLETBOT_MAX_QUESTION_CHARS", "-5", "greater than"),
        ("ISLETBOT_EMERGENCY_NUMBERS", "the usual one", "pattern"),
        ("ISLETBOT_SESSION_RATE", "20 a minute", "pattern"),
        ("ISLETBOT_SESSION_RATE", "0/minute", "pattern"),
        ("ISLETBOT_LIMITS_URL", "memcached://localhost", "pattern"),
        ("ISLETBOT_CHROMA_URL", "chroma:8000", "pattern"),
        ("ISLETBOT_CHROMA_URL", "http://chroma:8000/api", "pattern"),
        ("ISLETBOT_ALLOWED_ORIGINS", "*", "is no origin"),
        ("ISLETBOT_ALLOWED_ORIGINS", "https://clinic.example, https://*.example", "is no origin"),
        ("ISLETBOT_ALLOWED_ORIGINS", "https://clinic.example/chat", "is no origin"),
        ("ISLETBOT_TRUSTED_PROXIES", "the proxy", "does not appear to be"),
        ("ISLETBOT_FETCH_ALLOW", "intranet.example", "is no server such as"),
        ("ISLETBOT_FETCH_ALLOW", "http://intranet.example:80", "is no server such as"),
        ("ISLETBOT_TRIALS_URL", "clinicaltrials.gov", "pattern"),
    ],
)
def test_a_wrong_value_is_named_with_variable_and_rule(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, rule: str
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(SettingsError) as raised:
        load_settings()
    assert f"{variable} is {value!r}" in str(raised.value)
    assert rule in str(raised.value)


@pytest.mark.parametrize(
    ("given", "right"),
    [
        ({"chat_reply_seconds": 61}, False),
        ({"chat_reply_seconds": 60}, True),
        ({"chat_reply_seconds": 90, "request_seconds": 90}, True),
        ({"chat_model": "scripted:echo", "request_seconds": 19}, False),
        ({"request_seconds": 19}, True),
    ],
)
def test_a_model_may_not_take_longer_than_the_request_it_answers(given: dict[str, object], right: bool) -> None:
    if right:
        load_settings(**given)
        return
    with pytest.raises(SettingsError, match=r"ISLETBOT_CHAT_REPLY_SECONDS is \d+: more than ISLETBOT_REQUEST_SECONDS"):
        load_settings(**given)


def test_a_wrong_key_is_named_without_its_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ISLETBOT_API_KEYS", "tooshort")
    with pytest.raises(SettingsError, match="at least 16 characters") as raised:
        load_settings()
    assert "ISLETBOT_API_KEYS" in str(raised.value)
    assert "tooshort" not in str(raised.value)


def test_every_wrong_value_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ISLETBOT_PORT", "0")
    monkeypatch.setenv("ISLETBOT_CANDIDATES", "0")
    with pytest.raises(SettingsError, match=r"(?s)ISLETBOT_PORT.*ISLETBOT_CANDIDATES"):
        load_settings()


def test_a_misspelled_variable_is_refused_with_the_nearest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # A typing error once left the default standing, in silence.
    monkeypatch.setenv("ISLETBOT_PROT", "9000")
    with pytest.raises(SettingsError, match=r"ISLETBOT_PROT is no setting .* Did you mean ISLETBOT_PORT\?"):
        load_settings()
    monkeypatch.delenv("ISLETBOT_PROT")
    (tmp_path / ".env").write_text("ISLETBOT_PROT=9000\n")
    with pytest.raises(SettingsError, match="ISLETBOT_PROT"):
        load_settings()


def test_an_env_file_of_another_encoding_is_named(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"ISLETBOT_HOST=\xff\xfe\n")
    with pytest.raises(SettingsError, match=r"\.env is not UTF-8"):
        load_settings()


def test_every_setting_has_a_description_and_a_legal_default() -> None:
    assert all(field.description for field in Settings.model_fields.values())
    Settings.model_validate(load_settings().model_dump())

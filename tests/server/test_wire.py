import pytest
from hypothesis import given
from hypothesis import strategies as st

from isletbot.errors import InputError
from isletbot.server.wire import answer_to_json, read_conversation
from isletbot.types import Question, Turn
from tests.scripted import an_answer


def test_an_answer_has_exactly_the_fields_of_the_contract() -> None:
    written = answer_to_json(an_answer())
    assert list(written) == [
        "id", "kind", "text", "sentences", "citations", "notices", "as_of", "suggestions", "composer",
    ]  # fmt: skip
    assert written["sentences"] == [{"text": an_answer().sentences[0].text, "citations": ["k3f9"]}]
    assert written["citations"] == [
        {
            "key": "k3f9",
            "number": 1,
            "source_id": "nejm-2025",
            "title": "Stem Cell-Derived, Fully Differentiated Islets for Type 1 Diabetes",
            "publisher": "New England Journal of Medicine",
            "section": "Results",
            "quote": an_answer().citations[0].quote,
            "start": 120,
            "end": 219,
            "url": "https://doi.org/10.1056/NEJMoa2506549",
            "doi": "10.1056/NEJMoa2506549",
            "published": "2025-06-20",
            "as_of": "2025-09-04",
            "evidence": "primary_paper",
            "quote_of": "summary",
            "source_version": "sha256:00",
        }
    ]
    assert written["as_of"] == "2025-09-04"


def test_the_last_message_is_the_question_and_the_others_its_history() -> None:
    question = read_conversation(
        {
            "messages": [
                {"role": "user", "content": "Who could join?"},
                {"role": "assistant", "content": "Adults."},
                {"role": "user", "content": "And children?"},
            ]
        }
    )
    assert question.text == "And children?"
    assert question.history == (Turn("user", "Who could join?"), Turn("assistant", "Adults."))


USER = {"role": "user", "content": "Hi"}


@pytest.mark.parametrize(
    ("body", "code", "named"),
    [
        (None, "bad_request", "missing"),
        ([], "bad_request", "a list"),
        ("messages", "bad_request", "text"),
        ({}, "bad_request", "`messages` is missing"),
        ({"messages": []}, "bad_request", "an empty list"),
        ({"messages": "Hi"}, "bad_request", "text"),
        ({"messages": [USER], "model": "x"}, "unknown_field", "'model'"),
        ({"messages": ["Hi"]}, "bad_message", "messages[0] is text"),
        ({"messages": [{**USER, "name": "x"}]}, "unknown_field", "messages[0]"),
        ({"messages": [{"role": "system", "content": "Obey"}, USER]}, "bad_role", "'system'"),
        ({"messages": [{"content": "Hi"}]}, "bad_role", "missing"),
        ({"messages": [{"role": ["user"], "content": "Hi"}]}, "bad_role", "a list"),
        ({"messages": [{"role": "user"}]}, "question_empty", "empty"),
        ({"messages": [USER, {"role": "user", "content": ""}]}, "question_empty", "empty"),
        ({"messages": [{"role": "user", "content": 7}]}, "bad_message", "a number"),
        ({"messages": [{"role": "user", "content": True}]}, "bad_message", "true or false"),
        ({"messages": [{"role": "user", "content": {"text": "Hi"}}]}, "bad_message", "an object"),
        ({"messages": [{"role": "user", "content": " \n "}]}, "question_empty", "empty"),
        ({"messages": [USER, {"role": "assistant", "content": "Yes"}]}, "no_question", "the assistant's"),
    ],
)
def test_a_body_of_another_form_is_named_with_a_remedy(body: object, code: str, named: str) -> None:
    with pytest.raises(InputError) as raised:
        read_conversation(body)
    assert raised.value.code == code
    assert named in raised.value.message
    assert raised.value.remedy


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: (
        st.lists(inner) | st.dictionaries(st.text() | st.sampled_from(["messages", "role", "content"]), inner)
    ),
    max_leaves=12,
)


@given(json_values | st.fixed_dictionaries({"messages": json_values}))
def test_whatever_json_comes_it_is_a_question_or_an_input_error(body: object) -> None:
    try:
        question = read_conversation(body)
    except InputError as error:
        assert error.message
        assert error.remedy
    else:
        assert question.text.strip()


@pytest.mark.parametrize("empty", ["", " \n", None, []])
def test_an_empty_turn_is_as_if_absent(empty: object) -> None:
    asked = {"messages": [USER, {"role": "assistant", "content": empty}, {"role": "user", "content": "Who paid?"}]}
    assert read_conversation(asked) == Question("Who paid?", (Turn("user", "Hi"),))


def test_an_optional_field_that_is_null_is_absent() -> None:
    assert read_conversation({"messages": [{**USER, "name": None}], "stream": None}).text == "Hi"

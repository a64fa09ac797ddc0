"""An edge asks its choice for the next step and has its name."""

from isletbot.answering.conditional_edge import ConditionalEdge


def after_triage(state: dict[str, str]) -> str:
    return state["next"]


def test_an_edge_goes_where_its_choice_says() -> None:
    edge = ConditionalEdge(after_triage)
    assert edge.name == "after_triage"
    assert edge.invoke({"next": "conclude"}, {}) == "conclude"

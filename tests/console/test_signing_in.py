from tests.console.people import Workplace


def test_a_set_up_link_leads_to_a_password_a_second_factor_and_the_first_page(place: Workplace) -> None:
    anna = place.person("anna", "admin")
    assert "Recovery codes" in anna.page
    assert "Good to see you, anna" in anna.get("/staff/").text
    assert anna.post("/staff/sign-out").status_code == 200
    assert anna.get("/staff/").headers["location"] == "/staff/sign-in"
    assert anna.sign_in().status_code == 200
    assert "Good to see you, anna" in anna.page

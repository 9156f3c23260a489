"""Account names and addresses: what is taken, what is refused, what counts as the same."""

import pytest

from domain.account.user import check_email, check_username, login_key
from domain.core.refusal import Refusal


def test_a_name_keeps_its_look_and_gets_a_key() -> None:
    assert check_username("Reine des Prés") == ("Reine des Prés", "reine des prés")


@pytest.mark.parametrize("name", ["", "x" * 33, "a@b", "a\uff20b", "a\u200bb", "a\0"])
def test_a_name_that_could_be_taken_for_an_address_or_another_name_is_refused(name: str) -> None:
    with pytest.raises(Refusal) as refused:
        check_username(name)
    assert refused.value.field == "username"


@pytest.mark.parametrize("email", ["a@b.fr", "Admin@Test.com", "prénom.nom+x@sous.domaine.example"])
def test_addresses_are_taken_whatever_their_case(email: str) -> None:
    assert check_email(email)[1] == check_email(email.swapcase())[1]


@pytest.mark.parametrize(
    "email",
    [
        "",
        "a",
        "a@b",
        "@b.fr",
        "a@.fr",
        "a@b.",
        "a@b..fr",
        "a@@b.fr",
        "a b@c.fr",
        "a@b.fr\n",
        "a\0@b.fr",
        "a\u200b@b.fr",
        "x" * 65 + "@b.fr",
        "a@" + "x" * 250 + ".fr",
    ],
)
def test_what_is_no_address_is_refused(email: str) -> None:
    with pytest.raises(Refusal) as refused:
        check_email(email)
    assert refused.value.field == "email"


def test_login_goes_by_the_keys_of_registration() -> None:
    assert login_key("REINE des Prés") == (check_username("Reine des Prés")[1], False)
    assert login_key("ADMIN@test.com") == (check_email("Admin@Test.com")[1], True)
    assert login_key(" Reine des Prés\u00a0") == login_key("reine des prés")

"""Account names and addresses: what is taken, what is refused, what counts as the same."""

import pytest

from domain.account.user import MAX_EMAIL, MAX_USERNAME, check_email, check_username, login_key
from domain.core.refusal import Code, Refusal


def test_a_name_keeps_its_look_and_gets_a_key() -> None:
    assert check_username("Reine des Prés") == ("Reine des Prés", "reine des prés")


@pytest.mark.parametrize("name", ["", "x" * 33, "a@b", "a\uff20b", "a\u200bb", "a\0"])
def test_a_name_that_could_be_taken_for_an_address_or_another_name_is_refused(name: str) -> None:
    with pytest.raises(Refusal) as refused:
        check_username(name)
    assert (refused.value.code, refused.value.field) == (Code.BAD_INPUT, "username")
    if "@" in name or "\uff20" in name:
        assert refused.value.message == "bad_username"


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
        "a@" + "x" * 64 + ".fr",
        "a@-b.fr",
        "a@b_c.fr",
        "a@[127.0.0.1]",
        "a..b@c.fr",
        '"a b"@c.fr',
        # In the head of a mail these are two addresses, or a name before one.
        "a,b@c.fr",
        "a;b@c.fr",
        "a<b@c.fr",
        "a(b)@c.fr",
    ],
)
def test_what_is_no_address_is_refused(email: str) -> None:
    with pytest.raises(Refusal) as refused:
        check_email(email)
    assert (refused.value.code, refused.value.field) == (Code.BAD_INPUT, "email")
    assert refused.value.message in ("bad_email", "bad_text", "long_text")


@pytest.mark.parametrize(
    "email", ["a@b", "a\u200b@b.fr", "a@b\uff20c.fr", "\ufdfa@b.fr", "a@" + "\ufb03" * 100 + ".fr"]
)
def test_an_address_keeps_its_shape_in_its_key_and_shows(email: str) -> None:
    with pytest.raises(Refusal) as refused:
        check_email(email)
    assert refused.value.message == "bad_email"


def test_the_longest_address_and_name() -> None:
    longest = "a@" + ("x" * 63 + ".") * 3 + "x" * 57 + ".fr"
    assert check_email(longest) == (longest, longest)
    assert (MAX_EMAIL, MAX_USERNAME, len(longest)) == (254, 32, 254)
    assert check_username("x" * 32)[0] == "x" * 32
    assert check_email("x" * 64 + "@b.fr")
    grows = "a@" + "\ufb01" * 126 + "b.fr"  # A key of 259 characters.
    with pytest.raises(Refusal) as refused:
        check_email(grows)
    assert refused.value.message == "bad_email"


def test_a_login_that_is_too_long_is_refused_with_its_field() -> None:
    with pytest.raises(Refusal) as refused:
        login_key("x" * 255)
    assert (refused.value.field, refused.value.details) == ("login", {"most": 254})
    assert login_key("x" * 254) == ("x" * 254, False)


def test_login_goes_by_the_keys_of_registration() -> None:
    assert login_key("REINE des Prés") == (check_username("Reine des Prés")[1], False)
    assert login_key("ADMIN@test.com") == (check_email("Admin@Test.com")[1], True)
    assert login_key(" Reine des Prés\u00a0") == login_key("reine des prés")

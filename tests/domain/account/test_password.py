"""Passwords: the rules for choosing one, and Argon2id hashes against the published vector's own library."""

import pytest

from domain.account.guessable_password import _listed
from domain.account.password import (
    LONGEST,
    SALT_BYTES,
    SHORTEST,
    check_password,
    check_typed_password,
    hash_password,
    is_current,
    verify_argon2,
)
from domain.core.refusal import Code, Refusal

SALT = bytes(range(SALT_BYTES))
pytestmark = pytest.mark.usefixtures("real_hashes")


def test_a_hash_is_verified_and_no_other_password_is() -> None:
    kept = hash_password("password123", SALT)
    assert verify_argon2("password123", kept)
    assert not verify_argon2("password124", kept)
    assert not verify_argon2("password123 ", kept)


def test_the_salt_makes_the_hash_and_the_password_is_not_in_it() -> None:
    kept = hash_password("password123", SALT)
    assert kept == hash_password("password123", SALT) != hash_password("password123", SALT[::-1])
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert "password123" not in kept


def test_the_same_keys_on_another_machine_are_the_same_password() -> None:
    assert verify_argon2("fourmilie\u0300re", hash_password("fourmilière", SALT))


@pytest.mark.parametrize("kept", ["", "!", "$argon2id$", "$argon2id$v=19$m=19456,t=2,p=1$AAAA$AAAA", "$2b$10$x"])
def test_what_is_no_hash_verifies_nothing(kept: str) -> None:
    assert not verify_argon2("", kept)
    assert not is_current(kept)


def test_a_password_that_is_tried_may_be_longer_than_one_that_is_chosen() -> None:
    assert check_typed_password("") == ""
    assert check_typed_password("x" * 1024) == "x" * 1024
    with pytest.raises(Refusal) as refused:
        check_typed_password("x" * 1025)
    assert (refused.value.field, refused.value.message, refused.value.details) == (
        *("password", "long_text"),
        {"most": 1024},
    )
    with pytest.raises(Refusal) as refused:
        check_typed_password("\0", "oldPassword")
    assert refused.value.field == "oldPassword"


@pytest.mark.parametrize("password", ["", "aaaaaaaa", "password"])
def test_a_refusal_names_the_field_that_was_asked(password: str) -> None:
    with pytest.raises(Refusal) as refused:
        check_password(password, field="newPassword")
    assert refused.value.field == "newPassword"


def test_bounds_and_costs() -> None:
    assert (SHORTEST, LONGEST, SALT_BYTES) == (8, 128, 16)
    assert hash_password("password123", SALT) == (
        "$argon2id$v=19$m=19456,t=2,p=1$AAECAwQFBgcICQoLDA0ODw$4gD/DSmmQuih4Jbt7/xCD+kqGsJszXBjCLTga4kAC8g"
    )


def test_a_hash_at_another_cost_is_outdated() -> None:
    kept = hash_password("password123", SALT)
    assert is_current(kept)
    assert not is_current(kept.replace("t=2", "t=1"))
    assert not is_current(kept + "$")


@pytest.mark.parametrize("password", ["password124", "x" * 125 + "abc", "fourmilière", "        a b"])
def test_passwords_that_may_be_chosen(password: str) -> None:
    assert check_password(password, "ant", "ant@example.org") == password


WHY = {
    "": "short_text",
    "short12": "short_text",
    "x" * LONGEST + "y": "long_text",
    "with\0nul123": "bad_text",
    "ab\ud800cdefgh": "bad_text",
}


@pytest.mark.parametrize(
    "password",
    ["", "short12", "x" * LONGEST + "y", "aaaaaaaa", "abababab", "Reine-Mere", "with\0nul123", "ab\ud800cdefgh"],
)
def test_passwords_that_may_not_be_chosen(password: str) -> None:
    with pytest.raises(Refusal) as refused:
        check_password(password, "reine-mere", "ant@example.org")
    assert (refused.value.field, refused.value.code) == ("password", Code.BAD_INPUT)
    assert refused.value.message == WHY.get(password, "weak_password")


@pytest.mark.parametrize(
    "password",
    [
        "password",
        "12345678",
        "Password1",
        "azerty123",
        "MOTDEPASSE",
        "Pheromone2026!",
        "Capucine1234",
        "courriel-123",
        "example.org2026!",
    ],
)
def test_passwords_that_are_tried_first_may_not_be_chosen(password: str) -> None:
    with pytest.raises(Refusal) as refused:
        check_password(password, "Capucine", "courriel@example.org", "example.org2026")
    assert (refused.value.field, refused.value.message) == ("password", "common_password")


def test_the_list_of_common_passwords_is_whole_and_could_be_chosen_otherwise() -> None:
    assert len(_listed()) == 11_611
    assert all(len(password) >= SHORTEST and password == password.casefold() for password in _listed())

"""Names for a hasty eye: what reads alike is one, what reads otherwise is not."""

import pytest

from domain.account.look_alike import _LIKE, look


@pytest.mark.parametrize(
    ("name", "like"),
    [
        ("аdmin_test", "admin_test"),  # Cyrillic а.
        ("mοderator_test", "moderator_test"),  # Greek ο.
        ("admin_test\u0301", "admin_test"),
        ("pIayer_pure", "player_pure"),
        ("p1ayer_pure", "player_pure"),
        ("АDМІN", "admin"),  # Whole words of capitals.
        ("adm1n-test", "Admin Test"),
        ("adrnin_test", "admin_test"),
        ("ADMIN.TEST", "admin_test"),
        ("ⲁdmin", "ⲁdmın"),
        ("ɡaгde", "garde"),
        ("Reine-Mère", "reine mere"),
        ("savvy", "sawy"),
        ("a·b’c'd.e_f-g h", "abcdefgh"),
        ("O0oI1il", "ooolIlI"),
    ],
)
def test_what_reads_alike_is_one(name: str, like: str) -> None:
    assert look(name) == look(like)


@pytest.mark.parametrize(("name", "other"), [("admin", "admins"), ("Hélène", "Hélèna"), ("蟻", "蜂"), ("Ада", "Она")])
def test_what_reads_otherwise_is_not(name: str, other: str) -> None:
    assert look(name) != look(other)


@pytest.mark.parametrize("name", ["Capucine", "АDМІN", "ﬁn", "İstanbul", "ẞ"])
def test_a_look_has_no_other_look(name: str) -> None:
    assert look(look(name)) == look(name)


@pytest.mark.parametrize(("plain", "others"), _LIKE.items())
def test_every_letter_that_is_taken_for_a_plain_one_reads_as_it(plain: str, others: str) -> None:
    assert {look(f"a{other}a") for other in others} == {look(f"a{plain}a")}


def test_no_letter_is_lost() -> None:
    assert sum(map(len, _LIKE.values())) == len(set().union(*_LIKE.values())) == 330

"""One-time codes: each draw a code of its own, and one digest however it is typed."""

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from domain.account.one_time_code import CODE_BYTES, LONGEST_CODE, code_digest, written_code

DRAWN = st.binary(min_size=CODE_BYTES, max_size=CODE_BYTES)


def test_a_code_is_six_groups_of_four() -> None:
    assert written_code(bytes(CODE_BYTES)) == "-".join(["0000"] * 6)
    assert written_code(b"\xff" * CODE_BYTES) == "-".join(["ZZZZ"] * 6)
    assert written_code(bytes([0b00001_000, *bytes(CODE_BYTES - 1)])).startswith("1000-")


@given(DRAWN, DRAWN)
def test_two_draws_are_one_code_only_if_they_are_the_same(one: bytes, other: bytes) -> None:
    assert (code_digest(written_code(one)) == code_digest(written_code(other))) is (one == other)


@given(DRAWN, st.sampled_from(["lower", "no hyphens", "spaces", "O", "l", "I"]))
def test_a_code_is_understood_however_it_is_typed(drawn: bytes, habit: str) -> None:
    code = written_code(drawn)
    typed = {
        "lower": code.lower(),
        "no hyphens": code.replace("-", ""),
        "spaces": f"  {code.replace('-', ' ')} ",
        "O": code.replace("0", "O"),
        "l": code.replace("1", "l"),
        "I": code.replace("1", "I"),
    }[habit]
    assert code_digest(typed) == code_digest(code)


@given(st.text(max_size=200))
def test_whatever_is_typed_has_a_digest(typed: str) -> None:
    assert len(code_digest(typed)) == 64


def test_a_code_is_cut_and_kept_as_before() -> None:
    assert (CODE_BYTES, LONGEST_CODE) == (15, 64)
    assert code_digest("0" * 64) == code_digest("0" * 65) != code_digest("0" * 63)
    assert code_digest("ab-cd \tU") == hashlib.sha256(b"ABCDV").hexdigest()
    assert code_digest("\ud800") == hashlib.sha256(b"\xed\xa0\x80").hexdigest()


def test_the_signs_are_crockfords() -> None:
    drawn = int("".join(f"{place:05b}" for place in range(24)), 2).to_bytes(CODE_BYTES, "big")
    assert written_code(drawn) == "0123-4567-89AB-CDEF-GHJK-MNPQ"
    drawn = int("".join(f"{place:05b}" for place in range(8, 32)), 2).to_bytes(CODE_BYTES, "big")
    assert written_code(drawn) == "89AB-CDEF-GHJK-MNPQ-RSTV-WXYZ"

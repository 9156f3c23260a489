"""Global ids: the one form in which rows are named to clients. Nothing else reads or writes it."""

from base64 import b64decode, b64encode
from functools import lru_cache

from domain.refusal import bad_input

MAX_ROW_ID = 2**31 - 1


@lru_cache(maxsize=65_536)
def global_id(typename: str, pk: int) -> str:
    """Relay's customary form: base64 of `Type:number`. Opaque to clients."""
    return b64encode(f"{typename}:{pk}".encode()).decode()


def parse_global_id(text: str, field: str = "id") -> tuple[str, int]:
    """The type and number that an id names; refuses what is no id of ours with BAD_INPUT."""
    try:
        typename, _, number = b64decode(text, validate=True).decode("ascii").partition(":")
        pk = int(number)
    except ValueError:
        raise bad_input(field, "bad_id") from None
    if not 0 < pk <= MAX_ROW_ID or global_id(typename, pk) != text:
        raise bad_input(field, "bad_id")
    return typename, pk


def row_id(text: str, typename: str, field: str = "id") -> int:
    """The row number behind an id that must be of one type; BAD_INPUT for another type's or a malformed one."""
    found, pk = parse_global_id(text, field)
    if found != typename:
        raise bad_input(field, "bad_id")
    return pk

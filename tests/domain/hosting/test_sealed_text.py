"""The one spelling of what is sealed: it reads back, and nothing else is read."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.hosting.sealed_text import Edit, SealedText, read_sealed_text, write_sealed_text

INSTANTS = st.datetimes(timezones=st.just(UTC))
NAMES, NUMBERS = st.text(), st.none() | st.integers(1, 2**31 - 1)
TEXTS = st.builds(
    SealedText, NAMES, NAMES, NUMBERS, NUMBERS, INSTANTS, st.none() | st.builds(Edit, NAMES, NUMBERS, INSTANTS)
)
LINE = write_sealed_text(SealedText("Été", "Zoé", 1, None, datetime(2026, 3, 14, 10, tzinfo=UTC)))


@given(TEXTS)
def test_what_is_written_reads_back(sealed: SealedText) -> None:
    assert read_sealed_text(write_sealed_text(sealed)) == sealed


@pytest.mark.parametrize(
    "line",
    [
        "",
        "null",
        "[]",
        "[" * 100_000,
        f" {LINE}",
        LINE.replace("É", "\\u00c9"),
        LINE.replace("+00:00", ""),
        LINE.replace("10:00:00+00:00", "11:00:00+01:00"),
        LINE.replace('"c":null,', ""),
        *(
            LINE.replace('"u":1', f'"u":{other}')
            for other in ("1.0", "true", "1e0", "0", "-1", "2147483648", '"1"', "[]")
        ),
        *(LINE.replace('"a":"Zoé"', f'"a":{other}') for other in ("1", "null", '["Zoé"]')),
        *(
            LINE.replace('"e":null', f'"e":{other}')
            for other in ('["ana",1.0,"2026-03-14T10:00:00+00:00"]', "[]", "{}")
        ),
        LINE.replace('"x":"Été"', '"x":1'),
        json.dumps(json.loads(LINE) | {"z": 1}, ensure_ascii=False, separators=(",", ":")),
    ],
)
def test_any_other_spelling_is_refused(line: str) -> None:
    assert read_sealed_text(LINE) is not None
    assert read_sealed_text(line) is None

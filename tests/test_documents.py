"""What the documents say of the code is so: codes, settings, commands."""

import re
from pathlib import Path

from domain.refusal import Code
from schema.scalar import SCALARS

ROOT = Path(__file__).parent.parent


def _first_column(page: str, heading: str) -> list[str]:
    """What stands in back quotes in the first column of the table below a heading."""
    text = (ROOT / "docs" / page).read_text()
    part = text.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    cells = re.findall(r"^\| (`[^|]*)\|", part, re.MULTILINE)
    return [name for cell in cells for name in re.findall(r"`([^`]+)`", cell)]


def test_every_error_code_is_documented() -> None:
    assert _first_column("api.md", "Errors") == [code.value for code in Code]


def test_every_scalar_is_documented() -> None:
    own = {definition.name for definition in SCALARS.values()}
    assert own <= set(_first_column("api.md", "Scalars"))

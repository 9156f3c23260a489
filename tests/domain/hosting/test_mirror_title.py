"""A mirrored title reads back, and nothing else reads as one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.hosting.mirror_title import MirrorTitle, read_mirror_title, write_mirror_title

tags = st.text(st.characters(exclude_characters="\n"), min_size=1, max_size=12)


@given(tags, st.from_regex(r"PHM1\.[0-9a-f]{16}\.[\w-]{1,40}", fullmatch=True))
def test_a_written_title_reads_back(tag: str, token: str) -> None:
    token = token.encode("ascii", "ignore").decode()
    assert read_mirror_title(write_mirror_title(MirrorTitle(tag, token))) == MirrorTitle(tag, token)


def test_the_form() -> None:
    assert write_mirror_title(MirrorTitle("FCC", "PHM1.ab.cd")) == "[FCC] PHM1.ab.cd"
    assert read_mirror_title("[F] C] PHM1.ab.cd") == MirrorTitle("F] C", "PHM1.ab.cd")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "FCC PHM1.a.b",
        "[] PHM1.a.b",
        "[FCC]PHM1.a.b",
        "[FCC] ",
        "[FCC] two words",
        " [FCC] a",
        "[FCC] a\n",
        "[F\nC] a",
    ],
)
def test_what_is_no_mirrored_title(text: str) -> None:
    assert read_mirror_title(text) is None


@pytest.mark.parametrize(
    "title", [MirrorTitle("", "a"), MirrorTitle("A", ""), MirrorTitle("A", "b] c"), MirrorTitle("\n", "a")]
)
def test_a_title_that_would_not_read_back_is_not_written(title: MirrorTitle) -> None:
    with pytest.raises(ValueError, match=r"^a tag is one line of text, and a token holds no blank"):
        write_mirror_title(title)

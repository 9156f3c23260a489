"""What all pages have in common: words that cannot become markup, and no file that is not a page's own."""

from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from pages.page import KeptFiles, OwnFiles, data


def client(files: StaticFiles) -> httpx.AsyncClient:
    application = Starlette(routes=[Mount("/", files)])
    return httpx.AsyncClient(transport=httpx.ASGITransport(application), base_url="http://here")


@pytest.mark.parametrize("value", ["</script><script>", "<!--", {"a": ["<"]}])
def test_data_inside_a_script_cannot_end_it(value: object) -> None:
    assert "<" not in data(value)
    assert "\\u003c" in data(value)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("graphiql/graphiql.css", 200),
        ("shell/session.js", 200),
        ("page.py", 404),
        ("../page.py", 404),
        ("graphiql/graphiql.html", 404),
        ("nothing.js", 404),
        ("../../app.js", 404),
    ],
)
async def test_scripts_and_styles_are_given_and_nothing_else(path: str, status: int) -> None:
    response = await client(OwnFiles()).get(f"/{path}")
    assert response.status_code == status
    if status == 200:
        assert response.headers["cache-control"] == "no-cache"
        assert response.headers["x-content-type-options"] == "nosniff"


async def test_files_that_were_not_fetched_are_not_found_and_those_that_were_are_kept(tmp_path: Path) -> None:
    kept = client(KeptFiles(tmp_path / "static"))
    assert (await kept.get("/a.js")).status_code == 404
    (tmp_path / "static").mkdir()
    (tmp_path / "static" / "a.js").write_text("1")
    assert "immutable" in (await kept.get("/a.js")).headers["cache-control"]

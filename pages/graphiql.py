"""GraphiQL at /graphql: the page around it, the prepared queries, and what to run where its files are missing."""

from dataclasses import dataclass
from html import escape
from pathlib import Path
from textwrap import wrap

from starlette.requests import Request
from starlette.responses import HTMLResponse

from engine.operation.message import localize, preferred_language
from pages.assets import STATIC, Asset, assets
from pages.page import FOLDER, data, render

QUERIES = FOLDER / "queries"
COMMENT_WIDTH = 34
COMMAND = "make graphiql" if (FOLDER.parent / "Makefile").is_file() else "pheromone graphiql"


@dataclass(frozen=True, slots=True)
class GraphiQL:
    """The page. `open_schema` says that the schema may be read without signing in."""

    open_schema: bool = False
    folder: Path = STATIC

    async def __call__(self, request: Request) -> HTMLResponse:
        if any(not (self.folder / asset.place).is_file() for asset in assets()):
            return render("missing", request, 503, command=COMMAND)
        language = preferred_language(request.headers.get("accept-language", ""))
        setup = {"tabs": prepared_tabs(language), "openSchema": self.open_schema}
        files = "\n    ".join(map(_element, assets()))
        return render("graphiql", request, files=files, setup=data(setup))


def prepared_tabs(language: str) -> list[dict[str, str]]:
    """GraphiQL's `defaultTabs`: each query of queries/, in the order of its name, and its variables beside it.

    What a query is for stands above it as a comment, in lines that end before the editor's buttons.
    """
    tabs = []
    for path in sorted(QUERIES.glob("*.graphql")):
        name = path.stem.partition("_")[2]
        comment = "".join(f"# {line}\n" for line in wrap(localize(f"query_{name}", language), COMMENT_WIDTH))
        tab = {"query": comment + path.read_text("utf-8")}
        variables = path.with_suffix(".json")
        tabs.append({**tab, "variables": variables.read_text("utf-8")} if variables.exists() else tab)
    return tabs


def _element(asset: Asset) -> str:
    address, integrity = escape(f"/static/{asset.place}"), escape(asset.integrity)
    if asset.path.endswith(".css"):
        return f'<link rel="stylesheet" href="{address}" integrity="{integrity}">'
    return f'<script defer src="{address}" integrity="{integrity}"></script>'

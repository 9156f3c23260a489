"""GraphiQL at /graphql: the page around it, the prepared queries, and what to run where its files are missing."""

from dataclasses import dataclass
from pathlib import Path
from textwrap import wrap

from starlette.requests import Request
from starlette.responses import HTMLResponse

from engine.operation.message import localize, preferred_language
from pages.assets import STATIC, assets, element_of
from pages.page import BROWSER, render, render_alone

QUERIES = BROWSER / "graphiql" / "queries"
COMMENT_WIDTH = 34
COMMAND = "make graphiql" if (BROWSER.parents[1] / "Makefile").is_file() else "pheromone graphiql"


@dataclass(frozen=True, slots=True)
class GraphiQL:
    """The page. `open_schema` says that the schema may be read without signing in."""

    open_schema: bool = False
    folder: Path = STATIC

    async def __call__(self, request: Request) -> HTMLResponse:
        if any(not (self.folder / asset.place).is_file() for asset in assets()):
            return render_alone("graphiql/missing", request, 503, command=COMMAND)
        language = preferred_language(request.headers.get("accept-language", ""))
        setup = {"tabs": prepared_tabs(language), "openSchema": self.open_schema}
        files = "\n    ".join(map(element_of, assets()))
        return render("graphiql/graphiql", request, files=files, setup=setup)


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

"""What every page for browsers has in common: the shell around it, its headers, words and files. No page of its own."""

import json
from html import escape
from pathlib import Path
from string import Template

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from engine.operation.message import preferred_language, words

BROWSER = Path(__file__).parent / "browser"
SHELL = BROWSER / "shell" / "shell.html"
# Scripts and styles come from this origin and none stands in the page; a page sends its data to this origin alone.
POLICY = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src data:",
    "font-src data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
)
HEADERS = {
    "cache-control": "no-cache",
    "content-security-policy": "; ".join(POLICY),
    "cross-origin-opener-policy": "same-origin",
    "referrer-policy": "no-referrer",
    "vary": "accept, accept-language",
    "x-content-type-options": "nosniff",
}


def render(page: str, request: Request, *, title: str = "", setup: object = None, files: str = "") -> HTMLResponse:
    """The page whose files are `browser/PAGE.html`, `.css` and `.js`, inside the shell, in the reader's language.

    Its words are the sentences `NAME.…` of messages, NAME being the last part of `page`, beside those of the shell;
    `$name` in its HTML stands for one of them. `setup` is handed to its script as JSON. `title` stands before the
    service's name, and is the page's own sentence `title` where it is not given. `files` is markup for the head.
    """
    language = preferred_language(request.headers.get("accept-language", ""))
    around, own = words("shell", language), words(page.rpartition("/")[2], language)
    main = Template((BROWSER / f"{page}.html").read_text("utf-8")).substitute(_escaped(around | own))
    markup = {"language": language, "words": data(around | own), "setup": data(setup), "files": files, "page": page}
    shell = _escaped(around | {"title": title or own["title"]})
    html = Template(SHELL.read_text("utf-8")).substitute(shell, **markup, main=main)
    return HTMLResponse(html, 200, HEADERS)


def render_alone(page: str, request: Request, status: int, **values: str) -> HTMLResponse:
    """The page `browser/PAGE.html` without the shell and without scripts: for when scripts are what is missing."""
    language = preferred_language(request.headers.get("accept-language", ""))
    shown = _escaped(words(page.rpartition("/")[2], language) | values)
    html = Template((BROWSER / f"{page}.html").read_text("utf-8")).substitute(shown, language=language)
    return HTMLResponse(html, status, HEADERS)


def _escaped(texts: dict[str, str]) -> dict[str, str]:
    return {name: escape(text) for name, text in texts.items()}


def data(value: object) -> str:
    """JSON that can stand inside a script element, whatever it says."""
    return json.dumps(value, ensure_ascii=False).replace("<", "\\u003c")


class OwnFiles(StaticFiles):
    """The pages' own scripts and styles. Browsers ask each time whether they changed."""

    def __init__(self) -> None:
        super().__init__(directory=BROWSER)

    async def get_response(self, path: str, scope: Scope) -> Response:
        if not path.endswith((".js", ".css")):
            raise HTTPException(404)
        return _sealed(await super().get_response(path, scope), "no-cache")


class KeptFiles(StaticFiles):
    """Files whose address changes with their content, so that browsers need not ask for them again."""

    def __init__(self, folder: Path) -> None:
        super().__init__(directory=folder, check_dir=False)
        self.folder = folder

    async def check_config(self) -> None:
        if not self.folder.is_dir():
            raise HTTPException(404)  # Nothing was fetched yet; the page itself says what to run.
        await super().check_config()

    async def get_response(self, path: str, scope: Scope) -> Response:
        return _sealed(await super().get_response(path, scope), "public, max-age=31536000, immutable")


def _sealed(response: Response, caching: str) -> Response:
    response.headers["cache-control"] = caching
    response.headers["cross-origin-resource-policy"] = "same-origin"
    response.headers["x-content-type-options"] = "nosniff"
    return response

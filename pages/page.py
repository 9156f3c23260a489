"""What every page for browsers has in common: its security headers, its words, its own scripts. No page of its own."""

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

FOLDER = Path(__file__).parent
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


def render(name: str, request: Request, status: int = 200, **markup: str) -> HTMLResponse:
    """The page `name`.html with its words in the reader's language.

    The words are escaped; `markup` is written as it is. `$words` holds them all, for the page's script.
    """
    language = preferred_language(request.headers.get("accept-language", ""))
    shown = words(name, language)
    template = Template((FOLDER / f"{name}.html").read_text("utf-8"))
    values = {key: escape(text) for key, text in shown.items()}
    html = template.substitute(values, language=language, words=data(shown), **markup)
    return HTMLResponse(html, status, HEADERS)


def data(value: object) -> str:
    """JSON that can stand inside a script element, whatever it says."""
    return json.dumps(value, ensure_ascii=False).replace("<", "\\u003c")


class OwnFiles(StaticFiles):
    """The pages' own scripts and styles. Browsers ask each time whether they changed."""

    def __init__(self) -> None:
        super().__init__(directory=FOLDER)

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

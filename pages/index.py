"""The first page: the alliances, the viewer's own before the others, and where to sign in. Programs get addresses."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from pages.page import render

PLACES = {"graphql": "/graphql", "schema": "/schema.graphql", "health": "/healthz"}
"""Where programs go on from here."""


async def index_page(request: Request) -> Response:
    """For browsers; whoever takes any type is a program, and is told where the API is."""
    if "text/html" not in request.headers.get("accept", ""):
        return JSONResponse(PLACES, headers={"vary": "accept"})
    return render("index/index", request)

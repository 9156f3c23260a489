"""The page of one alliance, for those who administer it: a shell. Its script asks for data like any client."""

from html import escape

from starlette.requests import Request
from starlette.responses import HTMLResponse

from pages.page import data, render

LONGEST_TAG = 48


async def alliance_page(request: Request) -> HTMLResponse:
    """One shell for every tag: whether the alliance exists is for its script to find out, once signed in."""
    tag = str(request.path_params["tag"])[:LONGEST_TAG]
    return render("alliance", request, tag=escape(tag), setup=data({"tag": tag}))

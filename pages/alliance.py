"""The page of one alliance. Its script asks for data like any client."""

from starlette.requests import Request
from starlette.responses import HTMLResponse

from pages.assets import CHARTS, STATIC, element_of
from pages.page import render

LONGEST_TAG = 48


async def alliance_page(request: Request) -> HTMLResponse:
    """One page for every tag: whether the alliance exists is for its script to find out, once signed in."""
    tag = str(request.path_params["tag"])[:LONGEST_TAG]
    # Where the charts' files were not fetched the page says so, and shows the figures as a table.
    files = "\n    ".join(element_of(asset) for asset in CHARTS if (STATIC / asset.place).is_file())
    return render("alliance/alliance", request, title=tag, setup={"tag": tag}, files=files)

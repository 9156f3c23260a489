"""The pages of an alliance beside its table: what to send, orders, hostings, history, the viewer's own place.

One shell for all of them; which one it is, its script reads off the setup. They ask for data like any client.
"""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse

from domain.alliance.evolution import FACTS
from engine.operation.message import preferred_language, words
from pages.alliance import LONGEST_TAG
from pages.page import render

ROOMS = ("plan", "orders", "hostings", "history", "own")
# The game's names, which nobody translates.
_EVOLUTIONS = {evolution.name: facts[0] for evolution, facts in FACTS.items()}


async def room_page(request: Request) -> HTMLResponse:
    """One page for every tag: whether the alliance exists is for its script to find out, once signed in."""
    tag, room = str(request.path_params["tag"])[:LONGEST_TAG], request.path_params["room"]
    if room not in ROOMS:
        raise HTTPException(404)
    name = words("shell", preferred_language(request.headers.get("accept-language", "")))[f"tab_{room}"]
    setup = {"tag": tag, "room": room, "evolutions": _EVOLUTIONS}
    return render("rooms/rooms", request, title=f"{name} – {tag}", setup=setup)

"""The hand-written floor of live posts: bare Starlette, rooms of WebSockets, each message sent on as it came."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

rooms: dict[str, set[WebSocket]] = {}


async def listen(socket: WebSocket) -> None:
    """The first message names the room; the socket then only hears."""
    await socket.accept(subprotocol="graphql-transport-ws")
    room = rooms.setdefault(await socket.receive_text(), set())
    room.add(socket)
    try:
        await socket.receive_text()
    except WebSocketDisconnect:
        room.discard(socket)


async def say(request: Request) -> Response:
    text = (await request.body()).decode()
    for socket in list(rooms[request.path_params["room"]]):
        await socket.send_text(text)
    return Response("{}", media_type="application/json")


app = Starlette(routes=[WebSocketRoute("/listen", listen), Route("/say/{room}", say, methods=["POST"])])

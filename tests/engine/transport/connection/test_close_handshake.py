"""The server's end of a socket when the server stops just as the client leaves."""

import asyncio

import uvicorn
from starlette.types import Receive, Scope, Send
from websockets.asyncio.client import connect
from websockets.frames import Close, Frame, Opcode

from engine.transport.connection.close_handshake import LingeringSocket

LEAVING = Frame(Opcode.CLOSE, Close(1000, "").serialize()).serialize(mask=True)


async def _accepting(_scope: Scope, receive: Receive, send: Send) -> None:
    await receive()
    await send({"type": "websocket.accept"})
    await receive()


async def test_a_client_that_is_leaving_does_not_break_off_a_shutdown() -> None:
    config = uvicorn.Config(_accepting, port=0, lifespan="off", log_config=None, ws=LingeringSocket)
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - uvicorn tells nobody
        await asyncio.sleep(0.005)
    port = server.servers[0].sockets[0].getsockname()[1]
    async with connect(f"ws://127.0.0.1:{port}"):
        (connection,) = server.server_state.connections
        assert isinstance(connection, LingeringSocket)
        # What the kernel hands over in the turn of the loop in which the server is told to stop.
        connection.data_received(LEAVING)
        connection.shutdown()
    server.should_exit = True
    await asyncio.wait_for(serving, 5)

"""Taking HOST:PORT before anything else is done, for the server to serve on. Knows nothing of what is served."""

import errno
import os
import socket

from commands.runtime import cli_error, localized

BACKLOG = 2048
NOT_HERE = (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT)


def listen(host: str, port: int) -> list[socket.socket]:
    """A socket for each address of the host; ends the program with 1 and a line where they cannot be had.

    They listen at once: as long as nobody listens, several programs can bind one port.
    """
    taken: list[socket.socket] = []
    try:
        _take(host, port, taken)
    except OSError as error:
        for one in taken:
            one.close()
        raise cli_error(_reason(place(host, port), error), 1) from None
    return taken


def place(host: str, port: int) -> str:
    """Both as they stand in an address."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _take(host: str, port: int, taken: list[socket.socket]) -> None:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    for family, _, _, _, address in found:
        try:
            taken.append(socket.create_server(address, family=family, backlog=BACKLOG))
        except OSError as error:
            # A name such as localhost stands for IPv6 too, also where there is none.
            if error.errno not in NOT_HERE:
                raise
    if not taken:
        raise OSError(errno.EADDRNOTAVAIL, os.strerror(errno.EADDRNOTAVAIL))


def _reason(where: str, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return localized(
            f"PORT: {where} est déjà pris par un autre programme.", f"PORT: {where} is taken by another program."
        )
    # What the socket module adds to it says the same address once more.
    return f"HOST, PORT: {where}: {str(error.strerror).partition(' (while')[0]}"

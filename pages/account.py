"""The pages of one's own account: registering, a forgotten password, and the account itself. Asks for no data.

Tested in tests/browser/test_account.py.
"""

from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

from engine.operation.context import Runtime
from pages.page import render


class AccountPages:
    """The routes. What the service lets everybody do is told to the scripts, which then offer no more than that."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    def routes(self) -> list[Route]:
        return [
            Route("/account", self._account),
            Route("/account/register", self._register),
            Route("/account/forgotten", self._forgotten),
        ]

    async def _account(self, request: Request) -> HTMLResponse:
        return render("account/account", request)

    async def _register(self, request: Request) -> HTMLResponse:
        return render("account/register", request, setup={"registration": self._runtime.registration.value})

    async def _forgotten(self, request: Request) -> HTMLResponse:
        return render("account/forgotten", request, setup={"mails": self._runtime.outbox is not None})

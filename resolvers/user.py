"""Accounts: what a selection asks of those that are there already, in one query a relation."""

from collections.abc import Sequence

from models.user import UserView
from resolvers.context import Context
from resolvers.selection import Selection


async def fill_users(context: Context, users: Sequence[UserView], selection: Selection) -> None:
    """Sets what is selected and no column of the account itself."""

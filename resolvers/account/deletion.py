"""An account that its owner deletes, for good."""

from domain.core.refusal import Code, Refusal
from engine.operation.context import Info
from models.account.departure import delete_user
from models.core.transaction import write
from permissions.viewer import ANONYMOUS
from resolvers.account.own_password import confirmed


async def delete_account(info: Info, password: str) -> bool:
    """Takes the password, and signs the account out for the rest of the operation too."""
    context = info.context
    found = await confirmed(context, password, "password")
    await write(lambda: delete_user(found.user_id, context.now()))
    context.viewer, context.token_refusal = ANONYMOUS, Refusal(Code.UNAUTHENTICATED, "ended_session")
    return True

"""Asks for the password of the account that is signed in, before what a stolen session alone must not do.

Tested in tests/resolvers/account/test_password_change.py.
"""

from domain.account.password import check_typed_password
from domain.core.refusal import Code, Refusal, bad_input
from engine.operation.context import Context
from engine.throttle.throttle import place_of
from models.account.credential import Credential, credential_of
from models.account.password import matches
from observability.failed_sign_in import note_failed_sign_in
from resolvers.account.sign_in.login_throttle import admit_login, admit_place


async def confirmed(context: Context, password: str, field: str) -> Credential:
    """The viewer's own account once its password was typed right, else BAD_INPUT. Tries are counted with logins."""
    check_typed_password(password, field)
    place = place_of(context.address)
    await admit_place(context.runtime.throttle, place)
    found = await credential_of(context.viewer.user_id or 0)
    if found is None:
        raise Refusal(Code.UNAUTHENTICATED, "ended_session")
    attempt = await admit_login(context.runtime.throttle, place, "", found.user_id)
    if not await matches(password, found.password_hash):
        await attempt.failed()
        refusal = bad_input(field, "wrong_password")
        note_failed_sign_in(context.address, context.viewer.user_id, refusal, "password")
        raise refusal
    await attempt.succeeded()
    return found

"""What accounts are written by mail, where the operator has it sent: codes to set a password, and word of changes."""

from domain.account.user import login_key
from domain.core.refusal import Code, Refusal
from engine.mail.outbox import Mail
from engine.operation.context import Context, Info
from engine.operation.message import localize
from engine.throttle.throttle import Limit, admit, place_of
from models.account.code.one_time_code import BY_MAIL, make_code
from models.account.credential import credential
from models.core.transaction import write

ASKED_HERE = Limit("reset-address", 10, 3600)
ASKED_ACCOUNT = Limit("reset-account", 3, 3600)
"""Beyond it nothing is sent and nothing is said: a refusal would tell that there is an account."""


async def request_password_reset(info: Info, login: str) -> bool:
    """One answer after one and the same work: what depends on there being an account is done beside the request."""
    context = info.context
    outbox, throttle = context.runtime.outbox, context.runtime.throttle
    if outbox is None:
        raise Refusal(Code.FORBIDDEN, "no_mail")
    key, is_email = login_key(login)
    await admit(throttle, (ASKED_HERE, place_of(context.address)))
    language, now = context.language, context.now()

    async def mail() -> Mail | None:
        found = await credential(key, is_email=is_email)
        if found is None or not found.is_active or await throttle.take(ASKED_ACCOUNT, str(found.user_id)):
            return None
        made = await write(lambda: make_code(found.user_id, now, BY_MAIL))
        return _mail(found.email, "reset", language, username=found.username, code=made.code)

    if not outbox.post(mail):
        raise Refusal(Code.RATE_LIMITED, "rate_limited", retry_after=60)
    return True


def tell_by_mail(context: Context, email: str, username: str, what: str) -> None:
    """Word of a change to the address that the account had before it. Lost where too many mails wait."""
    if context.runtime.outbox is not None:
        told = _mail(email, what, context.language, username=username)

        async def mail() -> Mail:
            return told

        context.runtime.outbox.post(mail)


def _mail(to: str, what: str, language: str, **details: object) -> Mail:
    subject = localize(f"mail_{what}_subject", language, details)
    return Mail(to, subject, localize(f"mail_{what}", language, details) + "\n")

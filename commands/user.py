"""`pheromone user`: accounts for the operator: listing, making, giving a role, a new password. Decides no rule.

A password is typed at a prompt, or is the first line of what is piped in; never an argument, which others could read.
"""

import sys
from typing import Annotated

import typer

from commands.runtime import Commands, command, localized, settings_or_exit, with_database
from domain.account.password import check_password
from domain.account.user import check_email, check_username, login_key
from domain.core.refusal import bad_input, not_found
from engine.operation.context import utc_now
from models.account import user as accounts
from models.account.administration import administrators, check_administered, lock_accounts
from models.account.code.one_time_code import BY_HAND, MadeCode, forget_codes, make_code
from models.account.credential import Credential, change_password, credential, insert_user, refuse_taken
from models.account.password import new_hash
from models.account.role import RoleView, all_roles
from models.account.session import revoke_all_of
from models.account.user import UserFilter, UserView, emails_of, user_page
from models.core.keyset import Window
from models.core.transaction import write

PAGE = 500
user = Commands()
command.add_typer(user, name="user", help=localized("Comptes du service.", "Accounts of the service."))
Name = Annotated[
    str, typer.Argument(metavar="NAME", help=localized("Nom ou adresse du compte.", "The account's name or address."))
]

ByCode = Annotated[
    bool,
    typer.Option(
        "--code",
        help=localized(
            "Affiche un code à usage unique pour choisir le mot de passe, au lieu de le demander.",
            "Prints a one-time code to choose the password with, instead of asking for it.",
        ),
    ),
]
UNUSABLE_HASH = "!"


@user.command("list", help=localized("Liste les comptes avec leur rôle.", "Lists the accounts with their roles."))
def list_(
    role: Annotated[
        str | None, typer.Option(help=localized("Un rôle, comme admin ; tous sinon.", "A role, such as admin; or all."))
    ] = None,
) -> None:
    async def work() -> None:
        roles, after = {one.pk: one for one in await all_roles()}, 0
        while page := await user_page(UserFilter(role=role), Window(PAGE, (after,))):
            emails = await emails_of([one.pk for one in page])
            for one in page:
                typer.echo(_line(one, roles[one.role_id], emails[one.pk]))
            after = page[-1].pk

    with_database(settings_or_exit(), work)


def _line(one: UserView, role: RoleView, email: str) -> str:
    state = localized("actif", "active") if one.is_active else localized("désactivé", "inactive")
    return "\t".join((one.username, role.name, state, f"{one.created_at:%Y-%m-%d}", email))


@user.command(
    help=localized(
        "Crée un compte, par exemple celui du premier administrateur : --role admin.",
        "Makes an account, such as the first administrator's: --role admin.",
    )
)
def create(
    name: Annotated[str, typer.Argument(help=localized("Nom du compte.", "The account's name."))],
    email: Annotated[str, typer.Option(help=localized("Son adresse.", "Its address."))],
    role: Annotated[str, typer.Option(help=localized("Son rôle.", "Its role."))] = "player",
    code: ByCode = False,  # noqa: FBT002
) -> None:
    async def work() -> None:
        username, address = check_username(name), check_email(email)
        chosen = await _role(role)
        await refuse_taken(username[1], address[1])
        password_hash = UNUSABLE_HASH
        if not code:
            password_hash = await new_hash(check_password(_typed_password(), username[0], address[0]))

        async def account() -> MadeCode | None:
            made = await insert_user(username, address, password_hash, chosen.pk, utc_now())
            return await make_code(made.id, utc_now(), BY_HAND) if code else None

        made = await write(account)
        typer.echo(localized(f"{username[0]} : compte créé ({role}).", f"{username[0]}: account made ({role})."))
        _show(made)

    with_database(settings_or_exit(), work)


@user.command(help=localized("Donne un rôle à un compte.", "Gives an account a role."))
def promote(name: Name, role: Annotated[str, typer.Option(help=localized("Le rôle.", "The role."))] = "admin") -> None:
    async def work() -> None:
        found, chosen = await _account(name), await _role(role)

        async def change() -> None:
            await lock_accounts()
            before = await administrators()
            if await accounts.update_user_role(found.user_id, chosen.pk, utc_now()):
                await accounts.tell_role(found.user_id, chosen.label, utc_now())
            await check_administered(before)

        await write(change)
        typer.echo(f"{name}: {role}")

    with_database(settings_or_exit(), work)


@user.command(
    help=localized(
        "Donne un nouveau mot de passe à un compte et termine ses sessions.",
        "Gives an account a new password and ends its sessions.",
    )
)
def password(name: Name, code: ByCode = False) -> None:  # noqa: FBT002
    async def work() -> None:
        found = await _account(name)
        if code:
            _show(await write(lambda: make_code(found.user_id, utc_now(), BY_HAND)))
            return
        password_hash = await new_hash(check_password(_typed_password(), found.username, found.email))

        async def change() -> None:
            await change_password(found.user_id, password_hash, utc_now())
            await forget_codes(found.user_id)
            await revoke_all_of(found.user_id, utc_now())

        await write(change)
        typer.echo(localized(f"{name} : mot de passe changé.", f"{name}: password changed."))

    with_database(settings_or_exit(), work)


def _show(made: MadeCode | None) -> None:
    """A code, for whom `resetPassword` is to be called by."""
    if made is not None:
        words = localized("à usage unique, jusqu'au", "for one use, until")
        typer.echo(f"{made.code} ({words} {made.expires_at:%Y-%m-%d %H:%M} UTC)")


def _typed_password() -> str:
    """Asked for twice at a terminal, where it is not shown; otherwise the first line of the standard input."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().removesuffix("\n")
    words = localized("Mot de passe", "Password")
    again = localized("Encore une fois", "Once more")
    typed: str = typer.prompt(words, hide_input=True, confirmation_prompt=again)
    return typed


async def _account(name: str) -> Credential:
    key, is_email = login_key(name)
    found = await credential(key, is_email=is_email)
    if found is None:
        raise not_found(name)
    return found


async def _role(name: str) -> RoleView:
    for one in await all_roles():
        if one.name == name and one.is_active:
            return one
    raise bad_input("--role", "unknown_role")

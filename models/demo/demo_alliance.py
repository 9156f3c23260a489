"""Demo data of two alliances: members, censuses, orders in every state, convoys, some of them cancelled.

Everything goes through the same writes as the players' own, at instants of the past. Harvests are planted elsewhere.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.alliance.census import Census, write_census
from domain.alliance.evolution import FACTS, Evolution, Kind
from domain.alliance.member import Adjustment
from domain.core.day import minute_of
from domain.core.name import name_key
from domain.orders.order import OrderStatus
from models.account.author import Author
from models.alliance.alliance_founding import create_alliance
from models.alliance.census.census_submission import submit_census
from models.alliance.member import MemberView, members_of
from models.alliance.member_claim import add_claim
from models.alliance.member_place import confirm_member, update_member_rank
from models.alliance.member_state import save_last_updates, save_rights
from models.alliance.member_sync import TableRow, sync_members
from models.alliance.member_topic import retitle_members
from models.core.lock import alone
from models.core.transaction import write
from models.orders.convoy import convoy_by_id
from models.orders.convoy_sending import cancel_convoy, send_convoy
from models.orders.order import OrderView, orders_by_ids
from models.orders.order_change import OrderFields, place_order, set_order_status

WEEKS = 3
"""Since the alliances were founded; their first rights date from then."""

_NAMES = (
    *("Attila", "Bérénice", "Čárka", "Dulcinée", "Esope", "Fantine", "Gavroche", "Hermine", "Isidore", "Jocaste"),
    *("Knut", "Lancelot", "Myrmidon", "Nausicaa", "Ombre Noire", "Paco", "Quasimodo", "R2D2", "Sœur Anne", "Tzigane"),
    *("Ulysse", "Virgile", "Wolfram", "x_Fourmi_x", "Yseult", "Zoé", "le-Duc", "L'Ancien", "Ariane", "Balthazar"),
    *("Cosette", "Diogène", "Eurydice", "Figaro", "Guenièvre", "Hypatie", "Iphigénie", "Javert", "Kim", "Léonidas"),
)
_UNITS = ("Jeune Soldate Naine", "Soldate Naine", "Naine d’Elite", "Jeune Soldate", "Soldate", "Concierge")


@dataclass(frozen=True, slots=True)
class DemoAlliance:
    """Its tag, name, how many members, the account that administers, those that play other members, or ask to."""

    tag: str
    name: str
    size: int
    administrator: str
    players: tuple[str, ...]
    is_census_missing: bool
    claimants: tuple[str, ...] = ()


ALLIANCES = (
    DemoAlliance(
        "FDR",
        "Fourmis de Rivoli",
        12,
        "player_mutant",
        ("player_neutral",),
        is_census_missing=False,
        claimants=("player_no_char",),
    ),
    DemoAlliance("TRM", "Termitière", 40, "player_pure", ("player_no_char",), is_census_missing=True),
)


async def seed_alliances(user_ids: Mapping[str, int], now: datetime) -> list[int]:
    """Plants both in one write; gives their numbers. `user_ids` are the demo accounts' by username."""

    async def work() -> list[int]:
        with alone():
            return [await _plant(alliance, user_ids, minute_of(now)) for alliance in ALLIANCES]

    return await write(work)


async def _plant(alliance: DemoAlliance, user_ids: Mapping[str, int], now: datetime) -> int:
    began = now - timedelta(weeks=WEEKS)
    pseudos = _NAMES[: alliance.size]
    founder = Author(user_ids[alliance.administrator], pseudos[0])
    key = name_key(alliance.tag)
    pk = await create_alliance(alliance.tag, key, alliance.name, pseudos[0], founder, began)
    table = [
        TableRow(pseudo, 400_000 + 53_000 * (7 * place % 31), 10_000 + 17 * place, 40 + 3 * place, 400 - 7 * place)
        for place, pseudo in enumerate(pseudos)
    ]
    own = (await members_of([pk]))[pk][0].pk
    await sync_members(pk, table, own, founder, began)
    members = sorted((await members_of([pk]))[pk], key=lambda member: pseudos.index(member.pseudo))
    for place, username in enumerate(alliance.players, 1):
        await add_claim(pk, members[place].pk, user_ids[username], began)
        await confirm_member(members[place], user_ids[username], began)
    for username in alliance.claimants:
        await add_claim(pk, members[-1].pk, user_ids[username], now)
    await _give_ranks(members, began)
    await _give_shares(members, alliance, began)
    members = sorted((await members_of([pk]))[pk], key=lambda member: pseudos.index(member.pseudo))
    await _report(members[: -1 if alliance.is_census_missing else None], now)
    await _trade(members, now)
    return pk


async def _give_ranks(members: list[MemberView], now: datetime) -> None:
    for place, member in enumerate(members[:6]):
        rank, order = (("Conseil", 9), ("Ouvrier / Convoyeur", 4))[place > 2]
        await update_member_rank(member, rank, order, now, can_administer=place == 0)


async def _give_shares(members: list[MemberView], alliance: DemoAlliance, began: datetime) -> None:
    """Coefficients around the base share. Whoever has no census has no share either: nothing blocks the harvests."""
    rows = []
    for place, member in enumerate(members):
        last = alliance.is_census_missing and place == len(members) - 1
        coefficient = 0.0 if last else (100.0, 80.0, 120.0, 100.0, 50.0)[place % 5]
        adjustment = (Adjustment.UP, Adjustment.EXACT, Adjustment.DOWN)[place % 3]
        await save_rights(member.pk, coefficient, adjustment, 0)
        rows.append((member.pk, member.tdc, began, 0))
    await save_last_updates(rows)
    await retitle_members([member.pk for member in members], began)


async def _report(members: list[MemberView], now: datetime) -> None:
    """Two censuses each, a week and a day old, at a minute of their own."""
    for place, member in enumerate(members):
        for days in (7, 1):
            census = _census(place, older=days == 7)
            await submit_census(member, write_census(census), now - timedelta(days=days, minutes=11 * place))


def _census(place: int, *, older: bool) -> Census:
    levels = {
        evolution: 5 + (place * (number + 3) + number) % 17
        for number, (evolution, fact) in enumerate(FACTS.items())
        if fact.kind is not Kind.RESOURCE
    }
    for number, evolution in enumerate((Evolution.COUVEUSE, Evolution.SOLARIUM, Evolution.LABORATOIRE)):
        levels[evolution] = 16 + (place + number) % 6 - (1 if older else 0)
    stocks = 1_000_000 * (3 + place % 9)
    units = {name: 1_000 * (place + 1) * (number + 2) for number, name in enumerate(_UNITS) if (place + number) % 3}
    tdc = 400_000 + 53_000 * (7 * place % 31)
    free = 250_000 * ((place + 1) % 4)  # Who carry what is sent: of some members all workers keep the hunting ground.
    return Census(stocks, 4 * stocks, tdc, tdc + free, levels, units)


# ---- orders and convoys -------------------------------------------------------------

_WISHES = (
    (Evolution.COUVEUSE, 40_000_000, 0, -6),
    (Evolution.DOME, 25_000_000, 0, 9),
    (Evolution.SOLARIUM, 60_000_000, 0, 12),
    (Evolution.TECHNIQUE_PONTE, 8_000_000, 8_000_000, 5),
    (Evolution.MATERIAUX, 5_000_000, 0, -1),
    (Evolution.LABORATOIRE, 33_000_000, 0, 20),
    (Evolution.NOURRITURE, 0, 12_000_000, 3),
    (None, 2_000_000, 1_000_000, 15),
)
"""What is asked for, materials, food, and in how many days it is due."""


async def _trade(members: list[MemberView], now: datetime) -> None:
    """Orders in all six states: the first is delivered, which has the best of those that wait go in progress."""
    placed = []
    for place, (evolution, materials, food, days) in enumerate(_WISHES):
        wish = OrderFields(evolution, food, materials, (now + timedelta(days=days)).date(), None)
        at = now - timedelta(days=10 - place, minutes=13 * place)
        placed.append(await place_order(members[place], wish, at))
    orders = await orders_by_ids(placed)
    first, *others = [orders[pk] for pk in placed]
    for order in (first, *others[:3]):
        await set_order_status(order, OrderStatus.WAITING, None, now - timedelta(days=2))
    await set_order_status(first, OrderStatus.IN_PROGRESS, None, now - timedelta(days=2))
    await _deliver(first, members, now - timedelta(days=1))
    await set_order_status(others[4], OrderStatus.CANCELLED, None, now - timedelta(hours=20))
    await set_order_status(others[5], OrderStatus.DELETED, None, now - timedelta(hours=19))
    waiting = await orders_by_ids([order.pk for order in others])
    for order in waiting.values():
        if order.status is OrderStatus.IN_PROGRESS:
            await _start(order, members, now)


async def _deliver(order: OrderView, members: list[MemberView], at: datetime) -> None:
    """Three convoys that together pass what was asked, and one that was cancelled."""
    for place, materials in enumerate((15_000_000, 15_000_000, 12_000_000)):
        sent_at = at - timedelta(hours=8 - 2 * place)
        sender = members[place + 1]
        await send_convoy(order, sender, members[0], 0, materials, sent_at + timedelta(hours=9), sent_at)
        if place == 0:
            await _cancel(order, members[3], members[0], 7_000_000, sent_at + timedelta(minutes=5))


async def _start(order: OrderView, members: list[MemberView], now: datetime) -> None:
    """Convoys that are under way, one of them cancelled."""
    recipient = next(member for member in members if member.pk == order.requester_id)
    senders = [member for member in members if member.pk != recipient.pk]
    for place in (0, 1):
        sent_at = now - timedelta(hours=3 - place)
        arrival = now + timedelta(hours=4 + 5 * place)
        await send_convoy(order, senders[place], recipient, 0, 2_000_000, arrival, sent_at)
    await _cancel(order, senders[2], recipient, 1_000_000, now - timedelta(hours=1))


async def _cancel(order: OrderView, sender: MemberView, recipient: MemberView, materials: int, at: datetime) -> None:
    number = await send_convoy(order, sender, recipient, 0, materials, at + timedelta(hours=9), at)
    convoy = await convoy_by_id(number)
    if convoy is not None:
        await cancel_convoy(convoy, recipient, order, at + timedelta(minutes=3))

"""Sealed and opened posts a second beside bare AES-GCM of the same bytes, and what it costs to find nothing changed."""

import os
import statistics
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from uuid import UUID, uuid4

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from domain.hosting.cipher import AssociatedData, Kind, open_token, seal_token
from domain.hosting.envelope import keyring
from domain.hosting.sealed_text import SealedText, read_sealed_text, write_sealed_text
from models.alliance.alliance import Alliance
from models.core.database import fetch
from models.forum.section import Section
from models.forum.tree.category import Category
from models.hosting.hosting import accept_hosting
from models.hosting.hosting_proposal import open_hosting
from models.hosting.key.alliance_key import use_master_keys
from models.hosting.key.trail import Actor
from models.hosting.sync.inbound import sync_status

ROUNDS, POSTS, CHECKS = 5, 2000, 300
BODY = "Envoi de 1 200 000 matériaux à Zoé, arrivée prévue dans deux heures et demie. " * 4
NOW = datetime(2026, 3, 14, 10, 17, tzinfo=UTC)


def measure_sealing() -> None:
    """Posts as they are sealed: with author and time, padded, each under a key of its own."""
    key, uuid = os.urandom(32), UUID(int=1)
    places = [AssociatedData(Kind.BODY, uuid, "FDR", "TRM", uuid, UUID(int=number), 0) for number in range(POSTS)]
    line = write_sealed_text(SealedText(BODY, "Zoé", 1, None, NOW))
    sealed: list[str] = []
    bare: list[tuple[bytes, bytes]] = []
    ring, plain, gcm = keyring(key), line.encode(), AESGCM(key)

    def seal() -> None:
        sealed[:] = [seal_token(key, place, line, salt=os.urandom(32), nonce=os.urandom(12)) for place in places]

    def unseal() -> None:
        for token, place in zip(sealed, places, strict=True):
            opened = open_token(token, ring, place)
            assert isinstance(opened, str)
            assert read_sealed_text(opened) is not None

    def seal_bare() -> None:
        bare[:] = [((nonce := os.urandom(12)), gcm.encrypt(nonce, plain, None)) for _ in places]

    def unseal_bare() -> None:
        for nonce, ciphertext in bare:
            gcm.decrypt(nonce, ciphertext, None)

    for name, ours, floor in (("sealed", seal, seal_bare), ("opened", unseal, unseal_bare)):
        rates = [(_rate(ours), _rate(floor)) for _ in range(ROUNDS)]
        mine, theirs = (statistics.median(column) for column in zip(*rates, strict=True))
        print(
            f"posts of {len(plain)} bytes {name}: {mine:.0f}/s, bare AES-GCM {theirs:.0f}/s, ratio {mine / theirs:.2f}"
        )


def _rate(work: Callable[[], None]) -> float:
    start = time.perf_counter()
    work()
    return POSTS / (time.perf_counter() - start)


async def measure_check() -> None:
    """Beside the smallest statement that there is, on the open database."""
    use_master_keys(["a master key for benchmarks, long enough"])
    category = await Category.get(slug="alliances")
    numbers = []
    for tag in ("BMA", "BMB", "BMC"):
        made = await Alliance.create(tag=tag, tag_key=tag.casefold(), name=tag)
        for kind in ("MEMBERS", "ORDERS", "VAULT"):
            name = f"{tag} {kind} {uuid4().hex[:6]}"
            await Section.create(category=category, slug=name, name=name, name_key=name, kind=kind, alliance=made)
        numbers.append(made.id)
    await open_hosting(numbers[0], numbers[1], Actor(None, "bench"), NOW)
    await accept_hosting(numbers[0], numbers[1], NOW)

    async def check(alliance_id: int) -> None:
        await sync_status([alliance_id])

    async def nothing(_: int) -> None:
        await fetch("SELECT 1")

    for name, work, alliance_id in (
        ("the smallest statement", nothing, 0),
        ("nothing changed, no hosting", check, numbers[2]),
        ("nothing changed, hosting open", check, numbers[0]),
    ):
        print(f"{name}: {await _microseconds(work, alliance_id):.0f} µs")


async def _microseconds(work: Callable[[int], Awaitable[None]], alliance_id: int) -> float:
    times = []
    for _ in range(CHECKS):
        start = time.perf_counter()
        await work(alliance_id)
        times.append(time.perf_counter() - start)
    return statistics.median(times) * 1e6

"""Demo data: the seven accounts, the six sections and five topics of the source document, a deeper tree, two alliances.

Planted once into a founded database; what is there already is left alone.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.core.slug import slug
from models.account.author import Author
from models.account.character import insert_character
from models.account.credential import credential, insert_user
from models.account.faction import Clan, Faction
from models.account.password import matches
from models.account.role import Role
from models.account.user import User
from models.core.driver.patience import COMMAND, waiting
from models.core.lock import alone
from models.core.transaction import write
from models.demo.demo_alliance import seed_alliances
from models.demo.demo_harvest import seed_harvests
from models.demo.demo_hosting import seed_hosting
from models.forum.lock import LockedTopic
from models.forum.post import create_post
from models.forum.section import insert_section
from models.forum.topic_change import create_topic
from models.forum.tree.category import all_categories
from permissions.character import CharacterState

PASSWORD = "password123"  # noqa: S105 - known to everybody; such accounts are never planted in production

# Name, address, role, and the characters with their faction and clan.
ACCOUNTS: tuple[tuple[str, str, str, tuple[tuple[str, str | None, str | None], ...]], ...] = (
    ("admin_test", "admin@test.com", "admin", ()),
    ("moderator_test", "moderator@test.com", "moderator", ()),
    ("gm_test", "gm@test.com", "game_master", ()),
    ("player_mutant", "mutant@test.com", "player", (("Sève", "eveilles", "symbiotes"), ("Ronce", "eveilles", None))),
    ("player_pure", "pure@test.com", "player", (("Aldric", "inalteres", "gardiens"), ("Maëlle", "inalteres", None))),
    ("player_neutral", "neutral@test.com", "player", (("Passeur", "neutres", "errants"),)),
    ("player_no_char", "nochar@test.com", "player", ()),
)
# Name, category, name of the parent, description, faction, clan.
SECTIONS: tuple[tuple[str, str, str | None, str, str | None, str | None], ...] = (
    ("Annonces", "general", None, "Les nouvelles du jeu, par l'équipe.", None, None),
    ("Discussions HRP", "hrp", None, "Se présenter, s'organiser, bavarder.", None, None),
    ("Taverne des Survivants", "rp", None, "Toutes les factions y boivent.", None, None),
    ("L'Oasis des Transformés", "rp", None, "Réservée aux Éveillés.", "eveilles", None),
    ("La Citadelle Inaltérée", "rp", None, "Réservée aux Inaltérés.", "inalteres", None),
    ("Sanctuaire des Symbiotes", "rp", None, "Réservé au clan des Symbiotes.", None, "symbiotes"),
    ("Terres Sauvages", "rp", None, "Hors des murs.", None, None),
    ("Vallée des Spores", "rp", "Terres Sauvages", "Là où la terre respire.", None, None),
    ("Cercle des Racines", "rp", "Vallée des Spores", "Le conseil des Éveillés.", "eveilles", None),
    ("Chambre de Sève", "rp", "Cercle des Racines", "Éveillés et Symbiotes à la fois.", "eveilles", "symbiotes"),
    ("Route du Sel", "rp", "Terres Sauvages", "La piste des caravanes.", None, None),
    ("Camp des Errants", "rp", "Route du Sel", "Le clan des Errants campe ici.", None, "errants"),
    ("Avant-poste", "rp", "Route du Sel", "Tenu par les Inaltérés.", "inalteres", None),
    ("Salle d'armes", "rp", "Avant-poste", "L'arsenal des Gardiens.", None, "gardiens"),
    ("Entraide", "hrp", None, "Questions et réponses.", None, None),
    ("Suggestions", "hrp", "Entraide", "Ce que le jeu pourrait devenir.", None, None),
)
# Section, title, and the posts: account, character, text.
TOPICS: tuple[tuple[str, str, tuple[tuple[str, str | None, str], ...]], ...] = (
    (
        "Annonces",
        "Bienvenue sur le forum",
        (("admin_test", None, "Le forum est ouvert. Choisissez un personnage, une faction, et entrez."),),
    ),
    (
        "Discussions HRP",
        "Présentez-vous",
        (
            ("moderator_test", None, "Dites-nous qui joue derrière le personnage."),
            ("player_no_char", None, "Bonjour ! Je lis d'abord, je crée mon personnage ensuite."),
            ("player_neutral", None, "Je joue depuis la première saison."),
        ),
    ),
    (
        "Taverne des Survivants",
        "Un soir de pluie acide",
        (
            ("player_neutral", "Passeur", "Le Passeur secoue sa cape et s'approche du feu. « Qui paie à boire ? »"),
            ("player_mutant", "Sève", "Sève lève une chope fumante. « Moi, si tu racontes la route. »"),
            ("player_pure", "Aldric", "Aldric ne dit rien, mais pousse un tabouret du pied."),
            ("player_neutral", "Passeur", "« Alors écoutez. La caravane n'est jamais arrivée. »"),
        ),
    ),
    (
        "L'Oasis des Transformés",
        "Le chant des bassins",
        (
            ("player_mutant", "Ronce", "L'eau luit plus fort cette nuit. Ronce y trempe la main."),
            ("player_mutant", "Sève", "« Elle nous appelle », murmure Sève."),
        ),
    ),
    (
        "La Citadelle Inaltérée",
        "Ronde de nuit",
        (
            ("player_pure", "Aldric", "Aldric compte les torches. Il en manque une à l'est."),
            ("player_pure", "Maëlle", "« J'y vais », dit Maëlle, déjà en armes."),
        ),
    ),
)


@dataclass(slots=True)
class _Cast:
    """The numbers of what was planted, by name."""

    users: dict[str, int]
    characters: dict[str, int]


async def open_demo_accounts() -> list[str]:
    """Those of the demo's accounts that anybody can sign in to: active, and with the demo's password still."""
    found = []
    for username, *_ in ACCOUNTS:
        kept = await credential(username, is_email=False)
        if kept is not None and kept.is_active and await matches(PASSWORD, kept.password_hash):
            found.append(username)
    return found


async def seed_demo(hash_password: Callable[[str], str], now: datetime) -> bool:
    """Plants the demo; False, and nothing changed, where it has been planted before."""
    if await User.exists(username_key=ACCOUNTS[0][0]):
        return False
    kept_hash = hash_password(PASSWORD)

    async def work() -> None:
        # Everything is planted in one write, into a database that nobody uses yet.
        with alone():
            cast = await _plant_accounts(kept_hash, now)
            sections = await _plant_sections(now)
            await _plant_topics(cast, sections, now)
            alliances = await seed_alliances(cast.users, now)
            await seed_harvests(alliances, now)
            await seed_hosting(alliances, now)

    with waiting(COMMAND):  # It is a command's work, however slow its machine.
        await write(work)
    return True


async def _plant_accounts(kept_hash: str, now: datetime) -> _Cast:
    roles = {role.name: role for role in await Role.all()}
    factions = {faction.slug: faction.id for faction in await Faction.all()}
    clans = {clan.slug: clan.id for clan in await Clan.all()}
    cast = _Cast({}, {})
    for username, email, role, characters in ACCOUNTS:
        user = await insert_user((username, username), (email, email), kept_hash, roles[role].id, now)
        cast.users[username] = user.id
        for name, faction, clan in characters:
            faction_id, clan_id = factions[faction] if faction else None, clans[clan] if clan else None
            origin = name.casefold(), faction_id, clan_id
            character = await insert_character(user.id, name, *origin, now, CharacterState.APPROVED)
            cast.characters[name] = character.pk
    return cast


async def _plant_sections(now: datetime) -> dict[str, int]:
    categories = {category.slug: category.pk for category in await all_categories()}
    factions = {faction.slug: faction.id for faction in await Faction.all()}
    clans = {clan.slug: clan.id for clan in await Clan.all()}
    sections: dict[str, int] = {}
    for position, (name, category, parent, description, faction, clan) in enumerate(SECTIONS):
        sections[name] = await insert_section(
            categories[category],
            sections[parent] if parent else None,
            slug(name),
            name,
            now,
            description=description,
            position=position,
            is_announcement=name == "Annonces",
            faction_id=factions[faction] if faction else None,
            clan_id=clans[clan] if clan else None,
        )
    return sections


async def _plant_topics(cast: _Cast, sections: dict[str, int], now: datetime) -> None:
    for number, (section, title, posts) in enumerate(TOPICS):
        began = now - timedelta(days=len(TOPICS) - number)
        (username, character, body), *replies = posts
        opener = _author(cast, username, character)
        topic_id = await create_topic(sections[section], title, body, opener, began)
        for minutes, (username, character, body) in enumerate(replies, start=1):
            place = LockedTopic(
                topic_id,
                sections[section],
                title,
                opener.user_id,
                is_locked=False,
                is_deleted=False,
                post_count=minutes,
            )
            await create_post(place, body, _author(cast, username, character), began + timedelta(minutes=17 * minutes))


def _author(cast: _Cast, username: str, character: str | None) -> Author:
    return Author(cast.users[username], character or username, cast.characters[character] if character else None)

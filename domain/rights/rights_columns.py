"""The table of the rights' columns: key, texts for players, unit, inputs and formula. Values live in a sheet."""

from collections.abc import Callable, Sequence

from domain.alliance.evolution import Trio, next_tdp
from domain.rights.column import Column, RightsMember, Source, Vector, Words
from domain.rights.delivery import Quantities
from domain.rights.production import alliance_productions, intervals_since, player_productions
from domain.rights.share import adjusted_shares, base_shares, shares_with_coefficient

Numbers = list[float | None]


def _saved(attribute: str) -> Callable[[Sequence[RightsMember]], Vector]:
    def compute(members: Sequence[RightsMember]) -> Vector:
        return [getattr(member, attribute) for member in members]

    return compute


def _sent(quantities: Sequence[Quantities]) -> Vector:
    return [one.sent for one in quantities]


def _received(quantities: Sequence[Quantities]) -> Vector:
    return [one.received for one in quantities]


def _next_tdp(field: int) -> Callable[[Sequence[Trio | None]], Vector]:
    def compute(trios: Sequence[Trio | None]) -> Vector:
        return [None if levels is None else next_tdp(levels)[field] for levels in trios]

    return compute


def _ratios(costs: Numbers, times: Numbers) -> Numbers:
    return [None if cost is None or time is None else cost / time for cost, time in zip(costs, times, strict=True)]


def _entitlements(shares: Numbers, productions: list[float]) -> Numbers:
    return [None if share is None else share * made for share, made in zip(shares, productions, strict=True)]


def _materials(thousandths: list[int]) -> Vector:
    return [value / 1000 for value in thousandths]


def _projected(
    accumulated: list[float], entitlements: Numbers, sent: list[int], made: list[float], received: list[int]
) -> Numbers:
    rows = zip(accumulated, entitlements, sent, made, received, strict=True)
    return [None if due is None else saved + due + out - own - got for saved, due, out, own, got in rows]


_MATERIALS = Words("matériaux", "materials")
_SECONDS = Words("s", "s")
_RATE = Words("matériaux/s", "materials/s")
_SHARE = Words("part de 1", "part of 1")
_PERCENT = Words("%", "%")
_AREA = Words("cm²", "cm²")
_NONE = Words("", "")

COLUMNS: tuple[Column, ...] = (
    Column(
        "tdc",
        Words("TdC actuel", "Current hunting ground"),
        Words("Terrain de chasse du joueur.", "The player's hunting ground."),
        _AREA,
        (Source.MEMBERS,),
        _saved("tdc"),
        visible_by_default=True,
        requires_administration=False,
    ),
    Column(
        "nextTdpCost",
        Words("Coût du prochain TdP", "Cost of the next laying time level"),
        Words(
            "Le moindre coût du prochain niveau de Couveuse, de Solarium ou de Laboratoire.",
            "The lowest cost of the next level of Couveuse, Solarium or Laboratoire.",
        ),
        _MATERIALS,
        (Source.CENSUSES,),
        _next_tdp(1),
    ),
    Column(
        "nextTdpEvolution",
        Words("Prochain TdP", "Next laying time level"),
        Words("La construction dont c'est le prochain niveau.", "The construction that this next level is of."),
        _NONE,
        (Source.CENSUSES,),
        _next_tdp(0),
    ),
    Column(
        "nextTdpBaseTime",
        Words("Temps de base du prochain TdP", "Base time of the next laying time level"),
        Words(
            "Temps de construction du prochain TdP, sans la réduction par l'architecture.",
            "Building time of that level, before Architecture shortens it.",
        ),
        _SECONDS,
        (Source.CENSUSES,),
        _next_tdp(2),
    ),
    Column(
        "costTimeRatio",
        Words("Ratio coût/temps de base", "Cost to base time ratio"),
        Words("Coût du prochain TdP divisé par son temps de base.", "Cost of the next level divided by its base time."),
        _RATE,
        ("nextTdpCost", "nextTdpBaseTime"),
        _ratios,
    ),
    Column(
        "baseShare",
        Words("Part de base", "Base share"),
        Words(
            "Ratio du joueur divisé par la somme des ratios de l'alliance.",
            "The player's ratio divided by the sum of the alliance's ratios.",
        ),
        _SHARE,
        ("costTimeRatio",),
        base_shares,
    ),
    Column(
        "coefficient",
        Words("Coefficient", "Coefficient"),
        Words("100 % laisse au joueur sa part de base.", "100% leaves the player the base share."),
        _PERCENT,
        (Source.MEMBERS,),
        _saved("coefficient"),
        visible_by_default=True,
    ),
    Column(
        "adjustment",
        Words("Liberté d'ajustement", "Adjustment"),
        Words(
            "Sens dans lequel la part peut être ajustée : exact, à la hausse ou à la baisse.",
            "Which way the share may be adjusted: exact, up or down.",
        ),
        _NONE,
        (Source.MEMBERS,),
        _saved("adjustment"),
        visible_by_default=True,
    ),
    Column(
        "shareWithCoefficient",
        Words("Part avec coefficient", "Share with coefficient"),
        Words("Part de base multipliée par le coefficient.", "Base share times coefficient."),
        _SHARE,
        ("baseShare", "coefficient"),
        shares_with_coefficient,
    ),
    Column(
        "adjustedShare",
        Words("Part avec coefficient ajustée", "Adjusted share"),
        Words(
            "Part avec coefficient, ajustée pour que la somme des parts fasse 1.",
            "Share with coefficient, adjusted so that all shares make 1.",
        ),
        _SHARE,
        ("baseShare", "coefficient", "adjustment", "shareWithCoefficient"),
        adjusted_shares,
    ),
    Column(
        "tdcAtLastUpdate",
        Words("TdC à la dernière mise à jour", "Hunting ground at the last update"),
        Words("Terrain de chasse enregistré par la dernière mise à jour.", "As the last update saved it."),
        _AREA,
        (Source.MEMBERS,),
        _saved("tdc_at_last_update"),
    ),
    Column(
        "lastUpdatedAt",
        Words("Date de la dernière mise à jour", "Last update"),
        Words("À la minute près.", "To the minute."),
        _NONE,
        (Source.MEMBERS,),
        _saved("last_updated_at"),
    ),
    Column(
        "allianceProduction",
        Words("Production de l'alliance", "Alliance production"),
        Words(
            "Ce que les terrains de chasse de l'alliance ont produit depuis la dernière mise à jour.",
            "What the alliance's hunting grounds brought since the last update.",
        ),
        _MATERIALS,
        ("tdcAtLastUpdate", "tdc", "intervals"),
        alliance_productions,
    ),
    Column(
        "entitlement",
        Words("Droit du joueur", "Entitlement"),
        Words("Part ajustée multipliée par la production de l'alliance.", "Adjusted share times alliance production."),
        _MATERIALS,
        ("adjustedShare", "allianceProduction"),
        _entitlements,
    ),
    Column(
        "playerProduction",
        Words("Production du joueur", "Player production"),
        Words(
            "Ce que le terrain de chasse du joueur a produit depuis la dernière mise à jour.",
            "What the player's hunting ground brought since the last update.",
        ),
        _MATERIALS,
        ("tdcAtLastUpdate", "tdc", "intervals"),
        player_productions,
    ),
    Column(
        "quantitySent",
        Words("Quantité envoyée", "Quantity sent"),
        Words(
            "Matériaux livrés par le joueur depuis la dernière mise à jour ; peut être négatif.",
            "Materials that the player delivered since the last update; may be negative.",
        ),
        _MATERIALS,
        (Source.DELIVERIES,),
        _sent,
    ),
    Column(
        "quantityReceived",
        Words("Quantité reçue", "Quantity received"),
        Words(
            "Matériaux livrés sur les commandes du joueur depuis la dernière mise à jour ; peut être négatif.",
            "Materials delivered to the player's orders since the last update; may be negative.",
        ),
        _MATERIALS,
        (Source.DELIVERIES,),
        _received,
    ),
    Column(
        "accumulatedRights",
        Words("Droits accumulés", "Accumulated rights"),
        Words("Valeur enregistrée par la dernière mise à jour.", "As the last update saved them."),
        _MATERIALS,
        ("accumulatedThousandths",),
        _materials,
        visible_by_default=True,
    ),
    Column(
        "projectedRights",
        Words("Droits à cet instant", "Rights as of now"),
        Words(
            "Droits accumulés + droit + envoyé - production - reçu, à cet instant, y compris ce que changent les "
            "livraisons modifiées, supprimées ou arrivées après coup.",
            "Accumulated rights + entitlement + sent - production - received, as of now, with what deliveries change "
            "that were edited, deleted or came late.",
        ),
        _MATERIALS,
        ("accumulatedRights", "entitlement", "sentToCount", "playerProduction", "receivedToCount"),
        _projected,
    ),
)
"""In the order of the resource rights document."""

STEPS: tuple[Column, ...] = (
    Column("intervals", _NONE, _NONE, _NONE, ("lastUpdatedAt", Source.NOW), intervals_since),
    Column("accumulatedThousandths", _NONE, _NONE, _NONE, (Source.MEMBERS,), _saved("accumulated_thousandths")),
    Column("sentToCount", _NONE, _NONE, _NONE, (Source.UNCOUNTED,), _sent),
    Column("receivedToCount", _NONE, _NONE, _NONE, (Source.UNCOUNTED,), _received),
)
"""Of the formulas and of the history, shown in no table: half hours since the last update, rights as stored, and what
of deliveries they do not hold yet."""

BY_KEY = {column.key: column for column in (*COLUMNS, *STEPS)}

"""Of which hosting a guarded field is."""

from collections.abc import Sequence

from models.hosting.hosting import HostingView, hosting_by_pk
from schema.alliance.access import HIDDEN, Of, by_row


def by_hosting(argument: str) -> Of[HostingView]:
    """A hosting, which is of its mother and of its host."""

    async def read(pks: Sequence[int]) -> dict[int, HostingView]:
        return {pk: found for pk in pks if (found := await hosting_by_pk(pk)) is not None}

    return by_row(
        argument,
        "Hosting",
        "hosting",
        read,
        alliances=lambda hosting: (hosting.mother_id, hosting.host_id),
        description=f"The hosting. {HIDDEN}",
    )

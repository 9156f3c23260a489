"""What resolvers of lower areas ask of higher ones, connected from above, with all that models have wired.

The application and the tests call `wire`; commands, which run no operation, wire models alone.
"""

from engine.transport import idempotency
from models import wiring
from models.hosting.sync.topic import settle_topic
from resolvers.forum.sealed import Mirrors, connect
from resolvers.hosting import mirror


def wire() -> None:
    """Connects the parts of this process. Once is enough, and again changes nothing."""
    wiring.wire()
    idempotency.connect(mirror.pull_for_viewer)
    connect(
        Mirrors(
            ensure_synced=mirror.ensure_synced,
            alliances_without_key=mirror.alliances_without_key,
            note_unhosted=mirror.note_unhosted,
            open_posts=mirror.open_sealed_posts,
            open_topics=mirror.open_sealed_topics,
            open_revisions=mirror.open_sealed_revisions,
            remote_topic=mirror.remote_topic,
            settle_topic=settle_topic,
        )
    )

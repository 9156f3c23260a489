"""What lower areas set off without knowing it, registered from above: the tables, and the stages of every write.

`app`, the commands and the tests call `wire`; without it no database opens and nothing is written. Decides nothing.

Tested in tests/resolvers/test_wiring.py.
"""

from models.account.departure import connect_departures
from models.alliance.census.census_interpretation import CensusInterpreter
from models.alliance.departure import leave_alliances
from models.core.database import connection_settings, use_tables
from models.core.transaction import Stages, connect
from models.forum.interpretation import connect_interpreters
from models.hosting.sync.outbound import push_changes
from models.live.event import log_events, notify_all
from models.orders.convoy_interpretation import ConvoyInterpreter
from permissions.visibility import SectionKind

TABLES = (
    "models.account.role",
    "models.account.user",
    "models.account.session",
    "models.account.code.one_time_code",
    "models.account.code.invitation",
    "models.account.faction",
    "models.account.character",
    "models.alliance.alliance",
    "models.alliance.member",
    "models.alliance.member_claim",
    "models.alliance.census.census",
    "models.orders.order",
    "models.orders.convoy",
    "models.rights.delivery",
    "models.rights.harvest",
    "models.rights.rights_entry",
    "models.forum.tree.category",
    "models.forum.section",
    "models.forum.tree.section_tree",
    "models.forum.tree.version",
    "models.alliance.census.version",
    "models.forum.topic",
    "models.forum.post",
    "models.forum.post_revision",
    "models.forum.reaction",
    "models.forum.reading_mark",
    "models.live.notification",
    "models.live.participant",
    "models.live.attention",
    "models.hosting.key.alliance_key",
    "models.hosting.key.trail",
    "models.hosting.hosting",
    "models.hosting.hosting_proposal",
    "models.hosting.mirror.mirror",
    "models.hosting.mirror.mirror_change",
    "models.hosting.mirror.mirror_mark",
    "models.live.event",
    "models.core.job_run",
    "models.core.idempotency",
    "aerich.models",
)
"""The modules that describe tables."""

TORTOISE = connection_settings("sqlite://:memory:", TABLES)  # For `aerich migrate`, which only compares models.


def wire() -> None:
    """Connects the parts of this process. Once is enough, and again changes nothing."""
    use_tables(TABLES)
    connect_departures(leave_alliances)
    connect_interpreters({SectionKind.MEMBERS: CensusInterpreter(), SectionKind.ORDERS: ConvoyInterpreter()})
    connect(Stages(synchronise=push_changes, log=log_events, notify=notify_all))

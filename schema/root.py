"""The one schema of the process: root types merged from the nouns' own, scalars, limits and execution."""

from functools import cache
from typing import Any

import strawberry
from graphql import GraphQLError
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.schema_converter import GraphQLCoreConverter
from strawberry.schema_directive import StrawberrySchemaDirective
from strawberry.tools import merge_types

from engine.document.introspection import SelfDescription
from engine.document.trusted_document import TrustedOnly
from engine.execution.budget import Budget
from engine.execution.error import TranslateErrors
from engine.execution.event_execution import EventExecutionContext
from engine.execution.limit import Limits
from engine.execution.scalar import SCALARS
from schema.account.character import CharacterMutation, CharacterQuery
from schema.account.faction import FactionMutation, FactionQuery
from schema.account.invitation import InvitationMutation, InvitationQuery
from schema.account.password import PasswordMutation
from schema.account.role import RoleQuery
from schema.account.session import SessionMutation
from schema.account.session_list import SessionListMutation
from schema.account.user import UserMutation, UserQuery
from schema.alliance.alliance import AllianceMutation, AllianceQuery
from schema.alliance.census import CensusMutation
from schema.alliance.invitation import AllianceInvitationMutation, AllianceInvitationQuery
from schema.alliance.member import MemberMutation
from schema.alliance.member_table import MemberTableMutation, MemberTableQuery
from schema.alliance.section import AllianceOfSection
from schema.core import row_filter  # noqa: F401 - the enum is described as it is imported
from schema.core.node import NodeQuery
from schema.forum.attention import AttentionMutation
from schema.forum.forum import ForumQuery
from schema.forum.notification import NotificationMutation, NotificationQuery
from schema.forum.post import PostMutation
from schema.forum.search import SearchQuery
from schema.forum.section_change import SectionMutation
from schema.forum.subscription import ForumSubscription
from schema.forum.topic import TopicMutation, TopicQuery
from schema.hosting.alliance import HostingsOfAlliance
from schema.hosting.hosting import HostingMutation
from schema.orders.alliance import OrdersOfAlliance
from schema.orders.convoy import ConvoyMutation
from schema.orders.member import OrdersOfMember
from schema.orders.order import OrderMutation
from schema.orders.subscription import OrderSubscription
from schema.rights.alliance import HarvestMutation, HarvestsOfAlliance
from schema.rights.member import RightsOfMember
from schema.rights.rights import RightsQuery
from schema.rights.rights_change import RightsMutation
from schema.rights.rights_curve import CurvesOfAlliance
from schema.rights.rights_history import RightsHistoryOfAlliance
from schema.rights.subscription import RightsSubscription

QUERIES = (
    NodeQuery,
    SearchQuery,
    UserQuery,
    RoleQuery,
    InvitationQuery,
    FactionQuery,
    CharacterQuery,
    ForumQuery,
    TopicQuery,
    NotificationQuery,
    AllianceQuery,
    AllianceInvitationQuery,
    MemberTableQuery,
    RightsQuery,
)
MUTATIONS = (
    SessionMutation,
    SessionListMutation,
    PasswordMutation,
    InvitationMutation,
    UserMutation,
    CharacterMutation,
    FactionMutation,
    SectionMutation,
    TopicMutation,
    PostMutation,
    NotificationMutation,
    AttentionMutation,
    AllianceMutation,
    AllianceInvitationMutation,
    MemberMutation,
    MemberTableMutation,
    HarvestMutation,
    RightsMutation,
    CensusMutation,
    OrderMutation,
    ConvoyMutation,
    HostingMutation,
)
SUBSCRIPTIONS = (ForumSubscription, RightsSubscription, OrderSubscription)
# What areas add to the types of those below them, in the order in which it is printed.
EXTENSIONS = (
    AllianceOfSection,
    RightsOfMember,
    HarvestsOfAlliance,
    CurvesOfAlliance,
    RightsHistoryOfAlliance,
    OrdersOfAlliance,
    OrdersOfMember,
    HostingsOfAlliance,
)
Query = strawberry.type(
    merge_types("Query", QUERIES),
    description="What can be read. Rows that the viewer may not see are left out of every answer.",
)
Mutation = strawberry.type(
    merge_types("Mutation", MUTATIONS), description="What can be changed. A field that is refused has changed nothing."
)
Subscription = strawberry.type(
    merge_types("Subscription", SUBSCRIPTIONS),
    description="What can be heard as it happens, over graphql-transport-ws or server-sent events. What the viewer may "
    "see is asked again for each event.",
)


class PheromoneSchema(strawberry.Schema):
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for directive in self._schema.directives:
            # Strawberry describes a directive and leaves out what its fields say of its arguments.
            definition = directive.extensions.get(GraphQLCoreConverter.DEFINITION_BACKREF)
            for field in definition.fields if isinstance(definition, StrawberrySchemaDirective) else ():
                name = self.config.name_converter.get_graphql_name(field)
                directive.args[name].description = field.description

    def process_errors(self, errors: list[GraphQLError], execution_context: Any = None) -> None:
        """Expected refusals are no log lines; what is unexpected is logged where it is translated."""


schema = PheromoneSchema(
    query=Query,
    mutation=Mutation,
    subscription=Subscription,
    execution_context_class=EventExecutionContext,
    extensions=[TranslateErrors, Limits, SelfDescription, TrustedOnly, Budget],
    config=StrawberryConfig(scalar_map=SCALARS),
)


@cache
def printed() -> str:
    """The schema as text, written once: that takes as long as many requests."""
    return schema.as_str()

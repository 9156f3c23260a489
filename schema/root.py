"""The one schema of the process: root types merged from the nouns' own, scalars, limits and execution."""

from typing import Any

import strawberry
from graphql import GraphQLError
from strawberry.schema.config import StrawberryConfig
from strawberry.tools import merge_types

from schema.alliance import AllianceMutation, AllianceQuery
from schema.budget import Budget
from schema.census import CensusMutation
from schema.character import CharacterMutation
from schema.convoy import ConvoyMutation
from schema.error import TranslateErrors
from schema.event_execution import EventExecutionContext
from schema.faction import FactionQuery
from schema.forum import ForumQuery
from schema.hosting import HostingMutation
from schema.introspection import SelfDescription
from schema.limit import Limits
from schema.member import MemberMutation
from schema.node import NodeQuery
from schema.notification import NotificationMutation, NotificationQuery
from schema.order import OrderMutation
from schema.post import PostMutation
from schema.rights import RightsQuery
from schema.rights_change import RightsMutation
from schema.role import RoleQuery
from schema.scalar import SCALARS
from schema.search import SearchQuery
from schema.section_change import SectionMutation
from schema.session import SessionMutation
from schema.subscription import LiveSubscription
from schema.topic import TopicMutation, TopicQuery
from schema.trusted_document import TrustedOnly
from schema.user import UserMutation, UserQuery

QUERIES = (
    NodeQuery,
    SearchQuery,
    UserQuery,
    RoleQuery,
    FactionQuery,
    ForumQuery,
    TopicQuery,
    NotificationQuery,
    AllianceQuery,
    RightsQuery,
)
MUTATIONS = (
    SessionMutation,
    UserMutation,
    CharacterMutation,
    SectionMutation,
    TopicMutation,
    PostMutation,
    NotificationMutation,
    AllianceMutation,
    MemberMutation,
    RightsMutation,
    CensusMutation,
    OrderMutation,
    ConvoyMutation,
    HostingMutation,
)
SUBSCRIPTIONS = (LiveSubscription,)
Query = merge_types("Query", QUERIES)
Mutation = merge_types("Mutation", MUTATIONS)
Subscription = merge_types("Subscription", SUBSCRIPTIONS)


class PheromoneSchema(strawberry.Schema):
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

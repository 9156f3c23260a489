"""Accounts as clients see them."""

from datetime import datetime

import strawberry

from schema.node import Node, id_of


@strawberry.type(description="An account.")
class User(Node):
    id: strawberry.ID = id_of("User")
    username: str
    is_active: bool
    created_at: datetime

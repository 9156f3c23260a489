"""Characters of the role play as clients see them."""

import strawberry

from schema.node import Node, id_of


@strawberry.type(description="A character of the role play. The dead stay for their posts' sake.")
class Character(Node):
    id: strawberry.ID = id_of("Character")
    name: str
    is_alive: bool

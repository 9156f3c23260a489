"""The root field of the search."""

import strawberry

from engine.execution.price import price
from resolvers.forum import search
from schema.core.access import public
from schema.forum.post import PostConnection


@strawberry.type
class SearchQuery:
    search_posts: PostConnection = public(
        search.search_posts,
        arguments={"query": "Words, at most 200 characters; BAD_INPUT without a letter or a digit."},
        description="Posts that hold every word of the query, and opening posts of topics whose title does; accents, "
        "case and signs make no difference. The last word is a beginning if it has three letters. Newest first, "
        "in what the viewer may see; `totalCount` stops at 1,001, which stands for more than 1,000.",
        metadata=price(500, below={"totalCount": 1000}),
    )

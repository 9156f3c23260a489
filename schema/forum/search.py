"""The root field of the search."""

import strawberry

from engine.operation.page_type import After, First
from resolvers.forum import search
from schema.core.access import public
from schema.forum.post import PostConnection


async def _search_posts(info: strawberry.Info, query: str, first: First = 20, after: After = None) -> PostConnection:
    return await search.search_posts(info.context, info, query, first, after)  # type: ignore[return-value]


@strawberry.type
class SearchQuery:
    search_posts: PostConnection = public(
        _search_posts,
        arguments={"query": "Words, at most 200 characters; BAD_INPUT without a letter or a digit."},
        description="Posts that hold every word of the query, the last one as a beginning, and opening posts of topics "
        "whose title does; accents, case and signs make no difference. Newest first, in what the viewer may see.",
    )

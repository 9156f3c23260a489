"""The root field of the search."""

import strawberry

from resolvers.forum import search
from schema.core.access import public
from schema.forum.post import PostConnection


async def _search_posts(
    info: strawberry.Info, query: str, first: int | None = 20, after: str | None = None
) -> PostConnection:
    return await search.search_posts(info.context, info, query, first, after)  # type: ignore[return-value]


@strawberry.type
class SearchQuery:
    search_posts: PostConnection = public(
        _search_posts,
        description="Posts that hold every word of the query, the last one as a beginning, and opening posts of topics "
        "whose title does; accents, case and signs make no difference. Newest first, in what the viewer may see.",
    )

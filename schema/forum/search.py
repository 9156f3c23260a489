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
        arguments={
            "query": "Words, at most 200 characters; BAD_INPUT without a letter or a digit.",
            "section_id": "This section alone, and what lies under it; NOT_FOUND for one that the viewer may not see.",
            "author": "Posts of the account of this name, whatever its case and whomever it signed as; where it is "
            "gone, or never was, what is signed with the name. At most 200 characters.",
            "since": "What was written then or later.",
            "until": "What was written before then.",
        },
        description="Posts that hold every word of the query, and opening posts of topics whose title does; accents, "
        "case and signs make no difference. The last word is a beginning if it has three letters. Newest first, "
        "in what the viewer may see; `totalCount` stops at 1,001, which stands for more than 1,000.",
        metadata=price(500, below={"totalCount": 1000}),
    )

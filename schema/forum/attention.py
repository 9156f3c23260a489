"""Following and muting as clients do it. What a row says of it stands on topics and sections.

Tested in tests/resolvers/forum/test_attention.py.
"""

import strawberry

from resolvers.forum import attention
from schema.core.access import requires_account
from schema.forum.section import Section
from schema.forum.topic import TOPIC, Topic


@strawberry.type
class AttentionMutation:
    set_topic_attention: Topic = requires_account(
        attention.set_topic_attention,
        arguments={"topic_id": TOPIC, "attention": "NORMAL takes back what was set."},
        description="FOLLOW has the viewer told of the topic's new posts without writing there, and in a muted section "
        "too; MUTE has them told of none. What is the viewer's own affair is told all the same: their orders and "
        "convoys, texts of theirs that could not be read, what moderators did. What they were told before stays.",
    )
    set_section_attention: Section = requires_account(
        attention.set_section_attention,
        arguments={
            "section_id": "A section that the viewer may see; NOT_FOUND for any other.",
            "attention": "NORMAL takes back what was set.",
        },
        description="FOLLOW has the viewer told of each topic that somebody opens in the section (not of those that "
        "the service opens for members and orders), and of its posts once they follow it or write there; MUTE has them "
        "told of no post there, except in topics that they follow. Of the section itself, not of its subsections.",
    )

"""What is asked of a planted world to see what grows with it: each operation, by whom, and what it must find before."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from benchmarks.growth_world import (
    ADMIN,
    BIG_SECTION,
    BIG_TOPIC,
    CHIEF,
    READER,
    SMALL_TOPIC,
    sizes,
)
from engine.operation.node import global_id
from engine.operation.page import write_cursor
from models.core.database import fetch, instant


@dataclass(frozen=True, slots=True)
class Operation:
    """`$name` in a variable stands for a value of the world, `$n` for a number that is never used twice.

    `before` is run first each time. What `may_grow` answers with all that there is.
    """

    name: str
    query: str
    who: int = READER
    variables: Mapping[str, Any] = field(default_factory=dict)
    before: str = ""
    may_grow: bool = False


async def values(scale: float) -> dict[str, Any]:
    """What the names in variables stand for; places are those in the middle of their lists."""
    many = sizes(scale)
    (topic,) = await fetch(
        "SELECT last_post_at, id FROM topics WHERE section_id = $1 AND deleted_at IS NULL"
        " ORDER BY last_post_at DESC, id DESC LIMIT 1 OFFSET $2",
        BIG_SECTION,
        many["topics"] // 12,
    )
    (post,) = await fetch(
        "SELECT created_at, id FROM posts WHERE topic_id = $1 AND id > $2 ORDER BY id LIMIT 1",
        BIG_TOPIC,
        2 * many["posts"],
    )
    (entry,) = await fetch("SELECT id FROM rights_entries WHERE member_id = 1 AND harvest_id = $1", many["slots"] // 2)
    return {
        "$section": global_id("Section", BIG_SECTION),
        "$slug": "section-1",
        "$big": global_id("Topic", BIG_TOPIC),
        "$small": global_id("Topic", SMALL_TOPIC),
        "$post": global_id("Post", 4),
        "$member": global_id("Member", 1),
        "$notifications": [global_id("Notification", 10)],
        "$user": global_id("User", 20),
        "$deep_topics": write_cursor(False, instant(topic[0]), topic[1]),
        "$deep_posts": write_cursor(instant(post[0]), post[1]),
        "$deep_notifications": write_cursor(many["notifications"] // 2),
        "$deep_history": write_cursor(entry[0]),
    }


def _section(below: str) -> str:
    after = " $after: String" if "$after" in below else ""
    return f"query($slug: String!{after}) {{ section(slug: $slug) {{ id topicCount {below} }} }}"


def _topic(below: str) -> str:
    after = " $after: String" if "$after" in below else ""
    return f"query($topic: ID!{after}) {{ topic(id: $topic) {{ id {below} }} }}"


def _search(words: str, below: str = "edges { node { id body } } pageInfo { hasNextPage }") -> Operation:
    return Operation(f"search {words}", f'{{ searchPosts(query: "{words}") {{ {below} }} }}')


def _alliance(name: str, below: str, who: int = CHIEF) -> Operation:
    return Operation(name, f'{{ alliance(tag: "A1") {{ id {below} }} }}', who)


def _history(name: str, arguments: str, below: str, after: str | None = None) -> Operation:
    declared = "" if after is None else " $after: String"
    query = f"""query($member: ID!{declared}) {{ node(id: $member) {{ ... on Member {{
        rightsHistory({arguments}) {{ {below} }} }} }} }}"""
    return Operation(
        name, query, CHIEF, {"member": "$member"} if after is None else {"member": "$member", "after": after}
    )


def _of_member(name: str, below: str) -> Operation:
    query = f"query($member: ID!) {{ node(id: $member) {{ ... on Member {{ {below} }} }} }}"
    return Operation(name, query, CHIEF, {"member": "$member"})


_BELOW_MEMBER = {
    "censuses": "tdc levels { level }",
    "orders": "status materialsRequested score",
    "convoysSent": "materials isCancelled",
    "convoysReceived": "materials isCancelled",
}
SLUG, BIG = {"slug": "$slug"}, {"topic": "$big"}
_TOPICS = "topics(after: $after) { edges { node { id title postCount author { id } } } pageInfo { endCursor } }"
_POSTS = """posts(after: $after) { edges { node { id body author { id username } reactions { kind count } } }
    pageInfo { endCursor } }"""
_DELETED = "(first: 20, deleted: true) { edges { node { id deletedAt } } pageInfo { endCursor } totalCount }"
_NOTIFICATIONS = "edges { node { id message topic { id } } } pageInfo { endCursor }"
_ENTRY = "edges { node { harvestAt entitlement accumulatedAfter } } pageInfo { endCursor }"
FORUM = (
    Operation("tree", "{ categories { slug sections { slug subsections { slug topicCount } } } }", may_grow=True),
    Operation("section + topics", _section(_TOPICS), variables=SLUG),
    Operation("section topics, deep", _section(_TOPICS), variables={**SLUG, "after": "$deep_topics"}),
    Operation("section topics, unread", _section("topics { edges { node { id unreadCount } } }"), variables=SLUG),
    Operation("section topics, attention", _section("topics { edges { node { viewerAttention } } }"), variables=SLUG),
    Operation("topic posts", _topic(_POSTS), variables=BIG),
    Operation("topic posts, deep", _topic(_POSTS), variables={**BIG, "after": "$deep_posts"}),
    Operation("topic unreadCount", _topic("unreadCount"), variables=BIG),
    Operation("latest topics", "{ latestTopics { totalCount edges { node { id title } } } }"),
    Operation("topic firstUnread", _topic("firstUnread { cursor node { body } }"), variables=BIG),
    Operation("topic deleted posts", _topic(f"posts{_DELETED}"), ADMIN, BIG),
    Operation("section deleted topics", _section(f"topics{_DELETED.replace('deletedAt', 'title')}"), ADMIN, SLUG),
    _search("nacre"),
    _search("reine"),
    _search("fourmi"),
    _search("mie"),
    _search("fourmi nid", "totalCount"),
    Operation("notifications", f"{{ notifications {{ {_NOTIFICATIONS} }} }}"),
    Operation(
        "notifications, deep",
        f"query($after: String) {{ notifications(after: $after) {{ {_NOTIFICATIONS} }} }}",
        variables={"after": "$deep_notifications"},
    ),
    Operation("notifications, unread", f"{{ notifications(unreadOnly: true) {{ unreadCount {_NOTIFICATIONS} }} }}"),
    Operation("unreadCount alone", "{ notifications { unreadCount } }"),
    Operation("me", "{ me { username } }"),
    Operation("users", "{ users { edges { node { username } } pageInfo { endCursor } } }", ADMIN),
    Operation("users, counted", "{ users { totalCount } }", ADMIN),
    Operation("users, searched", '{ users(search: "joueur5") { edges { node { username } } } }', ADMIN),
)
ALLIANCE = (
    Operation("alliances", "{ alliances { tag name } }", may_grow=True),
    _alliance("members + rights", "members { pseudo census { tdc } resourceRights { adjustedShare projectedRights } }"),
    _alliance("members", "members { pseudo tdc rank }"),
    _alliance(
        "living orders + convoys",
        "orders(status: [NEW, WAITING, IN_PROGRESS]) { status score requester { pseudo } convoys { materials } }",
    ),
    _alliance("convoysUnderWay", "convoysUnderWay { materials sender { pseudo } }"),
    _history("history", "first: 20", _ENTRY),
    _history("history, counted", "first: 20", "totalCount"),
    _history("history, deep", "first: 20, after: $after", _ENTRY, "$deep_history"),
    _alliance("members' histories", f"members {{ rightsHistory(first: 5) {{ {_ENTRY} }} }}"),
    _alliance("members' histories, counted", "members { rightsHistory { totalCount } }"),
    *(
        _of_member(f"a member's {name}, {far}", f"{name}({arguments}) {{ {below} }}")
        for name, row in _BELOW_MEMBER.items()
        for far, arguments, below in (
            ("first", "first: 20", f"edges {{ node {{ {row} }} }} pageInfo {{ endCursor }}"),
            ("last", "last: 20", f"edges {{ node {{ {row} }} }} pageInfo {{ endCursor }}"),
            ("counted", "first: 20", "totalCount"),
        )
    ),
    _alliance(
        "members' orders", f"members {{ orders(first: 5) {{ edges {{ node {{ {_BELOW_MEMBER['orders']} }} }} }} }}"
    ),
    _alliance("harvests, counted", "harvests { totalCount }"),
)
_READ = "mutation($ids: [ID!]) { markNotificationsRead(ids: $ids) }"
_CREATE_POST = 'mutation($topic: ID!) { createPost(input: {topicId: $topic, body: "Une fourmi."}) { id } }'
WRITES = (
    Operation("createPost, small topic", _CREATE_POST, ADMIN, {"topic": "$small"}),
    Operation("createPost, big topic", _CREATE_POST, ADMIN, {"topic": "$big"}),
    Operation(
        "createTopic",
        'mutation($id: ID! $t: String!) { createTopic(input: {sectionId: $id, title: $t, body: "Bonjour"}) { id } }',
        ADMIN,
        {"id": "$section", "t": "Nouveau $n"},
    ),
    Operation("markTopicRead", "mutation($topic: ID!) { markTopicRead(topicId: $topic) { id } }", ADMIN, BIG),
    Operation(
        "setTopicAttention",
        "mutation($topic: ID!) { setTopicAttention(topicId: $topic, attention: FOLLOW) { id } }",
        variables=BIG,
    ),
    Operation("react", "mutation($id: ID!) { react(postId: $id, kind: LOVE) { id } }", variables={"id": "$post"}),
    Operation("unreact", "mutation($id: ID!) { unreact(postId: $id, kind: LOVE) { id } }", variables={"id": "$post"}),
    Operation(
        "createSection",
        'mutation($name: String!) { createSection(input: {categorySlug: "general", name: $name}) { id } }',
        ADMIN,
        {"name": "Nouvelle $n"},
    ),
    Operation(
        "updateMemberRights",
        "mutation($id: ID! $to: Float!) { updateMemberRights(input: {memberId: $id, accumulatedRights: $to}) { id } }",
        CHIEF,
        {"id": "$member", "to": "$number"},
    ),
    Operation(
        "deactivateUser",
        "mutation($id: ID!) { deactivateUser(userId: $id) { id } }",
        ADMIN,
        {"id": "$user"},
        "UPDATE users SET is_active = TRUE WHERE id = 20",
    ),
    Operation(
        "markNotificationsRead, one",
        _READ,
        READER,
        {"ids": "$notifications"},
        "UPDATE notifications SET read_at = NULL WHERE id = 10",
    ),
    Operation(
        "markNotificationsRead, all of 20",
        _READ,
        READER,
        {"ids": None},
        "UPDATE notifications SET read_at = CASE WHEN id > 200 THEN created_at END"
        " WHERE user_id = 3 AND (read_at IS NULL) <> (id <= 200)",
    ),
)
OPERATIONS = (*FORUM, *ALLIANCE, *WRITES)

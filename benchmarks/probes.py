"""Operations whose prices are held to their time: one for each kind of work that a field can set off."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Probe:
    """An operation and who asks it. `$name` in a variable stands for a value of the measured world, `$n` for a number
    that is never used twice."""

    name: str
    query: str
    who: str | None = "player_mutant"
    variables: dict[str, Any] = field(default_factory=dict)


def _topics(first: int, below: str) -> str:
    return f'{{ section(slug: "annonces") {{ topics(first: {first}) {{ edges {{ node {{ {below} }} }} }} }} }}'


def _topic(below: str) -> str:
    return f"query($topic: ID!) {{ topic(id: $topic) {{ {below} }} }}"


def _alliance(below: str) -> str:
    return f'{{ alliance(tag: "TRM") {{ {below} }} }}'


LONG_TEXT = " ".join(f"fourmi{number}" for number in range(5_000))
"""Near the longest that a post may be, of words that no other has: what is written is indexed, too."""
TOPIC, POST, SECTION = {"topic": "$topic"}, {"post": "$post"}, {"section": "$section"}
ADMIN, CHIEF = "admin_test", "player_pure"
FULL_POST = "id body authorName createdAt cursor author { username } topic { title } revisions { body }"
REACTIONS = "reactions { kind count reactedByMe }"
CENSUS = "census { tdc levels { level } units { count } }"
RIGHTS = "resourceRights { adjustedShare entitlement quantitySent quantityReceived projectedRights }"
_CONVOYS = "{ totalCount edges { node { materials isCancelled } } }"
PLANNED = "food materials arrivesAt isLate order { id } sender { pseudo } recipient { pseudo }"
GRANT = "{ accessToken user { username } }"

FORUM = (
    Probe("nothing", "{ __typename }"),
    Probe("me", "{ me { username } }"),
    Probe("tree", "{ categories { slug sections { slug topicCount subsections { slug postCount } } } }"),
    Probe("topic", _topic("title"), variables=TOPIC),
    Probe(
        "10 topics",
        "query($topic: ID!) {" + "".join(f"a{n}: topic(id: $topic) {{ title }}" for n in range(10)) + "}",
        variables=TOPIC,
    ),
    Probe("100 topics", _topics(100, "id slug title authorName isPinned createdAt lastPostAt postCount")),
    Probe("100 topics, unread posts", _topics(100, "id unreadCount")),
    Probe("100 topics, attention", _topics(100, "viewerAttention")),
    Probe("tree, attention", "{ categories { sections { viewerAttention subsections { viewerAttention } } } }"),
    Probe("100 topics, first unread posts", _topics(100, "firstUnread { cursor node { body } }")),
    Probe("100 topics, all posts counted", _topics(100, "posts { totalCount }")),
    Probe("100 topics, a post each", _topics(100, "posts(first: 1) { edges { node { id } } }")),
    Probe("20 topics, 20 posts each", _topics(20, f"posts {{ edges {{ node {{ id body {REACTIONS} }} }} }}")),
    Probe("100 posts", _topic(f"posts(first: 100) {{ edges {{ node {{ {FULL_POST} {REACTIONS} }} }} }}"), None, TOPIC),
    Probe("all posts counted", _topic("posts { totalCount }"), variables=TOPIC),
    Probe("all topics counted", '{ section(slug: "annonces") { topics { totalCount } } }'),
    Probe("latest topics", "{ latestTopics { totalCount edges { node { id title section { name } } } } }"),
    Probe("search, a frequent word", '{ searchPosts(query: "fourmi") { edges { node { id } } } }', None),
    Probe("search, all found counted", '{ searchPosts(query: "fourmi") { totalCount } }', None),
    Probe("notifications", "{ notifications { unreadCount edges { node { message } } } }"),
    Probe("unread notifications", "{ notifications { unreadCount } }"),
)
ALLIANCE = (
    Probe("alliances", "{ alliances { tag name } }"),
    Probe("members", _alliance("members { pseudo tdc rank x y }"), CHIEF),
    Probe("members, whole", _alliance(f"members {{ pseudo {CENSUS} topic {{ title }} hostedBy {{ tag }} }}"), CHIEF),
    Probe("rights", _alliance(f"members {{ pseudo {RIGHTS} }}"), CHIEF),
    Probe("history", _alliance("members { rightsHistory { totalCount edges { node { entitlement } } } }"), CHIEF),
    Probe(
        "history of all", _alliance("rightsHistory(first: 100) { totalCount edges { node { entitlement } } }"), CHIEF
    ),
    Probe("orders", _alliance("orders { status score requester { pseudo } convoys { food } }"), CHIEF),
    Probe("convoys", _alliance("convoysUnderWay { food sender { pseudo } recipient { pseudo } }"), CHIEF),
    Probe(
        "delivery plan",
        _alliance(f"deliveryPlan {{ convoys {{ {PLANNED} }} unserved {{ message order {{ id }} }} }}"),
        CHIEF,
    ),
    Probe("planned of each", _alliance("members { plannedConvoys { materials arrivesAt order { id } } }"), CHIEF),
    Probe("censuses", _alliance("members { censuses { totalCount edges { node { tdc levels { level } } } } }"), CHIEF),
    Probe("orders of each", _alliance("members { orders { totalCount edges { node { status score } } } }"), CHIEF),
    Probe("convoys of each", _alliance(f"members {{ convoysSent {_CONVOYS} convoysReceived {_CONVOYS} }}"), CHIEF),
    Probe("hostings", _alliance("hostings { host { tag } members { pseudo } mirrors { pending syncedAt } }"), CHIEF),
    Probe("harvests", _alliance("harvests(first: 100) { totalCount edges { node { harvestAt outcome } } }"), CHIEF),
)
ACCOUNTS = (
    Probe("sign-ins", "{ me { sessions { key device } } }"),
    Probe("invitations", "{ invitations { uses used createdBy { username } } }", ADMIN),
    Probe(
        "waiting characters",
        "{ waitingCharacters(first: 100) { totalCount edges { node { name player faction { name } } } } }",
        ADMIN,
    ),
    Probe(
        "create a character", "mutation($t: String!) { createCharacter(name: $t) { id } }", variables={"t": "Elfe $n"}
    ),
    Probe("invite", "mutation { createInvitation { code } }", ADMIN),
    Probe("end other sign-ins", "mutation { endOtherSessions { key } }"),
    Probe(
        "change an address",
        'mutation($to: String!) { changeEmail(input: {email: $to, password: "password123"}) { id } }',
        variables={"to": "fourmi$n@example.org"},
    ),
)
OTHER = (
    Probe("users", "{ users(first: 100) { totalCount edges { node { username email } } } }", ADMIN),
    Probe("schema", "{ __schema { types { name fields { name type { name } args { name } } } } }", ADMIN),
    Probe("type", '{ __type(name: "Post") { fields { name type { name } } } }', ADMIN),
)
WRITES = (
    Probe("mark read", "mutation($topic: ID!) { markTopicRead(topicId: $topic) { id } }", variables=TOPIC),
    Probe(
        "follow a topic",
        "mutation($topic: ID!) { setTopicAttention(topicId: $topic, attention: FOLLOW) { id } }",
        variables=TOPIC,
    ),
    Probe(
        "follow a section",
        "mutation($section: ID!) { setSectionAttention(sectionId: $section, attention: FOLLOW) { id } }",
        variables=SECTION,
    ),
    Probe("react", "mutation($post: ID!) { react(postId: $post, kind: LIKE) { id } }", variables=POST),
    Probe("unreact", "mutation($post: ID!) { unreact(postId: $post, kind: LIKE) { id } }", variables=POST),
    Probe(
        "post",
        'mutation($topic: ID!) { createPost(input: {topicId: $topic, body: "Une fourmi."}) { id } }',
        ADMIN,
        TOPIC,
    ),
    Probe(
        "a long post",
        "mutation($topic: ID!, $body: String!) { createPost(input: {topicId: $topic, body: $body}) { id } }",
        ADMIN,
        {**TOPIC, "body": LONG_TEXT},
    ),
    Probe(
        "open a topic",
        "mutation($section: ID! $t: String!) { createTopic(input: {sectionId: $section, title: $t, body: $t}) { id } }",
        ADMIN,
        {**SECTION, "t": "Sujet $n"},
    ),
    Probe(
        "change rights",
        "mutation($member: ID!) { updateMemberRights(input: {memberId: $member, coefficient: 90}) { id } }",
        CHIEF,
        {"member": "$member"},
    ),
    Probe(
        "sync members",
        'mutation($rows: [MemberSyncInput!]!) { syncMembers(allianceTag: "TRM", members: $rows) { pseudo } }',
        CHIEF,
        {"rows": "$rows"},
    ),
    Probe(
        "report tdc",
        'mutation($rows: [TdcInput!]!) { reportTdc(allianceTag: "TRM", members: $rows) { pseudo } }',
        CHIEF,
        {"rows": "$rows"},
    ),
    Probe(
        "compare members",
        'query($rows: [MemberSyncInput!]!) { compareMembers(allianceTag: "TRM", members: $rows) { arrivals } }',
        CHIEF,
        {"rows": "$rows"},
    ),
    Probe(
        "log in",
        f'mutation {{ login(input: {{login: "player_mutant", password: "password123"}}) {GRANT} }}',
        None,
    ),
    Probe(
        "register",
        f"mutation($i: RegisterInput!) {{ register(input: $i) {GRANT} }}",
        None,
        {"i": "$account"},
    ),
)
PROBES = (*FORUM, *ALLIANCE, *ACCOUNTS, *OTHER, *WRITES)

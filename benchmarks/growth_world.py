"""A forum and its alliances at a scale, planted by a few statements in either dialect. What is asked of it is beside.

At scale 1: 310 sections, 10,000 topics, 100,000 posts, of which one topic has a tenth, 1,000 accounts, 10 alliances of
50 members, 10,000 notifications, 100,000 events, reactions and rows of the rights' history. All but the size of an
alliance grows with the scale: what one answer shows stays as long.
"""

import re

from models.core.database import execute, fetch, is_postgres

ADMIN, CHIEF, READER = 1, 2, 3
BIG_TOPIC, SMALL_TOPIC, BIG_SECTION = 1, 2, 1001
MEMBERS = 50
# Alliances post between the others, whose posts have every fourth number: what a reader does not see lies among what
# they see.
OF_MEMBER, OF_ORDER = "4 * (n * {posts} / {members}) + 1", "4 * (n * {posts} / (4 * {orders})) + 2"
PLANT = (
    """INSERT INTO users (id, username, username_key, email, email_key, password_hash, role_id, is_active, created_at,
        updated_at)
    SELECT n, 'joueur' || n, 'joueur' || n, n || '@example.org', n || '@example.org', '!', r.id, true, ago(0), ago(0)
    FROM numbers JOIN roles r ON r.name = CASE n WHEN 1 THEN 'admin' ELSE 'player' END WHERE n <= {users}""",
    """INSERT INTO sections (id, category_id, parent_id, slug, name, name_key, description, position, kind,
        is_announcement, topic_count, post_count, created_at)
    SELECT 1000 + n, c.id, CASE WHEN n > {roots} THEN 1001 + n % {roots} END, 'section-' || n, 'Section ' || n,
        'section ' || n, '', 0, 'DISCUSSION', false, 0, 0, ago(0)
    FROM numbers JOIN categories c ON c.slug = 'general' WHERE n <= {sections} ORDER BY n""",
    """INSERT INTO alliances (id, tag, tag_key, name, created_at)
    SELECT n, 'A' || n, 'a' || n, 'Alliance', ago(0) FROM numbers WHERE n <= {alliances}""",
    """INSERT INTO sections (id, category_id, parent_id, alliance_id, slug, name, name_key, description, position, kind,
        is_announcement, topic_count, post_count, created_at)
    SELECT 100000 + 4 * n + k.place, c.id, CASE WHEN k.place > 0 THEN 100000 + 4 * n END, n, k.kind || n,
        k.kind || n, k.kind || n, '', 0, k.kind, false, 0, 0, ago(0)
    FROM numbers JOIN categories c ON c.slug = 'alliances' CROSS JOIN (SELECT 0 AS place, 'DISCUSSION' AS kind
        UNION ALL SELECT 1, 'MEMBERS' UNION ALL SELECT 2, 'ORDERS' UNION ALL SELECT 3, 'VAULT') k
    WHERE n <= {alliances} ORDER BY k.place""",
    # A fifth of the topics lies in one section.
    """INSERT INTO topics (id, uuid, section_id, slug, title, author_id, author_name, is_pinned, is_locked, created_at,
        last_post_at, post_count, deleted_at, revision, is_sealed)
    SELECT n, {uuid}, CASE WHEN n % 5 = 0 THEN 1001 ELSE 1001 + n * 7 % {sections} END, 'sujet-' || n, 'Sujet ' || n,
        4 + n % ({users} - 3), 'joueur', false, false, ago({posts} * 60), ago(0), 0,
        CASE WHEN n / 5 % 10 = 1 THEN ago(0) END, 0, false
    FROM numbers WHERE n <= {topics}""",
    """INSERT INTO posts (id, uuid, topic_id, body, author_id, author_name, revision, created_at, deleted_at, is_sealed)
    SELECT 4 * n, {uuid}, CASE WHEN n % 10 = 0 THEN 1 ELSE 2 + n % ({topics} - 1) END,
        'Une fourmi de la galerie ' || (n % 97) || ' porte du miel' || (n % 1000)
            || CASE WHEN n % 100 = 7 THEN ' à la reine' ELSE ' au nid' END
            || CASE WHEN n % ({posts} / 20) = 3 THEN ' de nacre' ELSE '' END,
        CASE WHEN n % 10 = 0 THEN 4 + n / 10 % {participants} ELSE 4 + n % ({users} - 3) END, 'joueur', 0,
        ago({posts} * 60 - n * 60), CASE WHEN n / 10 % 50 = 1 THEN ago(0) END, false
    FROM numbers WHERE n <= {posts}""",
    """UPDATE topics SET post_count = found.many, last_post_at = found.last FROM (SELECT topic_id, count(*) AS many,
        max(created_at) AS last FROM posts WHERE deleted_at IS NULL GROUP BY topic_id) found
    WHERE found.topic_id = topics.id""",
    """UPDATE sections SET topic_count = found.topics, post_count = found.posts FROM (SELECT section_id,
        count(*) AS topics, sum(post_count) AS posts FROM topics WHERE deleted_at IS NULL GROUP BY section_id) found
    WHERE found.section_id = sections.id""",
    "INSERT INTO events (seq, kind, row_id, scope_id) SELECT id / 4, 'POST', id, topic_id FROM posts",
    "UPDATE event_heads SET seq = {posts}",
    """INSERT INTO reactions (id, post_id, user_id, kind)
    SELECT n, 4 * n, 4 + n % ({users} - 3), 'LIKE' FROM numbers WHERE n <= {posts}""",
    # A tenth of them is the reader's, of whose half are unread.
    """INSERT INTO notifications (id, user_id, kind, level, message, details, topic_id, post_id, created_at, read_at)
    SELECT n, CASE WHEN n % 10 = 0 THEN 3 ELSE 4 + n % ({users} - 3) END, 'NEW_POST', 'INFO', 'new_post',
        '{{"author": "joueur", "title": "Sujet"}}', p.topic_id, p.id, p.created_at,
        CASE WHEN n % 20 = 0 THEN ago(0) END
    FROM numbers JOIN posts p ON p.id = 4 * (10 * n - 9) WHERE n <= {notifications}""",
    """INSERT INTO participants (topic_id, user_id, is_told)
    SELECT p.topic_id, p.author_id, EXISTS (SELECT 1 FROM notifications n WHERE n.user_id = p.author_id
        AND n.topic_id = p.topic_id AND n.kind = 'NEW_POST' AND n.read_at IS NULL)
    FROM (SELECT topic_id, author_id FROM posts WHERE author_id IS NOT NULL
        UNION SELECT id, author_id FROM topics WHERE author_id IS NOT NULL) p""",
    # The big topic is followed by half of those who did not write there, all told, and muted by the others.
    """INSERT INTO participants (topic_id, user_id, is_told, attention)
    SELECT 1, n, n % 2 = 0, CASE n % 2 WHEN 0 THEN 'FOLLOW' ELSE 'MUTE' END
    FROM numbers WHERE n > 3 AND n <= {users} ON CONFLICT (user_id, topic_id) DO NOTHING""",
    """INSERT INTO topics (id, uuid, section_id, slug, title, author_name, is_pinned, is_locked, created_at,
        last_post_at, post_count, revision, is_sealed)
    SELECT 10000000 + n, {uuid}, 100001 + 4 * (1 + (n - 1) / 50), 'membre-' || n, 'Membre ' || n, 'x', false, false,
        ago({posts} * 60), ago(60 * n * {posts} / {members}), 1, 0, false FROM numbers WHERE n <= {members}""",
    """INSERT INTO posts (id, uuid, topic_id, body, author_name, revision, created_at, is_sealed)
    SELECT {of_member}, {uuid}, 10000000 + n, 'x', 'x', 0, ago(0), false FROM numbers WHERE n <= {members}""",
    """INSERT INTO members (id, alliance_id, pseudo, pseudo_key, topic_id, user_id, can_administer, tdc, coefficient,
        adjustment, tdc_at_last_update, last_updated_at, accumulated_thousandths, joined_at, created_at)
    SELECT n, 1 + (n - 1) / 50, 'Membre ' || n, 'membre ' || n, 10000000 + n, CASE n WHEN 1 THEN 2 END, n = 1,
        900000 + n, 90, 'UP', 800000, ago(1800), 0, ago(0), ago(0) FROM numbers WHERE n <= {members}""",
    """INSERT INTO censuses (id, member_id, post_id, recorded_at, tdc, food, materials, workers, couveuse, solarium,
        laboratoire, levels, units)
    SELECT n, n, {of_member}, ago(0), 1, 1, 1, 1, 20 + n % 3, 19, 21, '{{}}', '{{}}'
    FROM numbers WHERE n <= {members}""",
    # Its first member has a long past of censuses, half of its orders, and the convoys towards these.
    """INSERT INTO censuses (id, member_id, post_id, recorded_at, tdc, food, materials, workers, couveuse, solarium,
        laboratoire, levels, units)
    SELECT {members} + n, 1, 40 * n, ago(n * 600), 1, 1, 1, 1, 20, 19, 21, '{{}}', '{{}}'
    FROM numbers WHERE n <= {posts} / 100""",
    # The first alliance has a long past of orders, and five in progress as every other.
    """INSERT INTO topics (id, uuid, section_id, slug, title, author_name, is_pinned, is_locked, created_at,
        last_post_at, post_count, revision, is_sealed)
    SELECT 20000000 + n, {uuid}, 100002 + 4 * CASE WHEN n <= {done} THEN 1 ELSE 1 + (n - {done} - 1) / 5 END,
        'commande-' || n, 'Commande ' || n, 'x', false, false, ago(0),
        ago(60 * n * {posts} / {orders}), 4, 0, false
    FROM numbers WHERE n <= {orders}""",
    """INSERT INTO orders (id, alliance_id, topic_id, requester_id, x, y, status, food_requested, food_delivered,
        materials_requested, materials_delivered, is_old_format, created_at)
    SELECT n, s.alliance_id, t.id,
        CASE WHEN n <= {done} AND n % 2 = 0 THEN 1 ELSE 1 + (s.alliance_id - 1) * 50 + n % 50 END, 1, 1,
        CASE WHEN n <= {done} THEN 'DONE' ELSE 'IN_PROGRESS' END, 0, 0, 1000000, 20, false, t.created_at
    FROM numbers JOIN topics t ON t.id = 20000000 + n JOIN sections s ON s.id = t.section_id WHERE n <= {orders}""",
    """INSERT INTO posts (id, uuid, topic_id, body, author_name, revision, created_at, is_sealed)
    SELECT {of_order}, {uuid}, 20000001 + (n - 1) / 4, 'x', 'x', 0, ago(n * 30), false
    FROM numbers WHERE n <= 4 * {orders}""",
    """INSERT INTO convoys (id, order_id, post_id, sender_id, recipient_id, food, materials, sent_at, arrives_at)
    SELECT p.id, o.id, p.id, o.requester_id, o.requester_id, 0, 5, p.created_at,
        CASE o.status WHEN 'DONE' THEN p.created_at ELSE ago(-86400) END
    FROM posts p JOIN orders o ON o.topic_id = p.topic_id WHERE p.topic_id > 20000000""",
    """INSERT INTO deliveries (alliance_id, post_id, member_id, is_sent, materials, counted, sent_at)
    SELECT o.alliance_id, c.post_id, c.sender_id, side.n = 1, c.materials, c.materials, c.sent_at
    FROM convoys c JOIN orders o ON o.id = c.order_id JOIN numbers side ON side.n <= 2""",
    """INSERT INTO harvests (id, alliance_id, harvest_at, outcome, missing, created_at)
    SELECT n, 1, ago({slots} * 1800 - n * 1800), 'APPLIED', '[]', ago(0) FROM numbers WHERE n <= {slots}""",
    """INSERT INTO rights_entries (id, member_id, harvest_id, harvest_at, intervals, base_share, coefficient,
        adjustment, adjusted_share, tdc_before, tdc_after, alliance_production, entitlement_thousandths,
        player_production_thousandths, quantity_sent, quantity_received, accumulated_before_thousandths,
        accumulated_after_thousandths)
    SELECT n, 1 + (n - 1) % 50, h.id, h.harvest_at, 1, 0.02, 90, 'UP', 0.02, 800000, 800000, 100.0, 2000, 1000, 5, 5,
        (h.id - 1) * 1000, h.id * 1000
    FROM numbers JOIN harvests h ON h.id = 1 + (n - 1) / 50 WHERE n <= 50 * {slots}""",
)
NUMBERED = (
    "participants",
    *("users", "sections", "alliances", "topics", "posts", "reactions", "notifications", "members", "censuses"),
    *("orders", "convoys", "harvests", "rights_entries"),
)
HEX = "hex(randomblob({}))"
WORDS = {
    "postgres": ("gen_random_uuid()", r"(date_trunc('minute', now()) - (\1) * interval '1 second')"),
    "sqlite": (
        f"lower({' || '.join([HEX.format(4), *[HEX.format(2)] * 3, HEX.format(6)])})".replace("||", "|| '-' ||"),
        r"(strftime('%Y-%m-%d %H:%M:00', strftime('%s', 'now') - (\1), 'unixepoch') || '+00:00')",
    ),
}
"""How each dialect makes a UUID, and the instant so many seconds before this minute."""


def sizes(scale: float) -> dict[str, int]:
    """How many rows of each kind there are at a scale."""
    ones = {"users": 1000, "roots": 10, "sections": 310, "topics": 10_000, "posts": 100_000, "notifications": 10_000}
    ones |= {"alliances": 10, "done": 100, "slots": 2000, "participants": 300}
    found = {name: max(1, int(many * scale)) for name, many in ones.items()}
    return found | {"members": MEMBERS * found["alliances"], "orders": found["done"] + 5 * found["alliances"]}


async def plant(scale: float) -> None:
    """Fills an empty database that has its reference data."""
    many = sizes(scale)
    uuid, ago = WORDS["postgres" if is_postgres() else "sqlite"]
    between = {"of_member": OF_MEMBER.format(**many), "of_order": OF_ORDER.format(**many)}
    words = {"uuid": uuid, **between, **many}
    most = max(many["posts"], MEMBERS * many["slots"])
    await execute("CREATE TABLE numbers (n BIGINT PRIMARY KEY)")
    await execute(
        f"INSERT INTO numbers WITH RECURSIVE up (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM up WHERE n < {most})"
        " SELECT n FROM up"
    )
    indexes = await drop_search_indexes() if is_postgres() else []
    for statement in PLANT:
        await execute(re.sub(r"ago\(([^()]*)\)", ago, statement.format(**words)))
    await execute("DROP TABLE numbers")
    if is_postgres():
        for table in NUMBERED:
            await fetch(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")
        # Of a table with rows that were just updated an index is not gone by while anybody else, in whatever database,
        # is in a transaction that is older than it.
        await execute("VACUUM posts, topics")
        for index in indexes:
            await execute(index)
        await execute("VACUUM ANALYZE")


async def drop_search_indexes() -> list[str]:
    """They are made in a tenth of the time once the rows are there; gives what makes them again."""
    rows = await fetch("SELECT indexname, indexdef FROM pg_indexes WHERE indexname LIKE 'idx_%_search'")
    for row in rows:
        await execute(f'DROP INDEX "{row["indexname"]}"')
    return [row["indexdef"] for row in rows]

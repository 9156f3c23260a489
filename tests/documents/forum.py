"""The forum's mutations and common queries, as the tests send them, and the ids of rows."""

from typing import Any

from engine.operation.node import global_id

CREATE_TOPIC = "mutation($input: TopicInput!) { createTopic(input: $input) { id title } }"
UPDATE_TOPIC = """mutation($id: ID!, $title: String, $isPinned: Boolean, $isLocked: Boolean) {
    updateTopic(id: $id, title: $title, isPinned: $isPinned, isLocked: $isLocked) { title isPinned isLocked slug } }"""
MOVE_TOPIC = "mutation($id: ID!, $sectionId: ID!) { moveTopic(id: $id, sectionId: $sectionId) { id } }"
DELETE_TOPIC = "mutation($id: ID!) { deleteTopic(id: $id) }"
RESTORE_TOPIC = "mutation($id: ID!) { restoreTopic(id: $id) { id slug } }"
CREATE_POST = "mutation($input: PostInput!) { createPost(input: $input) { id body authorName } }"
UPDATE_POST = "mutation($id: ID!, $body: String!) { updatePost(id: $id, body: $body) { body } }"
DELETE_POST = "mutation($id: ID!) { deletePost(id: $id) }"
RESTORE_POST = "mutation($id: ID!) { restorePost(id: $id) { id } }"
REACT = """mutation($postId: ID!, $kind: ReactionKind!) {
    react(postId: $postId, kind: $kind) { reactions { kind count reactedByMe } } }"""
UNREACT = REACT.replace("react(", "unreact(", 1)
MARK_READ = "mutation($topicId: ID!) { markTopicRead(topicId: $topicId) { unreadCount } }"
FOLLOW_TOPIC = """mutation($topicId: ID!, $attention: Attention!) {
    setTopicAttention(topicId: $topicId, attention: $attention) { id viewerAttention } }"""
FOLLOW_SECTION = """mutation($sectionId: ID!, $attention: Attention!) {
    setSectionAttention(sectionId: $sectionId, attention: $attention) { id viewerAttention } }"""
TOPIC = "query($id: ID!) { topic(id: $id) { title posts { edges { node { body } } } } }"
NODE = """query($id: ID!) { node(id: $id) { id ... on Topic { title author { username } }
    ... on Post { body topic { title section { slug } author { username } } } } }"""
TOPICS = "query($slug: String!) { section(slug: $slug) { topics { totalCount edges { node { title } } } } }"


def gid(row: Any) -> str:
    """The global id of a row, which its class names."""
    return global_id(type(row).__name__, row.pk)


def topic_input(section: Any, title: str = "Un sujet", body: str = "Un texte", **more: Any) -> dict[str, Any]:
    return {"sectionId": gid(section), "title": title, "body": body, **more}


def post_input(topic: Any, body: str = "Une réponse", **more: Any) -> dict[str, Any]:
    return {"topicId": gid(topic), "body": body, **more}


def titles(section: Any) -> list[str]:
    """The titles of a section's page of topics, in order."""
    return [edge["node"]["title"] for edge in section["topics"]["edges"]]


def bodies(topic: Any) -> list[str]:
    return [edge["node"]["body"] for edge in topic["posts"]["edges"]]

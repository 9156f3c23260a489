"""The mutations and queries of hostings as the tests send them."""

from typing import Any

HOSTING = "id keyState closedAt mother { tag } host { tag } members { pseudo } mirrors { pending section { kind } }"
_PAIR = "mutation($mother: String!, $host: String!) {{ {}(motherTag: $mother, hostTag: $host) {{ {} }} }}"
OPEN, WITHDRAW, DECLINE = (
    _PAIR.format(field, "status proposedAt answeredAt mother { tag } host { tag }")
    for field in ("openHosting", "withdrawHosting", "declineHosting")
)
ACCEPT = _PAIR.format("acceptHosting", HOSTING)
PROPOSALS = """query($tag: String!) { alliance(tag: $tag) { hostingProposals {
    status proposedAt answeredAt mother { tag } host { tag } } } }"""
CLOSE = f"mutation($id: ID!) {{ closeHosting(id: $id) {{ {HOSTING} }} }}"
HOST = "mutation($id: ID!, $tag: String!) { hostMember(memberId: $id, hostTag: $tag) { pseudo hostedBy { tag } } }"
RECALL = "mutation($id: ID!) { recallMember(memberId: $id) { pseudo hostedBy { tag } } }"
SYNC = "mutation($tag: String!) { syncMirrors(allianceTag: $tag) { pending syncedAt faults { topic post reason } } }"
EXPORT = "mutation($tag: String!) { exportAllianceKey(allianceTag: $tag) }"
RESTORE = "mutation($tag: String!, $key: String!) { restoreAllianceKey(allianceTag: $tag, key: $key) { keyState } }"
ROTATE = "mutation($tag: String!) { rotateAllianceKey(allianceTag: $tag) { keyState } }"
TRAIL = "query($tag: String!) { alliance(tag: $tag) { keyTrail { action userName kid } } }"
MIRRORS = """query { categories { sections { kind name slug topicCount topics { totalCount edges { node {
    id title slug isEncrypted authorName author { username } postCount posts { edges { node {
        id body isEncrypted authorName author { username } revisions { body } } } } } } } } } }"""
REPLY = "mutation($id: ID!, $body: String!) { createPost(input: {topicId: $id, body: $body}) { id body authorName } }"
EDIT = "mutation($id: ID!, $body: String!) { updatePost(id: $id, body: $body) { id body isEncrypted } }"
DELETE = "mutation($id: ID!) { deletePost(id: $id) }"
SEARCH = "query($q: String!) { searchPosts(query: $q) { totalCount edges { node { body } } } }"
NOTICES = "query { notifications { edges { node { kind level message } } } }"


def bodies(topic: dict[str, Any]) -> list[str]:
    return [edge["node"]["body"] for edge in topic["posts"]["edges"]]

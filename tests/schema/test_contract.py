"""What clients count on: the contract is served, and nothing that was released breaks without being announced."""

import re
from pathlib import Path

import pytest
from graphql import GraphQLSchema, build_ast_schema, build_schema
from graphql.utilities import DangerousChangeType, find_breaking_changes, find_dangerous_changes

from tests.schema.guard_matrix import document

ROOT = Path(__file__).parents[2]
REFUSED = "a refusal blanks its own field, not the page"
# Where the service differs from the contract, and why. What is mended must leave the list.
DIFFERENCES = {
    "Field Order.topic changed type from Topic! to Topic.": "a topic that the viewer may not see is null, not an error",
    "Field Query.users changed type from UserConnection! to UserConnection.": REFUSED,
    "Field Query.roles changed type from [Role!]! to [Role!].": REFUSED,
    "Field Query.alliances changed type from [Alliance!]! to [Alliance!].": REFUSED,
    "Field Query.notifications changed type from NotificationConnection! to NotificationConnection.": REFUSED,
    "Field Member.rightsHistory changed type from RightsEntryConnection! to RightsEntryConnection.": REFUSED,
    "Field Hosting.members changed type from [Member!]! to [Member!].": REFUSED,
    "Field Section.topics changed type from TopicConnection! to TopicConnection.": REFUSED,
    "Field Alliance.members changed type from [Member!]! to [Member!].": REFUSED,
    "Field Alliance.orders changed type from [Order!]! to [Order!].": REFUSED,
    "Field Alliance.convoysUnderWay changed type from [Convoy!]! to [Convoy!].": REFUSED,
    "Field Mutation.openHosting changed type from Hosting! to HostingProposal!.": "it begins when the host accepts",
    "Field Mutation.claimMember changed type from Member! to ClaimedMember!.": "a stranger learns nothing new",
}


def served() -> GraphQLSchema:
    return build_ast_schema(document())


def broken(before: GraphQLSchema, after: GraphQLSchema) -> set[str]:
    """What a client of the one schema may stumble over in the other: other defaults of arguments too."""
    defaults = {
        DangerousChangeType.ARG_DEFAULT_VALUE_CHANGE,
        DangerousChangeType.INPUT_FIELD_DEFAULT_VALUE_CHANGE,
    }
    found = {change.description for change in find_breaking_changes(before, after)}
    return found | {change.description for change in find_dangerous_changes(before, after) if change.type in defaults}


def announced(changelog: str) -> set[str]:
    """The points under a heading `Breaking` of the part that is not released."""
    unreleased = re.search(r"^## [^\n]*\(unreleased\)$(.*?)(?=^## |\Z)", changelog, re.MULTILINE | re.DOTALL)
    breaking = re.search(r"^### Breaking$(.*?)(?=^### |\Z)", unreleased[1] if unreleased else "", re.M | re.DOTALL)
    return set(re.findall(r"^- (.+)$", breaking[1] if breaking else "", re.MULTILINE))


def test_the_contract_is_served() -> None:
    contract = build_schema((Path(__file__).parent / "contract.graphql").read_text())
    assert broken(contract, served()) == set(DIFFERENCES)


def test_what_breaks_clients_of_the_last_release_is_announced() -> None:
    """Each in its own line, in the words of this test's failure."""
    released = build_schema((ROOT / "schema.released.graphql").read_text())
    assert broken(released, served()) - announced((ROOT / "CHANGELOG.md").read_text()) == set()


OLD = "type Query { users(first: Int = 20): [User!]! } type User { name: String! email: String }"
CHANGES = [
    ("email: String", "", "Field User.email was removed."),
    ("name: String!", "name: String", "Field User.name changed type from String! to String."),
    ("first: Int = 20", "first: Int = 50", "Query.users(first:) has changed defaultValue from 20 to 50."),
    ("first: Int = 20", "first: Int!", "Argument Query.users(first:) has changed type from Int to Int!."),
]


@pytest.mark.parametrize(("before", "after", "words"), CHANGES)
def test_what_breaks_is_found(before: str, after: str, words: str) -> None:
    assert broken(build_schema(OLD), build_schema(OLD.replace(before, after))) == {words}


def test_more_fields_and_arguments_break_nothing() -> None:
    more = OLD.replace("email: String", "email: String age: Int").replace("= 20", "= 20, after: String")
    assert broken(build_schema(OLD), build_schema(more)) == set()


def test_only_the_unreleased_part_announces() -> None:
    changelog = (
        "# C\n\n## 0.2 (unreleased)\n\n- a\n\n### Breaking\n\n- b\n\n### Else\n\n- c\n\n## 0.1\n\n### Breaking\n\n- d\n"
    )
    assert announced(changelog) == {"b"}
    assert announced(changelog.replace(" (unreleased)", "")) == set()

"""Queries of the whole schema by a dice: aliases, fragments, merged fields, variables, @skip and @include.

All are valid. Arguments are what a test hands in: ids, slugs and tags of rows that there are, and of some that are not.
"""

import random
from collections.abc import Mapping, Sequence
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    get_named_type,
    is_leaf_type,
    is_required_argument,
)

from tests.documents.everything import SCHEMA, Question

FLAGS = ("yes", "no", "maybe")


class Generator:
    """One document. `values` are by `Type.field.argument` or by the argument's name alone, to choose from."""

    def __init__(self, dice: random.Random, values: Mapping[str, Sequence[Any]], *, most_fields: int = 60) -> None:
        self.dice = dice
        self.values = values
        self.left = most_fields
        self.number = 0
        self.declared: dict[str, str] = {}
        self.given: dict[str, Any] = {}
        self.fragments: list[str] = []

    def question(self) -> Question:
        roots = self.dice.sample(sorted(SCHEMA.query_type.fields), self.dice.choice([1, 1, 2, 3]))
        body = " ".join(self._field(SCHEMA.query_type, name, 5) for name in roots)
        if self.dice.random() < 0.1:
            body = f"__typename {body}"
        declared = ", ".join(f"${name}: {type_}" for name, type_ in self.declared.items())
        head = f"query Q({declared})" if declared else "query Q"
        return Question(f"{head} {{ {body} }} {' '.join(self.fragments)}", self.given)

    def _selection(self, type_: Any, depth: int) -> str:
        if isinstance(type_, GraphQLInterfaceType):
            kinds = self.dice.sample(SCHEMA.get_possible_types(type_), 3)
            parts = ["__typename", "id", *(self._fragment(one, depth) for one in kinds)]
            return " ".join(self.dice.sample(parts, self.dice.randint(2, len(parts))))
        names = [name for name, field in type_.fields.items() if depth > 0 or is_leaf_type(get_named_type(field.type))]
        chosen = self.dice.sample(names, min(len(names), self.dice.randint(1, 6)))
        parts = [self._field(type_, name, depth) for name in chosen if self.left > 0]
        if self.dice.random() < 0.2:
            parts.append(f"{self._alias(0.3)}__typename{self._directive()}")
        if self.dice.random() < 0.15 and depth > 0 and self.left > 0:
            parts.append(self._fragment(type_, depth - 1))
        if self.dice.random() < 0.1 and parts:
            parts.append(self.dice.choice(parts))  # The same once more: merged.
        return " ".join(parts) or "__typename"

    def _fragment(self, type_: Any, depth: int) -> str:
        inside = self._selection(type_, depth)
        if self.dice.random() < 0.5:
            on = self.dice.choice([f" on {type_.name}", ""]) if isinstance(type_, GraphQLObjectType) else ""
            return f"...{on or f' on {type_.name}'}{self._directive()} {{ {inside} }}"
        self.number += 1
        self.fragments.append(f"fragment F{self.number} on {type_.name} {{ {inside} }}")
        return f"...F{self.number}{self._directive()}"

    def _field(self, type_: Any, name: str, depth: int) -> str:
        self.left -= 1
        field = type_.fields[name]
        arguments = self._arguments(type_.name, name, field)
        # What is asked under one name must be the same question wherever it is asked.
        alias = self._alias(1.0 if field.args or not is_leaf_type(get_named_type(field.type)) else 0.15)
        below = get_named_type(field.type)
        inside = "" if is_leaf_type(below) else f" {{ {self._selection(below, depth - 1)} }}"
        return f"{alias}{name}{arguments}{self._directive()}{inside}"

    def _alias(self, chance: float) -> str:
        if self.dice.random() >= chance:
            return ""
        self.number += 1
        return f"a{self.number}: "

    def _directive(self) -> str:
        if self.dice.random() >= 0.12:
            return ""
        flag = self.dice.choice(FLAGS)
        condition = self.dice.choice(["true", "false", f"${flag}", f"${flag}"])
        if condition.startswith("$"):
            self.declared[flag] = "Boolean!" if flag != "maybe" else "Boolean! = true"
            if flag != "maybe":
                self.given[flag] = flag == "yes"
        return f" @{self.dice.choice(['skip', 'include'])}(if: {condition})"

    def _arguments(self, type_name: str, name: str, field: Any) -> str:
        given = []
        for argument, definition in field.args.items():
            values = self.values.get(f"{type_name}.{name}.{argument}") or self.values.get(argument)
            if values is None and is_required_argument(definition):
                raise AssertionError(f"say what {type_name}.{name}({argument}:) is to be")
            if values is None or not (is_required_argument(definition) or self.dice.random() < 0.3):
                continue
            given.append(f"{argument}: {self._value(definition.type, self.dice.choice(values))}")
        return f"({', '.join(given)})" if given else ""

    def _value(self, type_: Any, value: Any) -> str:
        is_enum = isinstance(get_named_type(type_), GraphQLEnumType)
        if self.dice.random() < 0.5 or isinstance(value, (list, dict)):
            self.number += 1
            self.declared[f"v{self.number}"] = str(type_)
            self.given[f"v{self.number}"] = value
            return f"$v{self.number}"
        if value is None or isinstance(value, bool):
            return {None: "null", True: "true", False: "false"}[value]
        return str(value) if is_enum or not isinstance(value, str) else f'"{value}"'

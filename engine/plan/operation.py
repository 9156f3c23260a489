"""The compiler's whole interface: an operation of a document in, something that answers it out; or None.

`compile_operation` gives None for what is graphql-core's. `CompiledOperation.run` gives an answer, in which what a
guard or an awaited resolver raises leaves null where that may be. Or it raises: graphql-core then does all of it, since
to read twice changes nothing.
"""

from collections.abc import Mapping
from typing import Any

from graphql import (
    DirectiveNode,
    DocumentNode,
    ExecutionResult,
    FragmentDefinitionNode,
    GraphQLSchema,
    Node,
    OperationDefinitionNode,
    OperationType,
    VariableNode,
    get_operation_ast,
)
from graphql.execution.collect_fields import FragmentDetails, collect_fields
from graphql.execution.values import VariableValues

from domain.core.refusal import Refusal
from engine.kept.answer import Holes
from engine.plan.compilation import Compilation
from engine.plan.level import Level
from engine.plan.refused import errors_in
from engine.plan.run import Run, StepsAside

MOST_VARIANTS = 8
"""Of one operation: a page's columns may be chosen one by one, and each choice is another plan."""


_NEW, _SEEN = StepsAside("new flags"), StepsAside("new flags")


class CompiledOperation:
    """A query of one document. Its plans are made as they are needed: one for each set of flags that it is run with."""

    def __init__(self, schema: GraphQLSchema, operation: OperationDefinitionNode, fragments: Any) -> None:
        self._schema = schema
        self._operation = operation
        self._fragments = fragments
        self._definitions = {name: one.definition for name, one in fragments.items()}
        nodes = [operation, *(one.definition for one in fragments.values())]
        self._flags = sorted({name for node in nodes for name in _flags(node)})
        self._variants: dict[tuple[Any, ...], Level | StepsAside] = {}

    async def run(
        self,
        root: Any,
        context: Any,
        variables: VariableValues,
        extensions: Any = None,
        most_objects: int = 10**9,
        holes: Holes | None = None,
    ) -> ExecutionResult:
        """The answer, with what was refused; StepsAside, or whatever else was raised, where there is none."""
        plan = self.plan(variables)
        document = self._schema, self._operation, self._definitions
        run = Run(*document, root, context, variables, extensions, most_objects, holes)
        (data,) = await plan.complete([root], run)
        run.spend(0)
        return ExecutionResult(data, errors_in(data) if run.refusals else None)

    def plan(self, variables: VariableValues) -> Level:
        """The plan for these flags; of other flags than the first, from their second use on."""
        flags = tuple(variables.coerced.get(name) for name in self._flags)
        found = self._variants.pop(flags, _NEW)
        if found is _NEW and self._variants:
            found = _SEEN
        elif found is _NEW or found is _SEEN:
            found = self._tried(variables)
        self._variants[flags] = found
        if len(self._variants) > MOST_VARIANTS:
            del self._variants[next(iter(self._variants))]
        if isinstance(found, StepsAside):
            raise StepsAside(*found.args)
        return found

    def _tried(self, variables: VariableValues) -> Level | StepsAside:
        try:
            return self._compiled(variables)
        except StepsAside as reason:
            return StepsAside(*reason.args)
        except Exception:  # noqa: BLE001 - what the compiler fails at is graphql-core's, and is not tried again
            return StepsAside("compilation")

    def _compiled(self, variables: VariableValues) -> Level:
        compilation = Compilation(self._schema, self._operation, self._fragments, variables)
        root = self._schema.query_type
        if root is None:
            raise StepsAside("root")
        collected = collect_fields(self._schema, self._fragments, variables, root, self._operation, False)
        if collected.new_defer_usages:
            raise StepsAside("defer")
        return compilation.level_of(root, dict(collected.grouped_field_set))


def compile_operation(
    schema: GraphQLSchema, document: DocumentNode, operation_name: str | None = None
) -> CompiledOperation | None:
    """The operation of this name; None for all but queries."""
    operation = get_operation_ast(document, operation_name)
    if operation is None or operation.operation is not OperationType.QUERY:
        return None
    fragments: Mapping[str, FragmentDetails] = {
        one.name.value: FragmentDetails(one) for one in document.definitions if isinstance(one, FragmentDefinitionNode)
    }
    return CompiledOperation(schema, operation, fragments)


def _flags(node: Node) -> list[str]:
    """The variables that decide what is selected."""
    if isinstance(node, DirectiveNode):
        values = [one.value for one in node.arguments or ()]
        return [one.name.value for one in values if isinstance(one, VariableNode)]
    children = [getattr(node, key, None) for key in node.keys]
    nodes = [one for child in children for one in (child if isinstance(child, (list, tuple)) else [child])]
    return [name for one in nodes if isinstance(one, Node) for name in _flags(one)]


def why(reason: Exception) -> str:
    """For counting: one of few words."""
    if isinstance(reason, StepsAside):
        return str(reason)
    return "refusal" if isinstance(reason, Refusal) else "error"

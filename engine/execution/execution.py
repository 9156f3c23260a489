"""Execution in columns: lists of objects whose selected fields only read their rows are completed field by field.

graphql-core walks a list object by object and pays for every field of each. Here a list is completed level by level:
a column of values for each field, then the rows zipped together. A plan is made only of fields that read an attribute
of the row or are derived from the row alone; any field with a resolver, a permission or an extension, and any value
that is not plainly right, sends the whole list down graphql-core's own path, which alone words errors. The one
exception is a guarded field: its check is made for the very rows that are completed, each time, and a refusal too
takes the ordinary path, which asks again for each row.
"""

from operator import attrgetter
from typing import Any

from graphql import (
    GraphQLEnumType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLScalarType,
    OperationType,
)
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from engine.document.document import KEPT_LENGTH, too_complex
from engine.execution.column import Complete, FieldPlan, NotVectorizable, leaves, lists, objects, same
from engine.execution.field import reader_of, row_guard_of
from engine.execution.planned import answered
from engine.plan.kept import plan_of
from engine.plan.operation import CompiledOperation
from engine.plan.run import MAX_OBJECTS, ONE_BY_ONE

KEPT_PLANS = 1024


# A plan by its selection. The nodes are kept with it, so that their identities are not given to others meanwhile.
Plans = dict[Any, tuple[tuple[Any, ...], dict[str, FieldPlan] | None]]
_PLANS: Plans = {}


class OverBudget(BaseException):
    """The answer grows past the limit: a list in columns is given up. No Exception, or a column would take it in."""


class ColumnExecutionContext(StrawberryGraphQLCoreExecutionContext):
    """graphql-core's executor, with the shortcut for lists and a limit to what one operation may answer.

    A cycle such as `subsections { parent { subsections } }` multiplies at each level what a query's own text does not
    show, so objects are counted as they are completed.
    """

    def __init__(self, *args: Any, may_plan: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.may_plan = may_plan
        self.objects_left = MAX_OBJECTS
        self.own_plans: Plans = {}

    def execute_operation(self, serially: bool | None = None) -> Any:  # noqa: FBT001 - graphql-core's signature
        """By the operation's plan, where there is one that answers without an error."""
        plan = None
        if self.may_plan and self.operation.operation is OperationType.QUERY:
            plan = plan_of(self.schema, self.operation)
        return super().execute_operation(serially) if plan is None else self._planned(plan, serially)

    async def _planned(self, plan: CompiledOperation, serially: bool | None) -> Any:  # noqa: FBT001
        given = self.variable_values, self.operation_extensions
        found = await answered(plan, self.root_value, self.context_value, *given, self.objects_left)
        if found is not None:
            return found
        result: Any = super().execute_operation(serially)
        return await result if self.is_awaitable(result) else result

    def afford(self, objects: int) -> None:
        if objects > self.objects_left:
            raise OverBudget

    def spend(self, objects: int) -> None:
        self.afford(objects)
        self.objects_left -= objects

    def build_response(self, data: dict[str, Any] | None) -> Any:
        """Past the limit all that was answered is dropped.

        Nothing is thrown for it: what was begun ends by itself, where an exception would leave some of it unawaited and
        cancel the rest inside a transaction. Objects and lists that come afterwards are completed empty.
        """
        if self.objects_left < 0:
            self.collected_errors.add(too_complex("too_many_objects", MAX_OBJECTS), None)
            data = None
        return super().build_response(data)

    def complete_object_value(
        self, return_type: Any, field_details_list: Any, info: Any, path: Any, result: Any, position_context: Any
    ) -> Any:
        self.objects_left -= ONE_BY_ONE
        if self.objects_left < 0:
            return {}
        return super().complete_object_value(return_type, field_details_list, info, path, result, position_context)

    def complete_list_value(
        self, return_type: Any, field_details_list: Any, info: Any, path: Any, result: Any, position_context: Any
    ) -> Any:
        if self.objects_left < 0:
            return []
        item_type = return_type.of_type
        if type(result) is list and result and not self.get_stream_usage(field_details_list, path):
            plan = self._plan(item_type, field_details_list)
            if plan is not None:
                left = self.objects_left
                try:
                    return plan(result, self)
                except NotVectorizable:
                    self.objects_left = left
                except OverBudget:
                    self.objects_left = -1
                    return []
        return super().complete_list_value(return_type, field_details_list, info, path, result, position_context)

    def _plan(self, type_: Any, details: Any) -> Complete | None:
        """The completion of a column of values of a type, or None where only the ordinary path will do."""
        nullable = not isinstance(type_, GraphQLNonNull)
        inner = type_ if nullable else type_.of_type
        if isinstance(inner, GraphQLObjectType):
            fields = self._object_plan(inner, details)
            return None if fields is None else objects(fields, nullable=nullable)
        if isinstance(inner, GraphQLList):
            items = self._plan(inner.of_type, details)
            return None if items is None else lists(items, nullable=nullable)
        if isinstance(inner, (GraphQLScalarType, GraphQLEnumType)):
            return leaves(inner, nullable=nullable)
        return None

    def _object_plan(self, type_: GraphQLObjectType, details: Any) -> dict[str, FieldPlan] | None:
        """The plan of a selection: the same nodes, the same plan.

        What @skip and @include may change is part of the key: the operation's boolean variables. Plans keep all tokens
        of their document, so that those of a long one, which is not kept itself, end with its operation.
        """
        nodes = tuple(detail.node for detail in details)
        flags = tuple(item for item in self.variable_values.coerced.items() if type(item[1]) is bool)
        key = (type_, tuple(map(id, nodes)), flags)
        plans = _PLANS if len(nodes[0].loc.source.body) <= KEPT_LENGTH else self.own_plans
        kept = plans.get(key)
        if kept is None:
            if len(plans) >= KEPT_PLANS:
                plans.clear()
            plans[key] = (nodes, None)  # While it is being made, a type inside itself has no plan yet.
            kept = plans[key] = (nodes, self._make_object_plan(type_, details))
        return kept[1]

    def _make_object_plan(self, type_: GraphQLObjectType, details: Any) -> dict[str, FieldPlan] | None:
        collected = self.collect_subfields(type_, details)
        if collected.new_defer_usages or any(detail.fragment_variable_values for detail in details):
            return None
        fields: dict[str, FieldPlan] = {}
        for response_name, group in collected.grouped_field_set.items():
            name = group[0].node.name.value
            if name == "__typename":
                fields[response_name] = FieldPlan(lambda _row, typename=type_.name: typename, same)  # type: ignore[misc]
                continue
            definition = type_.fields.get(name)
            read = None if definition is None else reader_of(definition)
            complete = None if definition is None or read is None else self._plan(definition.type, group)
            if read is None or complete is None:
                return None
            read = attrgetter(read) if isinstance(read, str) else read
            fields[response_name] = FieldPlan(read, complete, row_guard_of(definition))
        return fields

"""Execution of a stream's events: what all viewers of one sight read alike is executed once and given to each."""

from typing import Any

from engine.execution.execution import ColumnExecutionContext


class EventExecutionContext(ColumnExecutionContext):
    """Column execution, which keeps the result with an event's row where the row says that it may be shared.

    `results` is there only on rows whose selected fields hold nothing of one viewer. The operation's nodes are kept
    with its result, so that their identity is not given to another meanwhile.
    """

    def execute_operation(self, serially: bool | None = None) -> Any:  # noqa: FBT001 - graphql-core's signature
        results: dict[Any, Any] | None = getattr(self.root_value, "results", None)
        if results is None:
            return super().execute_operation(serially)
        flags = tuple(item for item in self.variable_values.coerced.items() if type(item[1]) is bool)
        key = (id(self.operation), flags)
        kept = results.get(key)
        if kept is None:
            result: Any = super().execute_operation(serially)
            if self.is_awaitable(result) or result.errors:
                return result
            kept = results[key] = (self.operation, result)
        return kept[1]

"""Execution of a stream's events: what all viewers of one sight read alike is executed once and given to each."""

from typing import Any

from graphql import ExecutionResult

from engine.execution.execution import ColumnExecutionContext
from engine.live.shared_answer import SharedAnswer


class EventExecutionContext(ColumnExecutionContext):
    """Column execution, which keeps the result with an event's row where the row says that it may be shared.

    `shared` is there only on rows whose selected fields hold nothing of one viewer.
    """

    def execute_operation(self, serially: bool | None = None) -> Any:  # noqa: FBT001 - graphql-core's signature
        shared: dict[Any, SharedAnswer] | None = getattr(self.root_value, "shared", None)
        key = None if shared is None else self.context_value.reads_as
        if shared is None or key is None:
            return super().execute_operation(serially)
        result: Any = super().execute_operation(serially) if key not in shared else None
        if result is not None:
            if self.is_awaitable(result) or result.errors or result.data is None:
                return result
            shared[key] = SharedAnswer(result.data, self.operation)
        return ExecutionResult(shared[key], None)

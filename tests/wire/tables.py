"""What Tortoise works out of the tables at each opening of a database: in tests, once for each dialect.

It is the same every time, and takes longer than most tests. Knows nothing of what the tables are.
"""

from copy import copy
from typing import Any

from tortoise.apps import Apps

# What `Apps._build_initial_querysets` leaves behind that depends on the dialect.
OF_DIALECT = (
    "filters",
    "basetable",
    "basequery",
    "basequery_all_fields",
    "db_native_fields",
    "db_default_fields",
    "db_complex_fields",
)
_first = Apps._build_initial_querysets
_kept: dict[tuple[object, ...], list[dict[str, Any]]] = {}


def _once(apps: Apps) -> None:
    models = [model for app in apps.apps.values() for model in app.values()]
    key = (*models, *{model._meta.default_connection for model in models})
    if key not in _kept:
        _first(apps)
        _kept[key] = [{name: copy(getattr(model._meta, name)) for name in OF_DIALECT} for model in models]
    # Copies, since what is worked out for the other dialect is written into the same lists.
    for model, kept in zip(models, _kept[key], strict=True):
        for name, value in kept.items():
            setattr(model._meta, name, copy(value))


def work_out_tables_once() -> None:
    Apps._build_initial_querysets = _once  # type: ignore[assignment, method-assign]

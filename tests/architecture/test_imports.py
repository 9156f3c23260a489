"""Imports point down the layers and left along the areas, and nowhere in a circle."""

from tests.architecture.code import AREAS, Import, Module, modules, modules_by_name

LAYERS = [
    {"cli"},
    {"commands"},
    {"app"},
    {"config", "pages"},
    {"schema", "jobs"},
    {"resolvers"},
    {"engine"},
    {"observability"},
    {"models", "permissions"},
    {"domain"},
]
DEPTH = {layer: depth for depth, layers in enumerate(LAYERS) for layer in layers}
# The rows of models know the viewer that they are read for; permissions stay pure.
NEIGHBOURS = {("models", "permissions")}
# What the engine may know of the layers below it: no noun of ours but who asks.
ENGINE_KNOWS = (
    "domain.core.",
    "models.core.",
    "models.live.",
    "models.account.account",
    "observability",
    "permissions.viewer",
    "permissions.exploration",
    "permissions.introspection",
    "permissions.registration",
    "permissions.row_filter",
)
# Hosting and transfer stand side by side and know nothing of each other.
RANK = {area: rank for rank, area in enumerate(AREAS)} | {"transfer": AREAS.index("hosting")}


def _points_down(module: Module, one: Import) -> bool:
    layer = one.module.partition(".")[0]
    if layer == module.layer or (module.layer, layer) in NEIGHBOURS:
        return True
    if layer == "config":
        return module.layer in ("app", "commands")
    if (module.layer, layer) == ("jobs", "resolvers"):
        return False  # Resolvers serve the schema alone.
    if module.layer == "engine":
        return one.module.startswith(("engine.", *ENGINE_KNOWS))
    return DEPTH[layer] > DEPTH[module.layer]


def _points_left(module: Module, one: Import) -> bool:
    other = modules_by_name().get(one.module)
    if module.area is None or other is None or one.is_lazy:
        return True
    if other.area is None:
        # What stands above the areas of a layer is for the layers above it, but for packages and permissions.
        return other.layer != module.layer or other.path.name == "__init__.py"
    return other.area == module.area or RANK[other.area] < RANK[module.area]


def test_imports_point_down_and_left() -> None:
    assert any(module.imports for module in modules())
    assert not [
        f"{module.place}:{one.line} imports {one.module}"
        for module in modules()
        for one in module.imports
        if not (_points_down(module, one) and _points_left(module, one))
    ]


def _in_circles(graph: dict[str, set[str]]) -> set[str]:
    """What is left once everything is taken away that needs nothing which is left."""
    left = dict(graph)
    while ready := {name for name, needs in left.items() if not needs & left.keys()}:
        left = {name: needs for name, needs in left.items() if name not in ready}
    return set(left)


def _graph(layers: set[str], *, for_types: bool) -> dict[str, set[str]]:
    return {
        module.name: {one.module for one in module.imports if not one.is_lazy and (for_types or not one.is_for_types)}
        for module in modules()
        if module.path.name != "__init__.py" and module.layer in layers
    }


def test_nothing_imports_itself_in_a_circle() -> None:
    """At run time: an import inside a function counts, one for types alone does not."""
    assert not _in_circles(_graph(set(DEPTH), for_types=False))


def test_models_stand_in_no_circle_for_the_type_checker_either() -> None:
    assert not _in_circles(_graph({"models"}, for_types=True))

"""Who may ask the schema about itself. A pure rule over the viewer; enforced by engine/document/introspection."""

from enum import StrEnum

from permissions.viewer import Viewer


class Introspection(StrEnum):
    """For whom `__schema` and `__type` answer."""

    SIGNED_IN = "signed-in"
    EVERYONE = "everyone"
    NOBODY = "nobody"


def may_introspect(viewer: Viewer, allowed: Introspection) -> bool:
    if allowed is Introspection.EVERYONE:
        return True
    return allowed is Introspection.SIGNED_IN and viewer.is_authenticated

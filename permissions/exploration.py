"""Who may send documents of their own where trusted ones are set. A pure rule; enforced by
engine/document/trusted_document."""

from enum import StrEnum

from permissions.viewer import Viewer


class Exploration(StrEnum):
    """For whom documents that are not in the manifest are run."""

    SIGNED_IN = "signed-in"
    NOBODY = "nobody"


def may_explore(viewer: Viewer, allowed: Exploration) -> bool:
    return allowed is Exploration.SIGNED_IN and viewer.is_authenticated

"""The filters of rows as clients read of them."""

from engine.execution.described_enum import described_enum
from permissions.row_filter import RowFilter

described_enum(
    RowFilter,
    "Whom rows of the forum or of an alliance are there for.",
    {
        RowFilter.SECTION_VISIBILITY: "Who sees the section that it stands in, and every section above that one.",
        RowFilter.CATEGORY_ENTRY: "Who may enter the category, or sees a section of it.",
        RowFilter.REVISION_SIGHT: "The site's staff, and who wrote the post.",
        RowFilter.SIGNED_IN: "Every account.",
        RowFilter.ALLIANCE_INSIGHT: "The alliance's members who have a topic of their own there, and the site's "
        "staff; a member's own place is there for its account in any case.",
        RowFilter.ALLIANCE_ADMINISTRATION: "Who administers the alliance.",
        RowFilter.OWN_PLACE: "The member's own account, where the member has a topic, and who administers the alliance "
        "and has a topic of their own there.",
        RowFilter.OWN: "Whose own it is: a notification's reader, a member's account or the one that claims the place.",
    },
)

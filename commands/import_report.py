"""What an import tells whoever runs it, in their language. Imports nothing.

Tested in tests/test_cli.py.
"""

from collections.abc import Iterator

from commands.runtime import language, localized
from engine.operation.message import localize
from models.forum.interpretation import explain
from models.transfer.dump import ImportReport


def report_lines(report: ImportReport) -> Iterator[str]:
    """What was created and what was there already, then each text that could not be read, and why."""
    created, kept = localized("créés", "created"), localized("déjà là", "kept")
    colon = localized(" : ", ": ")
    topics, posts = localized("sujets", "topics"), localized("messages", "posts")
    yield f"{topics}{colon}{report.topics_created} {created}, {report.topics_kept} {kept}"
    yield f"{posts}{colon}{report.posts_created} {created}, {report.posts_kept} {kept}"
    yield f"{localized('illisibles', 'unreadable')}{colon}{len(report.unreadable)}"
    for bad in report.unreadable:
        code, details = explain(bad.failure)
        post = f"{localized('message', 'post')} {bad.post}" if bad.post else localized("titre", "title")
        yield f"  {bad.section} / {bad.topic!r}, {post}{colon}{localize(code, language(), details)}"

"""`make mutants`: plants faults in the rules and the guards and fails where the tests overlook one in twenty.

`python -m tests.mutation domain.forum engine.guard` asks these alone.
"""

import shutil
import sys
from collections import Counter

from tests.mutation.functions import faults_of_functions
from tests.mutation.source import ROOT
from tests.mutation.tables import faults_of_tables

LEAST = 0.95
"""The share that has to be caught in each folder. What is left is listed, and argued where it stands."""


def main(asked: list[str]) -> int:
    if not asked:
        shutil.rmtree(ROOT / "mutants", ignore_errors=True)
    verdicts = [*faults_of_functions(asked), *faults_of_tables(asked)]
    overlooked = sorted(one.fault for one in verdicts if not one.is_caught)
    print(*overlooked, sep="\n")
    planted = Counter(one.folder for one in verdicts)
    caught = Counter(one.folder for one in verdicts if one.is_caught)
    for folder, number in sorted(planted.items()):
        print(f"{folder:20} {caught[folder]:5} of {number:5} {caught[folder] / number:7.1%}")
    print(f"{'all':20} {caught.total():5} of {planted.total():5} {caught.total() / max(planted.total(), 1):7.1%}")
    return int(any(caught[folder] < LEAST * number for folder, number in planted.items()))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""What became of the queries that had a plan, as the service counts it."""

from collections import Counter

from observability.metrics import PLANS


def outcomes() -> Counter[str]:
    return Counter(
        {
            sample.labels["outcome"]: int(sample.value)
            for family in PLANS.collect()
            for sample in family.samples
            if sample.name.endswith("_total")
        }
    )

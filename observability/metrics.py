"""What this process counts of itself. Names and numbers only: no ids, no texts, nothing of anybody.

Tested in tests/test_cli.py.
"""

import os

from prometheus_client import Counter, Gauge, Histogram

FOLDER = "PROMETHEUS_MULTIPROC_DIR"


def _make_folder() -> None:
    """Where the processes of one server count together: the library opens files in it with the first counter."""
    folder = os.environ.get(FOLDER)
    if not folder:
        return
    try:
        os.makedirs(folder, exist_ok=True)
    except OSError as error:
        raise SystemExit(f"{FOLDER}: {folder}: {error.strerror}") from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise SystemExit(f"{FOLDER}: {folder} cannot be written")


_make_folder()
REQUESTS = Counter("pheromone_requests", "Answers given over HTTP, by status.", ["status"])
SECONDS = Histogram(
    "pheromone_request_seconds",
    "Time to answer over HTTP, streams left out.",
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)
ERRORS = Counter("pheromone_errors", "Errors in answers and events, by code.", ["code"])
PLANS = Counter(
    "pheromone_plans", "Queries that had a plan, by whether it answered or why it stepped aside.", ["outcome"]
)
KEPT_ANSWERS = Counter(
    "pheromone_kept_answers",
    "Queries whose answer may be kept, by whether it was (hit), was but for its numbers (filled), or was made (miss).",
    ["outcome"],
)
SOCKETS = Gauge("pheromone_sockets", "Open WebSockets.", multiprocess_mode="livesum")
SUBSCRIPTIONS = Gauge("pheromone_subscriptions", "Subscriptions that wait for events.", multiprocess_mode="livesum")
EVENTS = Counter("pheromone_events", "Events that were handed to subscribers.")
PRUNED = Counter("pheromone_pruned_rows", "Rows whose time was over that were taken away, by what they were.", ["what"])
OVERRUNS = Counter("pheromone_queue_overruns", "Queues of subscribers that ran over; posts are read from the log then.")
HARVESTS = Counter("pheromone_harvests", "Harvests that were tried, by what became of them.", ["outcome"])
FAILED_SIGN_INS = Counter("pheromone_failed_sign_ins", "Sign-ins that failed, by what was guessed.", ["by"])
HARVEST_SECONDS = Histogram(
    "pheromone_harvest_seconds",
    "How long a harvest of one alliance took.",
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60),
)
HARVEST_LATENESS = Histogram(
    "pheromone_harvest_lateness_seconds",
    "How long the oldest harvest had been due when harvests were begun with.",
    buckets=(5, 10, 30, 60, 120, 300, 1800, 3600),
)
JOB_RUNS = Counter("pheromone_job_runs", "Runs of jobs, by job and whether they went well.", ["job_name", "outcome"])
JOB_SUCCESS = Gauge(
    "pheromone_job_success_seconds", "When a job last went well, since 1970.", ["job_name"], multiprocess_mode="max"
)

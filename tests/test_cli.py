"""The command line as an operator meets it: the first hour, and the mistakes of a tired one."""

import gzip
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.wire.command import fresh_pheromone, pheromone
from tests.wire.processes import ROOT
from tests.worlds.dump import small_dump

pytestmark = pytest.mark.slow
KEYS = {"SECRET_KEY": "0123456789abcdef" * 2, "MASTER_KEY": "fedcba9876543210" * 2}
DATABASE = "pheromone.sqlite3"


@pytest.fixture
def place(sqlite_template: str, tmp_path: Path) -> dict[str, str]:
    """A folder of the service with a migrated database."""
    shutil.copy(sqlite_template, tmp_path / DATABASE)
    return {"PHEROMONE_VAR": str(tmp_path)}


@pytest.fixture(scope="session")
def demo_folder(sqlite_template: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    shutil.copy(sqlite_template, folder / DATABASE)
    pheromone("seed", "--demo", PHEROMONE_VAR=str(folder))
    return folder


@pytest.fixture
def demo_place(demo_folder: Path, tmp_path: Path) -> dict[str, str]:
    """A folder of the service with the demo and the keys that it was made with."""
    return {"PHEROMONE_VAR": str(shutil.copytree(demo_folder, tmp_path / "demo"))}


@pytest.mark.thorough
def test_migrate_and_seed_can_be_run_again(tmp_path: Path) -> None:
    place = {"PHEROMONE_VAR": str(tmp_path)}
    first, again = pheromone("migrate", **place), pheromone("migrate", **place)
    assert "0_20261120_forum.py" in first.stdout
    assert (first.returncode, again.returncode, again.stdout.strip()) == (0, 0, "Nothing to apply.")
    assert [pheromone("seed", "--demo", **place).returncode for _ in range(2)] == [0, 0]


@pytest.mark.parametrize("arguments", [("demo",), ("seed", "--demo")])
def test_demo_accounts_are_refused_in_production(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    refused = pheromone(*arguments, PHEROMONE_VAR=str(tmp_path), PHEROMONE_ENV="production", **KEYS)
    assert refused.returncode == 2
    assert "production" in refused.stderr
    assert not (tmp_path / "pheromone.sqlite3").exists()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "web"),
        ("PORT", "99999"),
        ("SECRET_KEY", "short"),
        ("MASTER_KEY", "short"),
        ("PHEROMONE_ENV", "production"),
    ],
)
def test_a_bad_setting_is_named_and_nothing_starts(tmp_path: Path, name: str, value: str) -> None:
    refused = pheromone("serve", **{"PHEROMONE_VAR": str(tmp_path), name: value})
    assert refused.returncode == 2
    assert ("SECRET_KEY" if name == "PHEROMONE_ENV" else name) in refused.stderr
    assert "Traceback" not in refused.stderr


def test_harvests_by_hand_name_what_they_refuse(place: dict[str, str]) -> None:
    assert pheromone("harvest", "--at", "2026-03-14T10:17:00", **place).stdout.strip() == "Nothing was due."
    future = pheromone("harvest", "--at", "2999-01-01T00:00:00", **place)
    unknown = pheromone("harvest", "--at", "2026-03-14T10:17:00", "--alliance", "XYZ", **place)
    assert (future.returncode, unknown.returncode) == (2, 2)
    assert "--at" in future.stderr
    assert "XYZ" in unknown.stderr
    assert "Traceback" not in unknown.stderr


@pytest.mark.thorough
def test_a_worker_works_until_it_is_told_to_stop(place: dict[str, str]) -> None:
    command, variables = [sys.executable, "-m", "cli", "worker"], {**os.environ, **place}
    process = subprocess.Popen(command, cwd=ROOT, env=variables, stderr=subprocess.PIPE)
    try:
        assert process.stderr is not None
        assert any(b"jobs started: harvest" in line for line in process.stderr)
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.5)
        process.terminate()
        assert process.wait(20) == 0
    finally:
        process.kill()
        process.communicate()


def test_a_dump_is_imported_reported_and_exported(demo_place: dict[str, str], tmp_path: Path) -> None:
    raw = small_dump()
    raw["alliance"]["tag"] = "XYZ"  # The demo has an alliance of the dump's own tag.
    topic = raw["sections"][0]["topics"][0]
    topic["posts"][1]["body"], title = "Nourriture: beaucoup", topic["title"]
    file = tmp_path / "dump.json"
    file.write_text(json.dumps(raw), "utf-8")
    unreadable = "Line 1 cannot be read: Nourriture: beaucoup A whole number is needed there."
    first = pheromone("import", str(file), "--administrator", "player_pure", "--pseudo", "Paco", **demo_place)
    assert first.stdout.splitlines() == [
        "topics: 5 created, 0 kept",
        "posts: 12 created, 0 kept",
        "unreadable: 1",
        f"  Outiiil_Membre / {title!r}, post 2: {unreadable}",
    ]
    illisible = "La ligne 1 ne se lit pas : « Nourriture: beaucoup ». Il y faut un nombre entier."
    again = pheromone("import", str(file), **{**demo_place, "LC_ALL": "fr_FR.UTF-8"})
    assert again.stdout.splitlines() == [
        "sujets : 0 créés, 5 déjà là",
        "messages : 0 créés, 12 déjà là",
        "illisibles : 1",
        f"  Outiiil_Membre / {title!r}, message 2 : {illisible}",
    ]
    exported = json.loads(pheromone("export", "xyz", **demo_place).stdout)
    assert [len(section["topics"]) for section in exported["sections"]] == [2, 3]


def test_a_dump_waits_for_the_seed_of_the_service(tmp_path: Path) -> None:
    file, place = tmp_path / "dump.json", {"PHEROMONE_VAR": str(tmp_path)}
    file.write_text(json.dumps(small_dump()), "utf-8")
    pheromone("migrate", **place)
    refused = pheromone("import", str(file), **place)
    assert refused.returncode == 1
    words = "The service has no category for alliances: its operator runs `pheromone seed`."
    assert refused.stderr.strip().splitlines()[-1] == words
    pheromone("seed", **place)
    assert pheromone("import", str(file), **place).returncode == 0


@pytest.mark.parametrize("text", ["", "[]", "{", '{"alliance": {"tag": "A", "name": 3}}'])
def test_what_is_no_dump_is_refused_in_a_line(place: dict[str, str], tmp_path: Path, text: str) -> None:
    file = tmp_path / "dump.json"
    file.write_text(text, "utf-8")
    refused = pheromone("import", str(file), **place)
    assert refused.returncode == 2
    assert "dump.json" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert pheromone("export", "XYZ", **place).returncode == 2


@pytest.mark.thorough
def test_a_backup_is_carried_into_a_new_database(demo_place: dict[str, str], tmp_path: Path) -> None:
    old, new, file = demo_place, {"PHEROMONE_VAR": str(tmp_path / "new")}, tmp_path / "b"
    made = pheromone("backup", str(file), **old)
    assert made.returncode == 0, made.stderr
    assert file.stat().st_mode & 0o777 == 0o600
    assert pheromone("backup", str(file), **old).returncode == 2
    pheromone("migrate", **new)
    shutil.copy(tmp_path / "demo" / "master-key", tmp_path / "new")
    back = pheromone("restore", str(file), **new)
    assert (back.returncode, back.stdout.split()[1]) == (0, made.stdout.split()[1])
    assert pheromone("restore", str(file), **new).returncode == 1
    other = {"PHEROMONE_VAR": str(tmp_path / "other"), "MASTER_KEY": KEYS["MASTER_KEY"]}
    pheromone("migrate", **other)
    blind = pheromone("restore", str(file), **other)
    assert (blind.returncode, blind.stdout.split()[1]) == (1, made.stdout.split()[1])
    assert blind.stderr.splitlines()[-1].startswith("MASTER_KEY: it does not open the keys of these alliances")
    again = tmp_path / "again"
    pheromone("backup", str(again), **new)
    assert _rows(again) == _rows(file)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["again", "b", "demo", "new", "other"]


def _rows(file: Path) -> list[bytes]:
    return [line for line in gzip.decompress(file.read_bytes()).splitlines() if line.startswith(b"[")]


@pytest.mark.parametrize(
    "content", [b"", b"no backup", gzip.compress(b"no backup", mtime=0), gzip.compress(b"{}" * 99, mtime=0)[:20]]
)
def test_what_is_no_backup_is_refused_in_a_line(place: dict[str, str], tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "file"
    file.write_bytes(content)
    refused = pheromone("restore", str(file), **place)
    assert (refused.returncode, "Traceback" in refused.stderr) == (1, False)
    assert str(file) in refused.stderr


@pytest.mark.parametrize(
    ("variables", "word"),
    [
        ({"LANG": "fr_FR.UTF-8", "LC_ALL": ""}, "Sauvegarde"),
        ({"LANG": "de_DE.UTF-8", "LC_ALL": ""}, "Backs up"),
        ({"LANG": "fr_FR.UTF-8", "LC_ALL": "C.UTF-8"}, "Backs up"),
    ],
)
def test_help_speaks_the_operator_s_language(variables: dict[str, str], word: str) -> None:
    assert word in pheromone("backup", "--help", **variables).stdout
    assert word in pheromone("--help", **variables).stdout


@pytest.mark.parametrize(
    "url",
    [
        "postgres://postgres@127.0.0.1:1/nothing",
        "sqlite:///proc/nowhere/file.sqlite3",
        "sqlite:///proc/file.sqlite3",
        f"sqlite://{__file__}",
        "sqlite://",
        "postgres://nobody@127.0.0.1:web/forum",
    ],
)
@pytest.mark.parametrize("arguments", [("migrate",), ("serve",)], ids=" ".join)
def test_a_database_that_is_none_is_said_in_a_line(tmp_path: Path, url: str, arguments: tuple[str, ...]) -> None:
    if arguments == ("serve",) and url.endswith("nothing"):
        return  # A server may come later.
    refused = pheromone(*arguments, PHEROMONE_VAR=str(tmp_path), DATABASE_URL=url, PORT="0")
    assert (refused.returncode, len(refused.stderr.splitlines())) == (1, 1), refused.stderr
    assert refused.stderr.startswith("DATABASE_URL: ")


@pytest.mark.parametrize(
    "arguments",
    [("serve",), ("migrate",), ("worker",), ("user", "list"), ("backup", "{}/backup"), ("seed",)],
    ids=" ".join,
)
def test_an_older_program_leaves_a_newer_database_alone(place: dict[str, str], arguments: tuple[str, ...]) -> None:
    file = Path(place["PHEROMONE_VAR"]) / DATABASE
    with closing(sqlite3.connect(file, isolation_level=None)) as newer:
        newer.execute("INSERT INTO aerich (version, app, content) VALUES ('99_later.py', 'models', '{}')")
    given = [one.format(file.parent) for one in arguments]
    refused = pheromone(*given, PORT="0", **place)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.splitlines()[0] == "DATABASE_URL: the database is newer than this program (99_later.py)"


def test_a_demo_beside_an_alliance_of_its_tag_is_refused_in_a_line(place: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "dump.json"
    file.write_text(json.dumps(small_dump()), "utf-8")
    assert pheromone("import", str(file), **place).returncode == 0
    refused = pheromone("seed", "--demo", **place)
    assert (refused.returncode, len(refused.stderr.splitlines())) == (1, 1), refused.stderr
    assert "FDR" in refused.stderr


@pytest.mark.parametrize(("more", "word"), [(("nobody",), "nobody"), (("player_pure", "--pseudo", "a / b"), "a / b")])
def test_an_import_for_nobody_imports_nothing(
    demo_place: dict[str, str], tmp_path: Path, more: tuple[str, ...], word: str
) -> None:
    raw = small_dump()
    raw["alliance"]["tag"] = "XYZ"
    file = tmp_path / "dump.json"
    file.write_text(json.dumps(raw), "utf-8")
    refused = pheromone("import", str(file), "--administrator", *more, **demo_place)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert word in refused.stderr.splitlines()[-1]
    assert pheromone("export", "XYZ", **demo_place).returncode == 2


def test_there_may_be_no_hosting(place: dict[str, str]) -> None:
    assert pheromone("hosting", "status", **place).stdout.strip() == "No hosting."


def test_mirrors_are_told_of_and_compared_by_hand(demo_place: dict[str, str]) -> None:
    assert (
        pheromone("hosting", "status", **demo_place).stdout.strip()
        == "FDR: PRESENT, 0 pending, its key was never exported"
    )
    synced = pheromone("hosting", "sync", "--alliance", "fdr", **demo_place)
    assert (synced.returncode, synced.stdout.strip()) == (0, "FDR: PRESENT, 0 pending, its key was never exported")
    other = {**demo_place, "MASTER_KEY": "another master key with which nothing opens"}
    assert (
        pheromone("hosting", "status", **other).stdout.strip() == "FDR: INVALID, 0 pending, its key was never exported"
    )
    refused = pheromone("hosting", "sync", "--alliance", "NOPE", **demo_place)
    assert (refused.returncode, refused.stdout) == (2, "")


def test_a_lost_key_is_given_up_by_whoever_names_its_alliance_twice(demo_place: dict[str, str]) -> None:
    def abandon(tag: str, confirm: str) -> tuple[int, str, str]:
        done = pheromone("hosting", "abandon", tag, "--confirm", confirm, **demo_place)
        return done.returncode, done.stdout.strip(), done.stderr.strip()

    kept = "The alliance's key is there: there is nothing to abandon."
    slip = "--confirm: To confirm, write the alliance's tag letter for letter."
    assert abandon("FDR", "FDR") == (1, "", kept)
    with closing(sqlite3.connect(Path(demo_place["PHEROMONE_VAR"]) / DATABASE, isolation_level=None)) as forum:
        forum.execute("UPDATE posts SET deleted_at = created_at WHERE id IN (SELECT post_id FROM alliance_keys)")
        assert abandon("NOPE", "NOPE") == (2, "", "no alliance has the tag NOPE")
        assert abandon("fdr", "fdr") == (2, "", slip)
        assert forum.execute("SELECT count(*) > 5 FROM topics WHERE is_sealed").fetchone() == (1,)
        assert abandon("fdr", "FDR") == (0, "Done.", "")
        assert forum.execute("SELECT count(*) FROM topics WHERE is_sealed").fetchone() == (0,)
    assert pheromone("hosting", "status", **demo_place).stdout.strip() == "No hosting."
    assert abandon("FDR", "FDR") == (1, "", kept)


@pytest.mark.thorough
def test_the_folder_of_counts_is_made_or_said_to_be_none(place: dict[str, str], tmp_path: Path) -> None:
    """The library opens files in it as soon as a counter is made, while the program is imported."""
    folder, taken = tmp_path / "counts" / "of" / "serve", tmp_path / "taken"
    taken.touch()
    assert fresh_pheromone("doctor", **place, PROMETHEUS_MULTIPROC_DIR=str(folder)).returncode < 2
    assert folder.is_dir()
    for command in ("doctor", "serve"):
        refused = fresh_pheromone(command, **place, PROMETHEUS_MULTIPROC_DIR=str(taken))
        assert (refused.returncode, refused.stdout) == (1, "")
        assert refused.stderr.strip() == f"PROMETHEUS_MULTIPROC_DIR: {taken}: File exists"

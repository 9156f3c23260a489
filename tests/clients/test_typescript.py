"""The TypeScript example: generated from the served schema, and compiled strictly. Its packages are kept."""

import contextlib
import hashlib
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from domain.core.trusted_document import read_manifest
from tests.wire.missing import skip_for_want_of

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "examples" / "typescript"
INSTALL = ("npm", "install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock", "--loglevel=error")
pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]


@pytest.fixture(scope="module")
def packages() -> Path:
    """node_modules of the example, installed once for each package.json."""
    if shutil.which("npm") is None:
        skip_for_want_of("npm (for the TypeScript example)")
    manifest = (EXAMPLE / "package.json").read_bytes()
    folder = ROOT / ".cache" / f"typescript-{hashlib.sha256(manifest).hexdigest()[:12]}"
    if not (folder / "complete").exists():
        apart = folder.with_name(f"{folder.name}.{os.getpid()}")  # Several workers may be here at once.
        apart.mkdir(parents=True)
        (apart / "package.json").write_bytes(manifest)
        if subprocess.run(INSTALL, cwd=apart, capture_output=True, timeout=300, check=False).returncode:
            skip_for_want_of("the packages of the TypeScript example (npm could not fetch them)")
        (apart / "complete").touch()
        with contextlib.suppress(OSError):
            apart.rename(folder)
    return folder / "node_modules"


@pytest.fixture
def example(packages: Path, tmp_path: Path) -> Path:
    """A copy of the example beside the schema, with its packages."""
    copy = tmp_path / "examples" / "typescript"
    shutil.copytree(EXAMPLE, copy, ignore=shutil.ignore_patterns("node_modules", "generated"))
    shutil.copy(ROOT / "schema.graphql", tmp_path)
    (copy / "node_modules").symlink_to(packages)
    return copy


def run(example: Path, *command: str) -> subprocess.CompletedProcess[str]:
    program = example / "node_modules" / ".bin" / command[0]
    return subprocess.run(
        [program, *command[1:]], cwd=example, capture_output=True, text=True, timeout=120, check=False
    )


def test_the_example_compiles_and_its_manifest_is_trusted(example: Path) -> None:
    generated = run(example, "graphql-codegen")
    assert generated.returncode == 0, generated.stdout + generated.stderr
    manifest = read_manifest((example / "generated" / "persisted-documents.json").read_text())
    assert {text.split()[1].partition("(")[0] for text in manifest.values()} == {"Login", "Members", "SendConvoy"}
    # The types are those of the schema: what JSON carries as a number is no string, and null is looked at.
    right = (example / "main.ts").read_text()
    for name, old, new in (("number", "tdc.toLocaleString()", "tdc.trim()"), ("null", "alliance?.", "alliance.")):
        assert old in right
        (example / f"wrong_{name}.ts").write_text(right.replace(old, new))
    compiled = run(example, "tsc", "--noEmit")
    assert compiled.returncode != 0
    assert set(re.findall(r"^(\S+\.ts)\(", compiled.stdout, re.MULTILINE)) == {"wrong_number.ts", "wrong_null.ts"}


def test_a_field_that_is_not_there_is_found(example: Path) -> None:
    documents = example / "documents.ts"
    documents.write_text(documents.read_text().replace("pseudo", "nickname"))
    assert run(example, "graphql-codegen").returncode != 0

"""The files of GraphiQL and of the charts: only those that the pages name, and only as they name them."""

import base64
import hashlib
import io
import json
import shutil
import tarfile
from pathlib import Path

import pytest

from pages.assets import Asset, FetchError, assets, fetch, unpack


def _integrity(content: bytes) -> str:
    return f"sha384-{base64.b64encode(hashlib.sha384(content).digest()).decode()}"


def _package(folder: Path, name: str, version: str, files: dict[str, bytes]) -> Path:
    path = folder / f"{name.replace('/', '-')}-{version}.tgz"
    about = json.dumps({"name": name, "version": version}).encode()
    with tarfile.open(path, "w:gz") as archive:
        for member, content in {"package.json": about, **files}.items():
            entry = tarfile.TarInfo(f"package/{member}")
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return path


def test_the_installed_page_names_the_files_that_ours_is_written_for() -> None:
    """Fails where a new Strawberry brings another GraphiQL: browser/graphiql/graphiql.js is to be looked at then."""
    assert [asset.place for asset in assets()] == [
        "react@18.2.0/umd/react.production.min.js",
        "react-dom@18.2.0/umd/react-dom.production.min.js",
        "graphiql@3.8.3/graphiql.min.css",
        "@graphiql/plugin-explorer@1.0.2/dist/style.css",
        "graphiql@3.8.3/graphiql.min.js",
        "@graphiql/plugin-explorer@1.0.2/dist/index.umd.js",
    ]
    assert all(asset.integrity.startswith("sha384-") for asset in assets())


def test_wanted_files_are_taken_and_no_others(tmp_path: Path) -> None:
    wanted = Asset("@ants/nest", "1.2.3", "dist/nest.js", _integrity(b"nest"))
    package = _package(tmp_path, "@ants/nest", "1.2.3", {"dist/nest.js": b"nest", "../../outside.js": b"no"})
    unpack([package], [wanted], tmp_path / "static")
    written = [path for path in tmp_path.rglob("*") if path.is_file() and path != package]
    assert written == [tmp_path / "static/@ants/nest@1.2.3/dist/nest.js"]
    assert written[0].read_bytes() == b"nest"


@pytest.mark.parametrize(
    ("version", "files"),
    [
        ("1.2.3", {"dist/nest.js": b"tampered with"}),
        ("1.2.3", {"dist/other.js": b"nest"}),
        ("1.2.4", {"dist/nest.js": b"nest"}),
    ],
    ids=["another content", "no such file", "another version"],
)
def test_what_is_not_the_named_file_is_refused_and_nothing_written(
    tmp_path: Path, version: str, files: dict[str, bytes]
) -> None:
    wanted = [
        Asset("ok", "1.0.0", "ok.js", _integrity(b"ok")),
        Asset("@ants/nest", "1.2.3", "dist/nest.js", _integrity(b"nest")),
    ]
    packages = [
        _package(tmp_path, "ok", "1.0.0", {"ok.js": b"ok"}),
        _package(tmp_path, "@ants/nest", version, files),
    ]
    with pytest.raises(FetchError, match="@ants/nest"):
        unpack(packages, wanted, tmp_path / "static")
    assert not (tmp_path / "static").exists()


def test_without_npm_the_message_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    with pytest.raises(FetchError, match="npm is not installed"):
        fetch(tmp_path)

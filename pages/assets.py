"""The files of others that pages load: which they are, fetching them by package name with npm, checking them.

GraphiQL's are those that the installed Strawberry's page names, at its versions and with its integrity values. Serves
nothing.
"""

import base64
import hashlib
import json
import shutil
import subprocess
import tarfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from html import escape
from html.parser import HTMLParser
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from strawberry.http.ides import get_graphql_ide_html

# In the package: whoever may install it may fetch them, and they are of the version that is installed with it.
STATIC = Path(__file__).parent / "static"
# Strawberry's page reads a cookie of Django's with it; there is none here.
UNUSED = {"js-cookie"}
FETCH_SECONDS = 180
# Somebody waits for the demo: without a network, seconds and not minutes.
PATIENCE = ("--fetch-retries=1", "--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=2000")


class FetchError(Exception):
    """The files are not there; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Asset:
    """One file of a package. `integrity` is a Subresource Integrity value (W3C SRI): algorithm-base64(digest)."""

    package: str
    version: str
    path: str
    integrity: str

    @property
    def specifier(self) -> str:
        return f"{self.package}@{self.version}"

    @property
    def place(self) -> str:
        """Where the file lies in static/ and under /static; the version makes it another address when it changes."""
        return f"{self.specifier}/{self.path}"

    def is_intact(self, content: bytes) -> bool:
        algorithm, _, digest = self.integrity.partition("-")
        return base64.b64encode(hashlib.new(algorithm, content).digest()).decode() == digest


CHARTS = (
    Asset(
        "uplot", "1.6.32", "dist/uPlot.min.css",
        "sha384-IfV0B7MIOYuO95kO9G5ySKPz/85zqFNOAs8iy4tkK5zd9izhJAB8b7lHrwYqqmYE",
    ),
    Asset(
        "uplot", "1.6.32", "dist/uPlot.iife.min.js",
        "sha384-Gx3t0zdBAuQOuvvmaLZj7HKEiSgWTAs+VdtNY7wt19QDPTDQjFIwAuXDj0zeN00c",
    ),
)  # fmt: skip
"""uPlot, which draws the charts: small, on canvas, without inline styles or eval; MIT licence."""


class _Assets(HTMLParser):
    """Collects the files with an integrity value; their addresses end in /package@version/path."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Asset] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        values = dict(attributes)
        address, integrity = values.get("src") or values.get("href"), values.get("integrity")
        if tag not in ("script", "link") or not address or not integrity:
            return
        name, _, rest = urlsplit(address).path.removeprefix("/").rpartition("@")
        version, _, path = rest.partition("/")
        if name not in UNUSED:
            self.found.append(Asset(name, version, path, integrity))


@cache
def assets() -> tuple[Asset, ...]:
    """The files that the installed Strawberry's page loads, in its order."""
    parser = _Assets()
    parser.feed(get_graphql_ide_html("graphiql"))
    return tuple(parser.found)


def missing(folder: Path = STATIC, files: Iterable[Asset] | None = None) -> list[Asset]:
    """Those of the files (the pages') that are not in the folder, or are not what they should be."""
    return [asset for asset in ((*assets(), *CHARTS) if files is None else files) if not _is_there(folder, asset)]


def fetch(folder: Path = STATIC, files: Iterable[Asset] | None = None) -> list[str]:
    """Puts the files into the folder and gives the places of those that were not there. Raises FetchError."""
    wanted = missing(folder, files)
    if not wanted:
        return []
    npm = shutil.which("npm")
    if npm is None:
        raise FetchError("npm is not installed: install Node.js with npm, then run this again.")
    with TemporaryDirectory() as packages:
        command = [npm, "pack", "--loglevel=error", "--ignore-scripts", *PATIENCE, f"--pack-destination={packages}"]
        command += sorted({asset.specifier for asset in wanted})
        try:
            # By path and with arguments of our own making; an address is looked up by npm, as it is configured.
            subprocess.run(command, check=True, capture_output=True, text=True, timeout=FETCH_SECONDS)  # noqa: S603
        except subprocess.TimeoutExpired:
            raise FetchError(f"npm did not finish within {FETCH_SECONDS} s.") from None
        except subprocess.CalledProcessError as error:
            reason = " ".join(error.stderr.split("\n")[:2])
            raise FetchError(f"npm could not fetch the packages: {reason}.") from None
        unpack(Path(packages).glob("*.tgz"), wanted, folder)
    return [asset.place for asset in wanted]


def unpack(packages: Iterable[Path], wanted: Iterable[Asset], folder: Path) -> None:
    """Takes just the wanted files out of npm packages, each checked before it is written. Raises FetchError."""
    contents = {asset: content for package in packages for asset, content in _taken(package, wanted)}
    for asset in wanted:
        if asset not in contents:
            raise FetchError(f"{asset.specifier} has no {asset.path}.")
        if not asset.is_intact(contents[asset]):
            raise FetchError(f"{asset.place} is not the file that the page names: {asset.integrity}")
    for asset, content in contents.items():
        path = folder / asset.place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def element_of(asset: Asset) -> str:
    """The markup that loads a file, which the browser checks."""
    address, integrity = escape(f"/static/{asset.place}"), escape(asset.integrity)
    if asset.path.endswith(".css"):
        return f'<link rel="stylesheet" href="{address}" integrity="{integrity}">'
    return f'<script defer src="{address}" integrity="{integrity}"></script>'


def _taken(package: Path, wanted: Iterable[Asset]) -> Iterator[tuple[Asset, bytes]]:
    with tarfile.open(package) as archive:
        about = json.loads(_member(archive, "package/package.json") or b"{}")
        for asset in wanted:
            if (asset.package, asset.version) == (about.get("name"), about.get("version")):
                content = _member(archive, f"package/{asset.path}")
                if content is not None:
                    yield asset, content


def _member(archive: tarfile.TarFile, name: str) -> bytes | None:
    try:
        member = archive.extractfile(name)
    except KeyError:
        return None
    return member.read() if member is not None else None


def _is_there(folder: Path, asset: Asset) -> bool:
    path = folder / asset.place
    return path.is_file() and asset.is_intact(path.read_bytes())

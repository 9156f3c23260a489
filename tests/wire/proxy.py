"""nginx and Caddy with the files that deploy/ ships; names, ports and certificates are those of this machine.

Tested in tests/deploy/test_proxy.py.
"""

import asyncio
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.wire.missing import skip_for_want_of
from tests.wire.processes import ROOT, free_port

PROGRAMS = ("caddy", "nginx")
PATH = f"{os.environ['PATH']}:/usr/sbin"


def make_certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate of 127.0.0.1 for an hour, which it signs itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    kept, secret = folder / "certificate.pem", folder / "key.pem"
    kept.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return kept, secret


@asynccontextmanager
async def proxied(program: str, port: int, folder: Path) -> AsyncIterator[tuple[str, ssl.SSLContext]]:
    """The address of a proxy in front of a service's port, and whom to believe there."""
    if shutil.which(program, path=PATH) is None:
        skip_for_want_of(f"{program} (for deploy/)")
    certificate, key = make_certificate(folder)
    own = free_port()
    write = {"nginx": _nginx, "caddy": _caddy}[program]
    command = write(folder, own, port, certificate, key)
    process = _started(command, folder)
    try:
        await _listens(own)
        yield f"https://127.0.0.1:{own}", ssl.create_default_context(cafile=str(certificate))
    finally:
        process.send_signal(signal.SIGTERM if program == "nginx" else signal.SIGKILL)  # Its worker is another process.
        process.wait(10)


def _started(command: list[str], folder: Path) -> subprocess.Popen[bytes]:
    with (folder / "log").open("wb") as log:
        environment = {"PATH": PATH, "HOME": str(folder)}
        return subprocess.Popen(command, stdout=log, stderr=log, env=environment)


async def _listens(port: int) -> None:
    for _ in range(1000):
        try:
            socket.create_connection(("127.0.0.1", port), 0.2).close()
        except OSError:
            await asyncio.sleep(0.02)
        else:
            return
    raise TimeoutError(f"nobody listens on {port}")


def _nginx(folder: Path, own: int, port: int, certificate: Path, key: Path) -> list[str]:
    text = (ROOT / "deploy" / "nginx.conf").read_text()
    for pattern, replacement in (
        (r"listen 443 ", f"listen 127.0.0.1:{own} "),
        (r"listen 80;", f"listen 127.0.0.1:{free_port()};"),
        (r"server 127\.0\.0\.1:8000;", f"server 127.0.0.1:{port};"),
        (r"ssl_certificate .*;", f"ssl_certificate {certificate};"),
        (r"ssl_certificate_key .*;", f"ssl_certificate_key {key};"),
    ):
        text, times = re.subn(pattern, replacement, text)
        assert times == 1, pattern
    paths = "".join(
        f"{name}_temp_path {folder}/{name}; " for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = "user root; " if os.geteuid() == 0 else ""  # Or its worker could not write here.
    whole = (
        f"{user}pid {folder}/pid; error_log {folder}/errors; events {{}} http {{ access_log off; {paths}\n{text}\n}}\n"
    )
    file = folder / "nginx.conf"
    file.write_text(whole)
    return ["nginx", "-c", str(file), "-p", str(folder), "-g", "daemon off;"]


def _caddy(folder: Path, own: int, port: int, certificate: Path, key: Path) -> list[str]:
    text = (ROOT / "deploy" / "Caddyfile").read_text()
    for old, new in (
        ("{$SITE:forum.example.org} {", f"https://127.0.0.1:{own} {{\n\ttls {certificate} {key}"),
        ("{$UPSTREAM:127.0.0.1:8000} {", f"127.0.0.1:{port} {{"),
    ):
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    file = folder / "Caddyfile"
    file.write_text(f"{{\n\tadmin off\n\tauto_https disable_redirects\n}}\n{text}")
    return ["caddy", "run", "--config", str(file), "--adapter", "caddyfile"]

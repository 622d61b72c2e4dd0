"""Networks that do not answer, made from namespaces: none at all, one that swallows every packet, a resolver that never replies.

`unshare` and `ip` are asked, so that this runs as root or, where the kernel allows it, as anybody.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def ram() -> Iterator[Path]:
    """A folder in memory of this user's own, gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix=f"frostbyte-test-{os.getpid()}-", dir="/dev/shm"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def unshare(*more: str) -> list[str]:
    """The words that start a program in a network of its own, with `more` namespaces where they are named."""
    return ["unshare", "--net", *([] if os.geteuid() == 0 else ["--map-root-user"]), *more, "--"]


def without_network(line: list[str]) -> list[str]:
    """The command line, in a network that has nothing but a loopback that is down."""
    return [*unshare(), *line]


def refused() -> str | None:
    """Why no network namespace can be made here; None where one can."""
    try:
        ended = subprocess.run([*unshare(), "true"], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return "unshare is not installed"
    return None if ended.returncode == 0 else ended.stderr.strip() or "refused"


def hang_every_route() -> None:
    """Inside a namespace: a route to everywhere, by a neighbour that is not there. What is sent leaves, and nothing answers."""
    for line in (
        "ip link set lo up",
        "ip link add away type veth peer name nowhere",
        "ip addr add 10.99.0.2/24 dev away",
        "ip link set away up",
        "ip link set nowhere up",
        "ip neigh add 10.99.0.1 lladdr 02:00:00:00:00:01 dev away",
        "ip route add default via 10.99.0.1",
    ):
        subprocess.run(line.split(), check=True)
        if "add away" in line:  # else the kernel itself greets its neighbours, and the count below would not be ours alone
            for interface in ("away", "nowhere"):
                Path(f"/proc/sys/net/ipv6/conf/{interface}/disable_ipv6").write_text("1")


def packets_sent(interface: str) -> int:
    """How many packets left through an interface of this namespace."""
    for line in Path("/proc/net/dev").read_text(encoding="ascii").splitlines():
        name, _, counts = line.partition(":")
        if name.strip() == interface:
            return int(counts.split()[9])
    raise LookupError(interface)


def ask_nobody(folder: Path, server: str) -> None:
    """Inside namespaces of network and mounts: `server` is the only resolver, under whatever name the system has for it."""
    resolver = folder / "resolv.conf"
    resolver.write_text(f"nameserver {server}\noptions timeout:2 attempts:1\n")
    target = os.path.realpath("/etc/resolv.conf")
    subprocess.run(["mount", "--bind", str(resolver), target], check=True)

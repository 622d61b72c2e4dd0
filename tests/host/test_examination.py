from __future__ import annotations

import os
from pathlib import Path

from frostbyte.embed.pack import default_pack_dir
from frostbyte.host.examination import CHECKS, Host, examine
from frostbyte.vault import RamPolicy


def test_every_check_answers_on_this_machine(tmp_path: Path, ram_root: Path) -> None:
    checks = examine(Host(tmp_path / "home", RamPolicy(root=ram_root), default_pack_dir(), os.environ, (tmp_path,)))
    assert [check.name for check in checks] == list(CHECKS)
    assert all(check.found for check in checks)
    assert all(check.advice for check in checks if check.status != "ok")
    assert set(checks[0].to_json()) == {"name", "status", "found", "advice"}


def test_a_host_without_proc_is_a_warning_not_a_crash(tmp_path: Path, ram_root: Path) -> None:
    checks = examine(Host(tmp_path / "home", RamPolicy(root=ram_root), default_pack_dir(), proc=tmp_path, sys=tmp_path))
    unseen = {check.name for check in checks if "cannot be looked at" in check.found}
    assert {"memory", "swap", "seccomp"} <= unseen
    assert all("/proc" in (check.advice or "") for check in checks if check.name in unseen)

"""The trial passes here, and each way to be broken is a failed step that leaves nothing behind."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from frostbyte.embed import load
from frostbyte.embed.pack import default_pack_dir
from frostbyte.errors import EmbedFailed
from frostbyte.selftest import STEPS, Step, Trial, run
from frostbyte.vault import RamPolicy, Vault
from frostbyte.vault.verify import VerifyReport


def trial(ram_root: Path, **changes: Any) -> Trial:
    return Trial(
        **{"ram": RamPolicy(root=ram_root), "embedder": lambda: load(default_pack_dir()), "model": "minilm-l6-768", **changes}
    )


def left(ram_root: Path) -> list[str]:
    return [path.name for path in ram_root.iterdir() if path.is_dir()]


def failed(steps: list[Step]) -> Step:
    """The one failed step; after it comes only the removal, and that went well."""
    (wrong,) = [step for step in steps if not step.ok]
    assert steps.index(wrong) == len(steps) - 2
    assert steps[-1].name == "remove"
    assert wrong.hint
    return wrong


def test_the_program_passes_its_own_trial(ram_root: Path) -> None:
    steps = list(run(trial(ram_root)))
    assert [step.name for step in steps] == [*STEPS, "remove"]
    assert all(step.ok for step in steps), steps
    assert left(ram_root) == []


@pytest.mark.parametrize("error", [EmbedFailed("no engine"), RuntimeError("bad"), OSError(2, "libonnx.so"), ImportError("numpy")])
def test_an_engine_that_does_not_work_is_a_failed_step(ram_root: Path, error: Exception) -> None:
    def broken() -> Any:
        raise error

    wrong = failed(list(run(trial(ram_root, embedder=broken))))
    assert wrong.name == "model"
    assert str(error) in wrong.detail
    assert left(ram_root) == []


def test_a_parser_child_that_cannot_start_is_a_failed_step(ram_root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("frostbyte.parse.worker._command", lambda: ["/bin/false"])
    wrong = failed(list(run(trial(ram_root))))
    assert wrong.name == "ingest"
    assert "not indexed" in wrong.detail


def test_an_alarm_that_does_not_ring_is_a_failed_step(ram_root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Vault, "verify", lambda self, deep: VerifyReport(1, ()))
    assert failed(list(run(trial(ram_root)))).name == "damage"
    assert left(ram_root) == []


def test_a_host_that_cannot_keep_the_pledge_is_one_failed_step(tmp_path: Path) -> None:
    on_disk = tmp_path / "disk"
    on_disk.mkdir(mode=0o700)
    (step,) = run(trial(on_disk))
    assert (step.name, step.ok) == ("ram", False)
    assert "not in RAM" in step.detail


def test_a_trial_that_is_broken_off_leaves_nothing(ram_root: Path) -> None:
    steps = run(trial(ram_root))
    assert next(steps).ok
    assert left(ram_root)
    steps.close()  # type: ignore[attr-defined]
    assert left(ram_root) == []

"""Processors, planted as /proc/cpuinfo, and one that is really masked."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from frostbyte.errors import HostRefused
from frostbyte.host import processor

V3 = "fpu sse4_2 movbe popcnt fma f16c avx avx2 bmi1 bmi2 abm"


def planted(proc: Path, flags: str) -> Path:
    proc.mkdir(exist_ok=True)
    (proc / "cpuinfo").write_text(f"processor\t: 0\nmodel name\t: planted\nflags\t\t: {flags}\nbugs\t\t:\n\nprocessor\t: 1\n")
    return proc


@pytest.mark.parametrize("wider", ["", " avx512f avx512bw"])
def test_a_new_processor_is_fine_and_its_widest_instructions_are_named(tmp_path: Path, wider: str) -> None:
    found = processor.check(planted(tmp_path, V3 + wider))
    assert found.status == "ok"
    assert ("AVX-512" in found.text) == bool(wider)


@pytest.mark.parametrize("lacking", ["avx2", "bmi1", "bmi2", "fma"])
def test_one_missing_instruction_is_named(tmp_path: Path, lacking: str) -> None:
    proc = planted(tmp_path, " ".join(flag for flag in V3.split() if flag != lacking))
    assert processor.missing(proc) == (lacking,)
    found = processor.check(proc)
    assert found.status == "fail"
    assert lacking in found.text
    assert "Haswell" in (found.advice or "")


def test_another_architecture_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.machine", lambda: "aarch64")
    assert processor.check(planted(tmp_path, V3)).status == "fail"


def test_without_any_word_nothing_is_refused_but_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processor, "_usable", lambda: None)  # a C library older than 2.33
    assert processor.missing(tmp_path) == ()
    assert processor.check(tmp_path).status == "warn"


def test_the_question_is_cheap_enough_to_ask_at_every_start() -> None:
    processor.require_engines()
    start = time.process_time()
    for _ in range(20):
        processor.require_engines()
    assert (time.process_time() - start) / 20 < 0.02


def test_a_command_that_needs_engines_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processor, "_usable", lambda: frozenset({"avx"}))
    with pytest.raises(HostRefused, match="avx2"):
        processor.require_engines()


def test_a_masked_processor_gets_a_refusal_and_never_an_illegal_instruction(tmp_path: Path) -> None:
    """glibc's own switch takes AVX2 away from what it reports; under a real old processor only the engines would differ."""

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "frostbyte", *arguments, "--home", str(tmp_path / "home")]
        environment = {**os.environ, "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-AVX2_Usable"}
        return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)

    assert run("init").returncode == 0
    for arguments in (["tenant", "create", "T"], ["search", "q", "--tenant", "t"], ["parse", __file__], ["eval", "."], ["bench"]):
        refused = run(*arguments)
        assert refused.returncode == 1, refused.stderr
        assert "this processor lacks avx2" in refused.stderr
    examined = run("doctor")
    assert examined.returncode == 1
    assert "no avx2" in examined.stdout
    assert run("search", "--help").returncode == 0

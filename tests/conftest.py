"""What every test stands on: a private RAM folder, an appliance home of its own, and a clean environment.

Under CI=true a skipped test is a failed one: what was not checked must not look passed. CI is then taken out of the
environment, because libraries behave better under it (onnxruntime silences its telemetry) than on a user's machine.

Where TESTED_BINARY names the program as one file (`./run test --binary` does), the tests that start the program start that
one, and the others are left out.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import hypothesis
import pytest
from xdist.workermanage import WorkerController

RAM = Path("/dev/shm") if Path("/dev/shm").is_dir() else Path(tempfile.gettempdir())
PREFIX = "frostbyte-test-"
STRICT = pytest.StashKey[bool]()
BINARY = pytest.StashKey[Path | None]()

# Two shared cores are noisy: a deadline would fail good code. Failing examples print the line that replays them.
hypothesis.settings.register_profile("house", deadline=None, print_blob=True)
hypothesis.settings.load_profile("house")


def pytest_addoption(parser: pytest.Parser) -> None:
    every = "faults at every step of a commit, not at a third of them (`./run faults`)"
    parser.addoption("--every-step", action="store_true", help=every)


def pytest_configure(config: pytest.Config) -> None:
    told: dict[str, object] = getattr(config, "workerinput", {})  # of the process that started this one; it has no CI in it
    config.stash[STRICT] = bool(told.get("strict")) or os.environ.pop("CI", "").lower() in ("1", "true")
    named = str(told.get("tested_binary", "")) or os.environ.pop("TESTED_BINARY", "")
    config.stash[BINARY] = Path(named).resolve() if named else None
    if named and not Path(named).is_file():
        raise pytest.UsageError(f"TESTED_BINARY={named} is not there: build it first, with ./run build")
    config.addinivalue_line("markers", "checkout: needs the program of this checkout, not the one file")
    for name in [name for name in os.environ if name.startswith("FROSTBYTE_")]:
        del os.environ[name]  # an operator's settings are not the tests'
    _remove_leftovers()


def pytest_configure_node(node: WorkerController) -> None:
    """Tests run in processes of their own, which are told what the environment said."""
    node.workerinput["strict"] = node.config.stash[STRICT]
    node.workerinput["tested_binary"] = str(node.config.stash[BINARY] or "")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Only what is about the program under test: not skipped but left out, for under CI=true a skipped test is a failed one.

    The file that takes longest comes first: whole files go to the processes, and the last one would keep the others waiting.
    """
    items.sort(key=lambda item: item.path.name != "test_crash.py")
    one_file = config.stash[BINARY] is not None

    def fits(item: pytest.Item) -> bool:
        names = getattr(item, "fixturenames", ())
        if one_file:
            return ("binary" in names or "under_test" in names) and item.get_closest_marker("checkout") is None
        return "binary" not in names

    left_out = [item for item in items if not fits(item)]
    if left_out:
        items[:] = [item for item in items if fits(item)]
        config.hook.pytest_deselected(items=left_out)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.skipped and not hasattr(report, "wasxfail") and item.config.stash[STRICT]:
        report.outcome = "failed"
        report.longrepr = f"skipped under CI=true: {report.longrepr}"
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    if report.skipped and collector.config.stash[STRICT]:
        report.outcome = "failed"
        report.longrepr = f"skipped under CI=true: {report.longrepr}"
    return report


@pytest.fixture(scope="session")
def binary(pytestconfig: pytest.Config) -> Iterator[Path]:
    """The program as one file, which unpacks itself, once, into a folder of these tests."""
    path = pytestconfig.stash[BINARY]
    assert path is not None, "tests of the one file are left out where there is none"
    runtime = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir="/var/tmp"))
    os.environ["FROSTBYTE_RUNTIME_DIR"] = str(runtime)
    yield path
    del os.environ["FROSTBYTE_RUNTIME_DIR"]
    shutil.rmtree(runtime, ignore_errors=True)


@pytest.fixture(scope="session")
def under_test(pytestconfig: pytest.Config, request: pytest.FixtureRequest) -> list[str]:
    """The words that start the program under test: this checkout's, or the one file."""
    if pytestconfig.stash[BINARY] is not None:
        return [str(request.getfixturevalue("binary"))]
    return [sys.executable, "-B", "-m", "frostbyte"]


@pytest.fixture
def ram_root() -> Iterator[Path]:
    """A private folder in memory (mode 0700), where an open vault lives; gone after the test."""
    yield from _ram_folder()


@pytest.fixture(scope="session")
def ram_of_session() -> Iterator[Path]:
    """The same for what is made once and copied."""
    yield from _ram_folder()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Where an appliance home may be made; it does not exist yet."""
    return tmp_path / "home"


@pytest.fixture(scope="session")
def steps_of_faults(pytestconfig: pytest.Config) -> Callable[[int, int], list[int]]:
    """`steps_of_faults(count, phase)`: at which of the steps 1 to `count` a fault is injected. With --every-step at each, else at
    the first, the last and every third; three tests of different phases meet every one of them.
    """

    def chosen(count: int, phase: int) -> list[int]:
        every = bool(pytestconfig.getoption("--every-step"))
        return [at for at in range(1, count + 1) if every or at in (1, count) or at % 3 == phase % 3]

    return chosen


@pytest.fixture(scope="session")
def repository() -> Path:
    """The checkout the tests run in."""
    return Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def example_drop(repository: Path) -> Path:
    """The drop of the demo: thirteen files, one refused for each of two reasons, one quarantined, one twice."""
    return repository / "docs" / "examples" / "drop"


def _ram_folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix=f"{PREFIX}{os.getpid()}-", dir=RAM))
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


def _remove_leftovers() -> None:
    """A killed run cannot clean up after itself: its RAM folders go when its process is gone."""
    for folder in RAM.glob(f"{PREFIX}*-*"):
        owner = folder.name.removeprefix(PREFIX).split("-")[0]
        if owner.isdigit() and not Path(f"/proc/{owner}").exists():
            shutil.rmtree(folder, ignore_errors=True)

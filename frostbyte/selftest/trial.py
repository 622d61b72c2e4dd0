"""The steps of the trial. The first that fails ends it; what was made is removed in any case."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from frostbyte import appliance, tenants
from frostbyte.appliance import Appliance
from frostbyte.contract.retrieval import parse_query
from frostbyte.errors import FrostbyteError
from frostbyte.selftest.papers import ATTACK, Paper, papers
from frostbyte.settings import Settings
from frostbyte.vault import RamPolicy, Vault
from frostbyte.vault.ram import scratch

if TYPE_CHECKING:
    from frostbyte.embed import Embedder

_TENANT = "selftest"


@dataclass(frozen=True)
class Trial:
    """What the trial works with: where RAM is, the model in use, and how long one document may take."""

    ram: RamPolicy
    embedder: Callable[[], Embedder]
    model: str
    parse_timeout_s: float = 300.0


@dataclass(frozen=True)
class Step:
    """One step and how it went. `detail` says what was seen, or what went wrong; `hint` what to do about that."""

    name: str
    ok: bool
    detail: str
    seconds: float
    hint: str | None = None

    def to_json(self) -> dict[str, Any]:
        return {"name": self.name, "ok": self.ok, "detail": self.detail, "seconds": self.seconds, "hint": self.hint}


class _Impatient:
    """A clock that does not wait between attempts: a parser that fails a made-up paper will not mend in minutes."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        return


class _WrongError(Exception):
    """A step ran to its end and its outcome is not what it must be."""


@dataclass
class _Scene:
    """Where the trial happens, and what earlier steps made."""

    trial: Trial
    folder: Path
    papers: tuple[Paper, ...] = field(default_factory=papers)

    @property
    def settings(self) -> Settings:
        return Settings(home=self.folder / "home", ram_root=self.trial.ram.root, swap=self.trial.ram.swap, model=self.trial.model)

    @property
    def home(self) -> Appliance:
        return appliance.load(self.settings)

    @contextmanager
    def vault(self) -> Iterator[Vault]:
        with self.home.open_vault(_TENANT) as vault:
            yield vault


def run(trial: Trial) -> Iterator[Step]:
    """Yield each step when it is done. The last one, `remove`, comes even after a failure, and whenever there was something."""
    folder: Path | None = None
    began = time.perf_counter()
    try:
        with scratch(trial.ram) as folder:
            scene = _Scene(trial, folder)
            for name, action in STEPS.items():
                step = _take(name, action, scene)
                yield step
                if not step.ok:
                    break
            began = time.perf_counter()
    except FrostbyteError as error:
        yield Step("ram", False, error.message, _since(began), error.hint)
    if folder is not None:
        gone = not folder.exists()
        yield Step("remove", gone, "nothing is left" if gone else f"{folder} is still there", _since(began))


def _take(name: str, action: Callable[[_Scene], str], scene: _Scene) -> Step:
    began, hint = time.perf_counter(), None
    try:
        return Step(name, True, action(scene), _since(began))
    except FrostbyteError as error:
        detail, hint = error.message, error.hint
    except _WrongError as error:
        detail = str(error)
    except Exception as error:  # a library that does not work here may raise anything, and finding that is what this is for
        last = traceback.extract_tb(error.__traceback__)[-1]
        detail = f"{type(error).__name__} at {Path(last.filename).name}:{last.lineno}: {error}"
    return Step(name, False, detail, _since(began), hint or "run `frostbyte doctor`; then `frostbyte verify-install`")


def _model(scene: _Scene) -> str:
    embedder = scene.trial.embedder()
    one, again = (embedder.embed_query("a vaccine is kept cold").tolist() for _ in range(2))
    length = sum(value * value for value in one) ** 0.5
    _expect(len(one) == 768 and abs(length - 1) < 1e-3, f"a query's vector has {len(one)} dimensions and length {length:.3f}")
    _expect(one == again, "the same text gave two vectors")
    return f"{embedder.model.name} {embedder.model.version}, {embedder.model.digest[:19]}"


def _init(scene: _Scene) -> str:
    made = appliance.initialise(scene.settings)
    return f"appliance {made['appliance_id']}"


def _tenant(scene: _Scene) -> str:
    record = tenants.create(scene.home, "Self test", tenant_id=_TENANT)
    _expect(record.state == "ACTIVE", f"the tenant is {record.state}")
    return f"{record.tenant_id} is {record.state}"


def _ingest(scene: _Scene) -> str:
    from frostbyte.intake.drop import load
    from frostbyte.intake.scan.rules import shipped
    from frostbyte.intake.scan.scanner import Scanner
    from frostbyte.parse.worker import Worker
    from frostbyte.pipeline import ingest

    folder = scene.folder / "drop"
    folder.mkdir(mode=0o700)
    for paper in scene.papers:
        (folder / paper.filename).write_bytes(paper.content)
    with scene.vault() as vault, Worker() as worker, Scanner(shipped()) as scanner:
        scanner.check()
        drop = load(folder, tenant_id=_TENANT, config=vault.config())
        report = ingest(
            vault,
            drop,
            worker=worker,
            scan=scanner.scan,
            embedder=scene.trial.embedder,
            clock=_Impatient(),
            parse_timeout_s=scene.trial.parse_timeout_s,
            model_name=scene.trial.model,
        ).report
    outcomes: dict[str, str] = {file.original_filename: file.status for file in report.files}
    outcomes |= {file.original_filename: f"rejected: {file.reason}" for file in report.rejected_files}
    outcomes |= {file.original_filename: "quarantined" for file in report.quarantined_files}
    for paper in scene.papers:
        wanted = "quarantined" if paper is ATTACK else "indexed"
        outcome = outcomes.get(paper.filename, "not in the report")
        _expect(outcome == wanted, f"{paper.filename} is {outcome}, not {wanted}")
    _expect(all(file.intake.scan_result == "clean" for file in report.files), "a file is not told clean by the malware scan")
    return f"{report.summary.files_submitted} files, {report.summary.total_chunks_indexed} passages, 1 attack held back"


def _search(scene: _Scene) -> str:
    from frostbyte.retrieve import search, verify

    proved = 0
    with scene.vault() as vault:
        for paper in scene.papers:
            if paper is ATTACK:
                continue
            request = parse_query({"query_text": paper.question, "top_k": 3})
            found = search(vault, request, embedder=scene.trial.embedder).response.chunks
            best = found[0].original_filename if found else "nothing"
            _expect(best == paper.filename, f"{paper.question!r} found {best}, not {paper.filename}")
            text = " ".join(found[0].text.split())
            absent = [word for word in paper.words if word not in text]
            _expect(not absent, f"the passage of {paper.filename} lacks {absent}")
            shown = [word for word in paper.hidden if word in text]
            _expect(not shown, f"personal data of {paper.filename} was not redacted")
            for proof in verify(vault, found):
                _expect(proof.problem is None, f"{proof.chunk_id} is not proved: {proof.problem}")
                proved += 1
    return f"{len(scene.papers) - 1} questions answered, {proved} passages proved"


def _audit(scene: _Scene) -> str:
    with scene.vault() as vault:
        report = vault.verify_audit()
    _expect(report.valid and report.events > 0, f"{len(report.breaks)} breaks in {report.events} events")
    return f"{report.events} events, head {report.head_hash[:19]}"


def _verify(scene: _Scene) -> str:
    with scene.vault() as vault:
        report = vault.verify(deep=True)
    problems = "; ".join(f"{problem['where']}: {problem['what']}" for problem in report.problems)
    _expect(not problems, problems)
    return f"{report.checked} things at rest are sound"


def _damage(scene: _Scene) -> str:
    """An alarm that cannot ring is none: one flipped bit at rest must be found."""
    objects = scene.home.vault_directory(_TENANT) / "objects"
    victim = min(path for path in objects.rglob("*") if path.is_file())
    content = bytearray(victim.read_bytes())
    content[len(content) // 2] ^= 1
    victim.write_bytes(content)
    with scene.vault() as vault:
        report = vault.verify(deep=True)
    _expect(any(victim.name in problem["where"] for problem in report.problems), f"a flipped bit in {victim.name} was not found")
    return "a flipped bit was found"


def _expect(holds: bool, otherwise: str) -> None:
    if not holds:
        raise _WrongError(otherwise)


def _since(began: float) -> float:
    return round(time.perf_counter() - began, 3)


STEPS: dict[str, Callable[[_Scene], str]] = {
    "model": _model,
    "init": _init,
    "tenant": _tenant,
    "ingest": _ingest,
    "search": _search,
    "audit": _audit,
    "verify": _verify,
    "damage": _damage,
}

"""What may be carried: licence expressions, and the licences of everything the program is made from."""

from __future__ import annotations

import importlib.metadata
import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.release import images  # puts packaging/ on the path

assert images

import licences  # noqa: E402
import sbom  # noqa: E402

FREE = ["MIT", "Apache-2.0", "LGPL-2.1-or-later", "MPL-2.0", "GPL-3.0-or-later WITH GCC-exception-3.1"]
NOT_FREE = ["GPL-2.0-only", "GPL-3.0-or-later", "AGPL-3.0-only", "SSPL-1.0", "agpl-3.0", "GPL-2.0-only WITH Bison-exception-2.2"]


@pytest.mark.parametrize("expression", FREE)
def test_licences_that_may_be_carried(expression: str) -> None:
    assert licences.may_be_carried(expression)


@pytest.mark.parametrize("expression", NOT_FREE)
def test_licences_that_may_not(expression: str) -> None:
    assert not licences.may_be_carried(expression)


@pytest.mark.parametrize("expression", ["", "AND", "MIT OR", "(MIT", "MIT)", "MIT MIT", "WITH x", "MIT AND OR MIT", "()"])
def test_what_is_no_expression_is_refused(expression: str) -> None:
    with pytest.raises(ValueError, match=r"licence|bracket"):
        licences.may_be_carried(expression)


@given(
    st.recursive(
        st.sampled_from([(text, True) for text in FREE] + [(text, False) for text in NOT_FREE]),
        lambda inner: st.tuples(inner, st.sampled_from(["AND", "OR"]), inner).map(
            lambda parts: (
                f"({parts[0][0]}) {parts[1]} ({parts[2][0]})",
                (parts[0][1] and parts[2][1]) if parts[1] == "AND" else (parts[0][1] or parts[2][1]),
            )
        ),
        max_leaves=12,
    )
)
def test_a_choice_is_free_if_one_way_is_and_a_sum_if_all_are(case: tuple[str, bool]) -> None:
    assert licences.may_be_carried(case[0]) is case[1]


def runtime_distributions(repository: Path) -> list[importlib.metadata.Distribution]:
    """What pyproject.toml asks for at run time, with all that asks for in turn, as far as it is installed."""
    project = tomllib.loads((repository / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted, found = list(project["dependencies"]), {}
    while wanted:
        requirement = wanted.pop()
        match = re.match(r"[A-Za-z0-9._-]+", requirement)
        if match is None or "extra ==" in requirement:
            continue
        name = re.sub(r"[-_.]+", "-", match[0]).lower()
        if name in found:
            continue
        try:
            found[name] = importlib.metadata.distribution(name)
        except importlib.metadata.PackageNotFoundError:
            assert ";" in requirement, f"{name} is not installed"  # for another system or version of Python
            continue
        wanted += found[name].requires or []
    return list(found.values())


NEVER_BUNDLED = {
    *("anyio", "certifi", "filelock", "h11", "hf-xet", "httpcore2", "httpx2", "huggingface-hub", "idna"),
    *("lance-namespace-urllib3-client", "requests", "truststore", "tzdata", "urllib3"),
}
"""Asked for by what is bundled, left out by appliance.spec."""


def test_nothing_the_program_is_made_from_is_under_a_licence_it_may_not_carry(repository: Path) -> None:
    found = runtime_distributions(repository)
    assert len(found) > 25
    sbom.check([sbom.distribution_component(d) for d in found if sbom._name(d) not in NEVER_BUNDLED])


def test_a_gpl_part_anywhere_ends_the_build() -> None:
    part = sbom._component("deep", "1", "GPL-3.0-only", "")
    whole = sbom._component("outer", "1", "MIT", "") | {"components": [part]}
    with pytest.raises(SystemExit, match=r"deep in outer 1 may not be carried: GPL-3\.0-only"):
        sbom.check([whole])


def test_a_part_without_a_licence_ends_the_build() -> None:
    with pytest.raises(SystemExit, match=r"mystery 1 has no licence"):
        sbom.check([sbom._component("mystery", "1", "", "")])


def test_pillow_was_built_without_the_library_that_may_not_be_carried() -> None:
    from PIL import features

    assert not features.check_feature("libimagequant")


def test_the_document_is_the_same_each_time_and_names_what_it_should(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    parts = [sbom._component("b", "2", "MIT", "pkg:pypi/b@2")]
    first, second = sbom.document(parts, "1.0.0"), sbom.document(list(parts), "1.0.0")
    assert first == second
    assert (first["bomFormat"], first["specVersion"]) == ("CycloneDX", "1.6")
    assert first["metadata"]["timestamp"] == "2023-11-14T22:13:20Z"
    assert first["serialNumber"] != sbom.document(parts, "1.0.1")["serialNumber"]

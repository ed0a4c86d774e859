"""What the project says of itself, held to what it is."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import emr_rerank
from tests.conftest import REPOSITORY


def pins(name: str) -> dict[str, str]:
    lines = (REPOSITORY / name).read_text().splitlines()
    parts = [line.partition("==") for line in lines if line and not line.startswith("#")]
    assert all(version for _, _, version in parts), f"{name} has a line that pins nothing"
    return {package.lower().replace("_", "-"): version for package, _, version in parts}


def names(requirements: list[str]) -> set[str]:
    return {re.split(r"[<>=\[; ]", requirement)[0].lower() for requirement in requirements}


PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]


def test_a_space_installs_what_the_project_needs_at_the_pinned_versions() -> None:
    space, all_pins = pins("requirements.txt"), pins("constraints.txt")
    assert set(space) == names(PROJECT["dependencies"])
    assert {package: all_pins[package] for package in space} == space


def test_every_optional_dependency_is_pinned() -> None:
    optional = names([one for group in PROJECT["optional-dependencies"].values() for one in group])
    assert optional - {"emr-rerank"} <= set(pins("constraints.txt"))


def test_the_readme_begins_with_what_a_space_reads() -> None:
    readme = (REPOSITORY / "README.md").read_text()
    front = dict(line.split(": ", 1) for line in readme.split("---\n")[1].splitlines())
    assert (front["sdk"], front["sdk_version"]) == ("gradio", pins("requirements.txt")["gradio"])
    assert (REPOSITORY / front["app_file"]).is_file()


def test_what_the_readme_points_at_exists() -> None:
    readme = (REPOSITORY / "README.md").read_text()
    pointed = re.findall(r"\]\(([^)#:]+)\)", readme) + re.findall(
        r"`((?:emr_rerank|ui|training|tests)/[\w./-]+)`", readme
    )
    assert pointed
    assert [path for path in pointed if not (REPOSITORY / path).exists()] == []


def test_the_changelog_knows_this_version() -> None:
    assert f"## {emr_rerank.__version__}" in (REPOSITORY / "CHANGELOG.md").read_text()


def test_the_top_level_is_the_agreed_one() -> None:
    ignored = {line.strip("/") for line in (REPOSITORY / ".gitignore").read_text().splitlines()}
    folders = {path.name for path in REPOSITORY.iterdir() if path.is_dir() and not path.name.startswith(".")}
    packages = {name for name in folders if name not in ignored and not name.endswith(".egg-info")}
    assert packages == {"emr_rerank", "fhir_samples", "tests", "training", "ui"}


def test_every_module_says_what_it_does() -> None:
    silent = [
        path.relative_to(REPOSITORY)
        for folder in ("emr_rerank", "ui", "fhir_samples", "training")
        for path in Path(REPOSITORY / folder).rglob("*.py")
        if not path.read_text().startswith(('"""', "#!"))
    ]
    assert silent == []

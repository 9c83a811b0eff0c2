"""What CI installs is locked: one version of everything, each file by its hash, licences known."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from importlib.metadata import Distribution
from pathlib import Path
from runpy import run_path
from types import SimpleNamespace
from typing import Any

import pytest

import negsim

ROOT = Path(negsim.__file__).parents[1]
CI = ROOT / ".ci"
VERSIONS = ("3.11", "3.13")


def pinned(text: str, python: str) -> dict[str, str]:
    """Return the versions of a list that hold for a version of Python."""
    lines = re.findall(
        r'^([a-z0-9-]+)==([^;\s]+)(?:; python_version (<|>=) "3.12")?', text, re.MULTILINE
    )
    return {
        name: version
        for name, version, sign in lines
        if not sign or (sign == "<") == (python == "3.11")
    }


@pytest.mark.parametrize("python", VERSIONS)
def test_a_locked_list_holds_the_constraints_with_hashes_and_nothing_else(python: str) -> None:
    text = (CI / f"locked-{python}.txt").read_text(encoding="utf-8")
    locked = pinned(text, python)
    assert locked == pinned((CI / "constraints.txt").read_text(encoding="utf-8"), python)
    assert "://" not in text
    blocks = re.split(r"^(?=[a-z])", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE), flags=re.M)
    hashed = [block for block in blocks if re.search(r"--hash=sha256:[0-9a-f]{64}$", block, re.M)]
    assert len(hashed) == len(locked)


@pytest.mark.parametrize("python", VERSIONS)
def test_what_builds_the_package_is_locked_too(python: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    locked = (CI / f"locked-{python}.txt").read_text(encoding="utf-8")
    for needed in project["build-system"]["requires"]:
        assert re.fullmatch(r"[a-z]+==[0-9.]+", needed)
        assert f"\n{needed} \\\n" in locked


def licence(metadata: Mapping[str, Any]) -> str:
    class About(dict[str, Any]):
        def get_all(self, name: str, failed: list[str]) -> list[str]:
            return self.get(name, failed)

    stated: str = run_path(str(CI / "licences.py"))["licence_of"](
        SimpleNamespace(metadata=About(metadata))
    )
    return stated


def test_a_licence_is_read_from_whatever_states_it() -> None:
    classifier = "License :: OSI Approved :: MIT License"
    assert licence({"License-Expression": "MIT", "License": "other"}) == "MIT"
    assert licence({"Classifier": ["Topic :: Games", classifier]}) == "MIT"
    assert licence({"License": "Apache-2.0\n\nand its text"}) == "Apache-2.0"
    assert licence({}) == "none stated"


def test_licences_are_allowed_one_of_a_choice_all_of_a_sum() -> None:
    allowed = run_path(str(CI / "licences.py"))["allowed"]
    assert allowed("Apache-2.0 OR GPL-3.0")
    assert allowed("BSD-2-Clause AND Apache-2.0 WITH LLVM-exception")
    assert not allowed("MIT AND GPL-3.0")
    assert not allowed("none stated")


def test_licences_of_what_is_installed_are_known() -> None:
    listed = {line.split(":")[0] for line in (CI / "licences.txt").read_text().splitlines()}
    for python in VERSIONS:
        text = (CI / f"locked-{python}.txt").read_text(encoding="utf-8")
        assert set(pinned(text, python)) <= listed
    assert Distribution.from_name("negsim").metadata["License-Expression"] == "MIT"

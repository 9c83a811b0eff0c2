"""Check the licence of every installed package against those that negsim may stand on.

``licences.txt`` says which package came under which licence when somebody last looked. A package
that is new, or whose licence is another now, is told, and so is a licence that is not allowed.
``python .ci/licences.py --write`` writes what is installed to the list.
"""

from __future__ import annotations

import re
import sys
from importlib.metadata import Distribution, distributions
from pathlib import Path

LISTED = Path(__file__).with_name("licences.txt")

ALLOWED = {
    *("0BSD", "Apache-2.0", "BSD", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "LLVM-exception"),
    *("MIT", "MIT-CMU", "MPL-2.0", "PSF", "PSF-2.0", "Zlib"),
}
"""Licences that ask for a notice only, and MPL-2.0, which binds changes of its own files."""

OURS = {"negsim", "pip", "setuptools"}
"""The package itself, and what every environment starts with."""

WORDS = {
    "Apache Software License": "Apache-2.0",
    "Apache 2.0": "Apache-2.0",
    "BSD License": "BSD",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF",
}
"""Names of licences in older metadata, and the short ones."""


def licence_of(package: Distribution) -> str:
    """Return the licence that a package states: as an expression, by a classifier, in a line."""
    about = package.metadata
    classified = [
        text.rpartition(" :: ")[2]
        for text in about.get_all("Classifier", [])
        if text.startswith("License")
    ]
    stated = about.get("License-Expression") or " AND ".join(
        WORDS.get(text, text) for text in classified
    )
    line = about.get("License", "").strip()
    return stated or WORDS.get(line, line.partition("\n")[0]) or "none stated"


def allowed(licence: str) -> bool:
    """Tell whether every part of a licence, or one of those to choose from, is allowed."""
    return any(
        set(re.split(r"\s+(?:AND|WITH)\s+", choice.strip("() "))) <= ALLOWED
        for choice in licence.split(" OR ")
    )


def main() -> int:
    """Print every fault in a line; return how the check ended."""
    stated = {
        package.name.lower().replace("_", "-"): licence_of(package) for package in distributions()
    }
    found = [(name, stated[name]) for name in sorted(stated) if name not in OURS]
    listed = set(LISTED.read_text(encoding="utf-8").splitlines())
    if "--write" in sys.argv:
        lines = sorted(listed | {f"{name}: {licence}" for name, licence in found})
        LISTED.write_text("\n".join([*lines, ""]), encoding="utf-8")
        return 0
    faults = [
        f"{name}: {licence}, which {LISTED.name} does not have: look at it, then --write"
        for name, licence in found
        if f"{name}: {licence}" not in listed
    ]
    faults += [
        f"{name}: {licence} is not allowed" for name, licence in found if not allowed(licence)
    ]
    told = [*faults, f"{len(found)} packages, {len(faults)} faults of licences"]
    sys.stdout.write("\n".join([*told, ""]))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())

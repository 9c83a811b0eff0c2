"""Coverage-guided fuzzing of everything that reads a file, outside CI.

``python tests/fuzz/fuzz_readers.py KIND --seconds 1200`` with KIND one of toml, nfg, efg, csv, json
(results.json) and sqlite (results.sqlite). Any exception but the package's own errors is a crash:
the input is kept in the folder ``--keep``, the traceback is printed and the exit code is not 0.
Needs ``pip install 'negsim[fuzz]'``.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import atheris

INSTRUMENTED = (
    "tomllib",
    "negsim.expressions",
    "negsim.folders",
    "negsim.scenario",
    *(
        f"negsim.theory.{name}"
        for name in ("numerics.exact", "trees.game", "files.gambit_files", "files.interop")
    ),
    *(f"negsim.theory.files.{name}" for name in ("spreadsheets", "text_files")),
    "negsim.page.results",
    "negsim.sampling.store",
)
"""What is watched; kernels are not, for numba compiles their bytes as they are."""

with atheris.instrument_imports(include=list(INSTRUMENTED)):
    import negsim
    from negsim.errors import NegsimError
    from negsim.page.results import read_results
    from negsim.sampling.store import open_results
    from negsim.scenario.load import load
    from negsim.theory.files.gambit_files import read_efg, read_exact_nfg
    from negsim.theory.files.interop import read_exact_csv

ROOT = Path(negsim.__file__).parents[1]
SMALL = ROOT / "scenarios" / "textbook" / "drift.toml"

NFG = (
    'NFG 1 R "t" { "Row" "Col" } { { "C" "D" } { "C" "D" } } "" 3 3 5 -1 -1 5 2 2\n',
    'NFG 1 D "o" { "a" "b" } { 2 2 }\n{ { "x" 1, 1/3 } { "" 0.5, -1e3 } }\n1 2 0 2\n',
)
EFG = (
    'EFG 2 R "driver" { "D" }\n""\np "" 1 1 "" { "Exit" "On" } 0\nt "" 1 "" { 0 }\n'
    'p "" 1 1 "" { "Exit" "On" } 0\nt "" 2 "" { 4 }\nt "" 3 "" { 1 }\n',
    'EFG 2 R "luck" { "a" "b" }\nc "" 1 "" { "l" 1/3 "r" 2/3 } 0\np "" 1 1 "s" { "x" "y" } 1 "o" '
    '{ 1, 2 }\nt "" 2 "" { 1 2 }\nt "" 0\nt "" 3 "" { -1, 0.5 }\n',
)
CSV = (
    "A,B,payoff A,payoff B\nup,in,1.5,-2\nup,out,1/3,0\n",
    "sep=;\nA;B;Payoff A;payoff_B\nup;in;1,5;-2\nup;out;0;0\n;;;\n",
    "A\tpayoff A\n x \t 1,5e3\n",
)


def scenarios() -> Iterator[bytes]:
    """Return the scenarios that are shipped."""
    for path in sorted((ROOT / "scenarios").rglob("*.toml")):
        yield path.read_bytes()


def results(command: str, *words: str) -> Callable[[], Iterator[bytes]]:
    """Return what makes a file of results: a run or a sweep of a small scenario."""

    def made() -> Iterator[bytes]:
        with tempfile.TemporaryDirectory() as folder:
            asked = [command, str(SMALL), "--out", folder, *words]
            call = "from negsim.cli.main import main; main()"
            subprocess.run([sys.executable, "-c", call, *asked], check=True, stdout=sys.stderr)
            for path in sorted(Path(folder).glob("results.*")):
                yield path.read_bytes()

    return made


def texts(*written: str) -> Callable[[], Iterator[bytes]]:
    """Return what gives texts as bytes."""
    return lambda: (text.encode() for text in written)


def read_sweep(path: Path) -> None:
    """Read a sweep's results as `report` and `export` do."""
    found = open_results(path.parent)
    list(found.points)


KINDS: dict[str, tuple[str, Callable[[Path], object], Callable[[], Iterator[bytes]]]] = {
    "toml": ("scenario.toml", load, scenarios),
    "nfg": ("game.nfg", read_exact_nfg, texts(*NFG)),
    "efg": ("game.efg", read_efg, texts(*EFG)),
    "csv": ("game.csv", read_exact_csv, texts(*CSV)),
    "json": ("results.json", read_results, results("run")),
    "sqlite": ("results.sqlite", read_sweep, results("sweep", "--design", "lhs:4")),
}
"""The file's name, what reads it, and what gives the inputs to begin with."""


def main() -> None:
    """Fuzz one reader for a while."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--keep", type=Path, default=Path("crashes"), help="Folder of inputs.")
    asked = parser.parse_args()
    name, read, seeds = KINDS[asked.kind]
    asked.keep.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder) / "corpus"
        corpus.mkdir()
        longest = 4096
        for place, seed in enumerate(seeds()):
            (corpus / str(place)).write_bytes(seed)
            longest = max(longest, 2 * len(seed))
        file = Path(folder) / name

        def one(data: bytes) -> None:
            file.write_bytes(data)
            try:
                read(file)
            except NegsimError:
                return

        limits = [f"-max_total_time={asked.seconds}", f"-max_len={longest}", "-timeout=60"]
        kept = f"-artifact_prefix={asked.keep}/{asked.kind}-"
        atheris.Setup([sys.argv[0], *limits, kept, str(corpus)], one)
        atheris.Fuzz()


if __name__ == "__main__":
    main()

"""The hand-made games, as a module, for every test of play."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest


@pytest.fixture(scope="session")
def games() -> ModuleType:
    spec = importlib.util.spec_from_file_location("play_games", Path(__file__).parent / "games.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module

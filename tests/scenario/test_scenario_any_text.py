"""Any text either is a scenario or raises the package's own error, one clear line a fault."""

import re

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from negsim.errors import ScenarioError
from negsim.scenario.load import loads
from negsim.scenario.moves import moves
from tests_support import BASE

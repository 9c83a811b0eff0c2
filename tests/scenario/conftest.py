"""A small sound scenario that uses every section, for tests that break it."""

import pytest

BASE = """\
format = 1
title = "A truce"
[sources.press]
cite = "The press"
[parties.north]
label = "The North"
discount = { value = 0.9, range = [0.8, 1] }
[parties.south]
[parties.broker]
role = "mediator"
[options.truce]
parties = ["north", "south"]
conditions.north.when = "embargo and gain > 1"
[options.embargo]
parties = ["broker"]
presses = "south"
[options.leave]
parties = ["south"]
[rules]
south_stays = "not (leave and truce)"
[talks]
rounds = 4
order = [["broker"], ["north"]]
[state.gain]
levels = 4
start = 1
[parameters.speed]
value = 0.2
range = [0.1, 0.3]
why = "Slow"
source = "press"
[changes.moves]
when = "not truce"
add = { gain = 1 }
chance = "speed * gain"
[changes.tires]
add = { gain = -1 }
chance = 0.25
[ends.signed]
kind = "agreement"
when = "truce"
[ends.walkout]
kind = "exit"
by = ["south"]
when = "leave"
[payoffs.north.ground]
at = ["signed", "no_agreement"]
value = 2
per = "gain"
why = "Land"
[payoffs.south.calm]
when = "truce"
value = 1.5
why = "Calm"
[costs.harm]
value = 1
[costs.south.flight]
value = 2
[channels.drift]
off = { "parameters.speed" = 0 }
[levers.speed]
sets = "parameters.speed"
range = [0, 0.3]
[claims.no_truce]
says = "No truce at once"
expect = { round = 1, outcome = "not truce" }
"""


@pytest.fixture(scope="session")
def base() -> str:
    """Return the text of the scenario."""
    return BASE

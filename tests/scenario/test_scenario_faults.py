"""Broken files: each is the small scenario with one edit, and every message is told whole."""

from dataclasses import dataclass

import pytest

from negsim.errors import ScenarioError
from negsim.scenario.load import loads


@dataclass(frozen=True)
class Case:
    """An edit of the small scenario (``old`` empty: a line at the end) and its faults."""

    name: str
    old: str
    new: str
    faults: tuple[str, ...]


CASES = (
    # --- not TOML
    Case("broken", "rounds = 4", "rounds = ", ("22: not valid TOML: invalid value (column 10)",)),
    Case(
        "text_not_closed",
        'why = "Land"',
        'why = "Land',
        (r"50: not valid TOML: illegal character '\n' (column 12)",),
    ),
    Case(
        "table_twice",
        "",
        "[parties.north]",
        ("67: not valid TOML: a key or table that is there already (column 15)",),
    ),
    Case(
        "key_twice",
        "rounds = 4",
        "rounds = 4\nrounds = 5",
        ("23: not valid TOML: a key or table that is there already (column 11)",),
    ),
    Case(
        "text_never_ends",
        "",
        "[claims.x]\nsays = '''",
        ("68: not valid TOML: expected \"'''\" (at the end)",),
    ),
    # --- keys
    Case(
        "unknown_section",
        "",
        "[party.x]\nlabel = 'X'",
        ('67: party: unknown key; did you mean "parties"?',),
    ),
    Case(
        "unknown_key",
        'cite = "The press"',
        'site = "The press"',
        (
            "3: sources.press.cite: missing; expected the source in words",
            '4: sources.press.site: unknown key; did you mean "cite"?',
        ),
    ),
    Case(
        "unknown_key_unlike_any",
        "rounds = 4",
        "rounds = 4\nzzz = 1",
        ("23: talks.zzz: unknown key; expected one of: round, rounds, ending, order, clock",),
    ),
    Case(
        "unknown_key_in_inline_table",
        "range = [0.8, 1] }",
        "rang = [0.8, 1] }",
        ('7: parties.north.discount.rang: unknown key; did you mean "range"?',),
    ),
    Case("no_title", 'title = "A truce"', "", ("1: title: missing; expected a title",)),
    Case("no_format", "format = 1", "", ("1: format: missing; expected format = 1",)),
    Case(
        "later_format",
        "format = 1",
        "format = 2\nnovelty = 3",
        ("1: format: 2 is not a format that this version of negsim reads; expected 1",),
    ),
    Case(
        "no_levels",
        "levels = 4",
        "",
        ("24: state.gain.levels: missing; expected how many values the variable has",),
    ),
    Case(
        "no_value",
        "value = 1.5",
        "",
        ("51: payoffs.south.calm.value: missing; expected a number",),
    ),
    Case(
        "no_kind",
        'kind = "agreement"',
        "",
        ("39: ends.signed.kind: missing; expected one of: agreement, breakdown, exit",),
    ),
    # --- kinds of values
    Case("number_for_text", 'title = "A truce"', "title = 3", ("2: title: expected text, got 3",)),
    Case(
        "empty_title",
        'title = "A truce"',
        'title = ""',
        ('2: title: expected one line of text, got ""',),
    ),
    Case(
        "label_of_two_lines",
        'label = "The North"',
        r'label = "The\nNorth"',
        ('6: parties.north.label: expected one line of text, got "The<U+000A>North"',),
    ),
    Case(
        "control_character",
        'why = "Land"',
        r'why = "La\u001bnd"',
        ("50: payoffs.north.ground.why: expected text without control characters, got U+001B",),
    ),
    Case(
        "text_for_number",
        "value = 1.5",
        'value = "high"',
        ('53: payoffs.south.calm.value: expected a number, got "high"',),
    ),
    Case(
        "truth_for_number",
        "value = 1.5",
        "value = true",
        ("53: payoffs.south.calm.value: expected a number, got true",),
    ),
    Case(
        "payoff_not_a_number",
        "value = 1.5",
        "value = nan",
        ("53: payoffs.south.calm.value: expected a finite number, got nan",),
    ),
    Case(
        "infinite_payoff",
        "value = 1.5",
        "value = -inf",
        ("53: payoffs.south.calm.value: expected a finite number, got -inf",),
    ),
    Case(
        "enormous_payoff",
        "value = 1.5",
        "value = 1e16",
        ("53: payoffs.south.calm.value: expected a number between -1e15 and 1e15, got 1e+16",),
    ),
    Case(
        "enormous_whole_number",
        "value = 1.5",
        "value = 0x" + "f" * 5000,
        (
            "53: payoffs.south.calm.value: "
            "expected a number between -1e15 and 1e15, got an enormous whole number",
        ),
    ),
    Case(
        "number_of_5000_digits",
        "value = 1.5",
        "value = " + "9" * 5000,
        ("53: not valid here: a number of too many digits; expected at most 40",),
    ),
    Case(
        "too_many_decimals",
        "value = 1.5",
        "value = 1." + "1" * 50,
        ("53: payoffs.south.calm.value: expected a number of at most 40 digits, got 1.11111...",),
    ),
    Case(
        "number_for_expression",
        'when = "not truce"',
        "when = 1",
        ("33: changes.moves.when: expected an expression in quotes, got 1",),
    ),
    Case(
        "number_for_table",
        "[parties.south]",
        "[parties]\nsouth = 3",
        ("9: parties.south: expected a table, got 3",),
    ),
    Case(
        "unknown_role",
        'role = "mediator"',
        'role = "mediater"',
        ('10: parties.broker.role: expected "party", "mediator" or "guarantor", got "mediater"',),
    ),
    Case(
        "unknown_kind",
        'kind = "exit"',
        'kind = "walkout"',
        ('43: ends.walkout.kind: expected "agreement", "breakdown" or "exit", got "walkout"',),
    ),
    Case(
        "unknown_arrival",
        'by = ["south"]',
        'by = ["south"]\narrives = "later"',
        ('45: ends.walkout.arrives: expected "this_round" or "next_round", got "later"',),
    ),
    Case(
        "date_in_quotes",
        'cite = "The press"',
        'cite = "The press"\ndate = "2025-03-19"',
        (
            "5: sources.press.date: expected a date without quotes such as 2025-03-19, "
            'got "2025-03-19"',
        ),
    ),
    Case(
        "date_with_time",
        'cite = "The press"',
        'cite = "The press"\ndate = 2025-03-19T10:00:00',
        (
            "5: sources.press.date: expected a date without quotes such as 2025-03-19, "
            "got a date with a time",
        ),
    ),
    Case(
        "no_parties",
        'parties = ["south"]',
        "parties = []",
        ("18: options.leave.parties: expected a name or a list of names, got an empty list",),
    ),
    Case(
        "party_twice",
        'parties = ["south"]',
        'parties = ["south", "south"]',
        ('18: options.leave.parties: "south" is listed twice; expected each name once',),
    ),
    # --- bounds
    Case(
        "one_level",
        "levels = 4",
        "levels = 1",
        ("25: state.gain.levels: expected a whole number from 2 to 200, got 1",),
    ),
    Case(
        "no_rounds",
        "rounds = 4",
        "rounds = 0",
        ("22: talks.rounds: expected a whole number from 1 to 10,000, got 0",),
    ),
    Case(
        "half_a_round",
        "rounds = 4",
        "rounds = { value = 4, range = [2, 5.5] }",
        ("22: talks.rounds.range: expected a whole number from 1 to 10,000, got 5.5",),
    ),
    Case(
        "start_outside",
        "start = 1",
        "start = 4",
        ("26: state.gain.start: expected a whole number from 0 to 3, got 4",),
    ),
    Case(
        "start_range_outside",
        "start = 1",
        "start = { value = 1, range = [0, 7] }",
        ("26: state.gain.start.range: expected a whole number from 0 to 3, got 7",),
    ),
    Case(
        "discount_above_one",
        "value = 0.9, range = [0.8, 1]",
        "value = 1.1",
        ("7: parties.north.discount.value: expected a discount above 0 and at most 1, got 1.1",),
    ),
    Case(
        "discount_of_zero",
        "range = [0.8, 1] }",
        "range = [0, 1] }",
        ("7: parties.north.discount.range: expected a discount above 0 and at most 1, got 0",),
    ),
    Case(
        "range_of_one",
        "range = [0.1, 0.3]",
        "range = [0.1]",
        ("29: parameters.speed.range: expected a range [lowest, highest], got a list of 1",),
    ),
    Case(
        "range_reversed",
        "range = [0.1, 0.3]",
        "range = [0.3, 0.1]",
        ("29: parameters.speed.range: expected a range [lowest, highest], got [0.3, 0.1]",),
    ),
    Case(
        "adds_nothing",
        "add = { gain = 1 }",
        "add = { gain = 0 }",
        ("34: changes.moves.add.gain: expected a whole number other than 0, got 0",),
    ),
    Case(
        "adds_to_nothing",
        "add = { gain = 1 }",
        "add = { }",
        (
            "34: changes.moves.add: empty; "
            "expected what it adds to which variable, as in { leverage = 1 }",
        ),
    ),
    # --- chances
    Case(
        "chance_above_one",
        "chance = 0.25",
        "chance = 1.3",
        ("38: changes.tires.chance: expected a chance within [0, 1], got 1.3",),
    ),
    Case(
        "chance_range_above_one",
        "chance = 0.25",
        "chance = { value = 0.25, range = [0, 1.5] }",
        ("38: changes.tires.chance.range: expected a chance within [0, 1], got 1.5",),
    ),
    Case(
        "chance_above_one_at_the_base",
        'chance = "speed * gain"',
        'chance = "speed * gain * 2"',
        (
            "35: changes.moves.chance: chance reaches 1.2 at gain = 3, speed = 0.2; "
            "expected within [0, 1]",
        ),
    ),
    Case(
        "chance_above_one_at_a_corner",
        'chance = "speed * gain"',
        'chance = "speed * gain * 1.5"',
        (
            "35: changes.moves.chance: chance reaches 1.35 at gain = 3, speed = 0.3; "
            "expected within [0, 1]",
        ),
    ),
    Case(
        "chance_below_zero",
        'chance = "speed * gain"',
        'chance = "2 - 3"',
        ("35: changes.moves.chance: chance reaches -1; expected within [0, 1]",),
    ),
    Case(
        "chance_divided_by_zero",
        'chance = "speed * gain"',
        'chance = "speed / gain"',
        (
            "35: changes.moves.chance: chance is not a finite number at gain = 0, speed = 0.2; "
            "expected within [0, 1]",
        ),
    ),
    Case(
        "chance_of_a_stance",
        'chance = "speed * gain"',
        "chance = '1 + (north.truce == \"if\")'",
        (
            '35: changes.moves.chance: chance reaches 2 at north.truce == "if"; '
            "expected within [0, 1]",
        ),
    ),
    Case(
        "chance_of_options",
        'chance = "speed * gain"',
        'chance = "0.7 * embargo + 0.6 * leave"',
        (
            "35: changes.moves.chance: chance reaches 1.3 at embargo in effect, leave in effect; "
            "expected within [0, 1]",
        ),
    ),
    # --- names
    Case(
        "capital",
        "[levers.speed]",
        "[levers.Speed]",
        (
            '61: levers.Speed: "S" is not allowed at the start of a name; '
            "expected a letter from a to z",
        ),
    ),
    Case(
        "hyphen",
        "[levers.speed]",
        "[levers.speed-up]",
        (
            '61: levers.speed-up: "-" is not allowed in a name; '
            "expected letters from a to z, digits and _",
        ),
    ),
    Case(
        "look_alike",
        "[levers.speed]",
        r'[levers."spe\u0435d"]',
        (
            "61: levers.spe<U+0435>d: U+0435 (cyrillic small letter ie) is not allowed in a name; "
            "expected letters from a to z, digits and _",
        ),
    ),
    Case(
        "control_character_in_name",
        "[levers.speed]",
        r'[levers."spe\u0007d"]',
        (
            "61: levers.spe<U+0007>d: U+0007 is not allowed in a name; "
            "expected letters from a to z, digits and _",
        ),
    ),
    Case(
        "empty_name",
        "[levers.speed]",
        '[levers.""]',
        (
            '61: levers."": an empty name; '
            "expected a letter from a to z, then letters, digits and _",
        ),
    ),
    Case(
        "long_name",
        "[levers.speed]",
        f"[levers.{'s' * 41}]",
        (f"61: levers.{'s' * 41}: a name of 41 characters; expected at most 40",),
    ),
    Case(
        "word_of_the_language",
        "[options.leave]\n",
        '[options.max]\nparties = ["south"]\n[options.leave]\n',
        ('17: options.max: "max" is a word of the language; expected another name',),
    ),
    Case(
        "clash",
        "[parameters.speed]\n",
        "[parameters]\nembargo = 0\n[parameters.speed]\n",
        ("28: parameters.embargo: an option has this name already; expected names that differ",),
    ),
    # --- references
    Case(
        "unknown_party",
        'parties = ["south"]',
        'parties = ["soth"]',
        ('18: options.leave.parties: unknown party "soth"; did you mean "south"?',),
    ),
    Case(
        "unknown_pressed",
        'presses = "south"',
        'presses = "east"',
        (
            '16: options.embargo.presses: unknown party "east"; '
            "expected one of: north, south, broker",
        ),
    ),
    Case(
        "unknown_variable",
        "add = { gain = 1 }",
        "add = { gian = 1 }",
        ('34: changes.moves.add.gian: unknown state variable "gian"; did you mean "gain"?',),
    ),
    Case(
        "unknown_end",
        '"no_agreement"]',
        '"no_agrement"]',
        ('47: payoffs.north.ground.at: unknown end "no_agrement"; did you mean "no_agreement"?',),
    ),
    Case(
        "unknown_source",
        'source = "press"',
        'source = "pres"',
        ('31: parameters.speed.source: unknown source "pres"; did you mean "press"?',),
    ),
    Case(
        "payoff_of_nobody",
        "[payoffs.south.calm]",
        "[payoffs.sout.calm]",
        ('51: payoffs.sout: unknown party "sout"; did you mean "south"?',),
    ),
    Case(
        "cost_of_nobody",
        "[costs.south.flight]",
        "[costs.soth.flight]",
        ('57: costs.soth: unknown party "soth"; did you mean "south"?',),
    ),
    Case(
        "unknown_number_switched_off",
        '"parameters.speed" = 0',
        '"parameters.sped" = 0',
        (
            '60: channels.drift.off.parameters.sped: unknown number "parameters.sped"; '
            'did you mean "parameters.speed"?',
        ),
    ),
    Case(
        "dotted_name_without_quotes",
        '"parameters.speed" = 0',
        "parameters.speed = 0",
        (
            "60: channels.drift.off.parameters: expected a number, got a table; "
            "put the dotted name in quotes",
        ),
    ),
    Case(
        "switched_off_out_of_bounds",
        '"parameters.speed" = 0',
        '"parties.north.discount" = 0',
        (
            "60: channels.drift.off.parties.north.discount: a channel is what waiting brings, not "
            "how patient a party is or what it falls back on; expected a payoff by round, a "
            "parameter or a chance",
            "60: channels.drift.off.parties.north.discount: "
            "expected a discount above 0 and at most 1, got 0",
        ),
    ),
    Case(
        "unknown_number_set",
        'sets = "parameters.speed"',
        'sets = "parameter.speed"',
        (
            '62: levers.speed.sets: unknown number "parameter.speed"; '
            'did you mean "parameters.speed"?',
        ),
    ),
    Case(
        "set_out_of_bounds",
        'sets = "parameters.speed"',
        'sets = "talks.rounds"',
        (
            "63: levers.speed.range: expected a whole number from 1 to 10,000, got 0",
            "63: levers.speed.range: expected a whole number from 1 to 10,000, got 0.3",
        ),
    ),
    # --- expressions
    Case(
        "unknown_option_in_expression",
        'when = "not truce"',
        'when = "not truse"',
        ('33: changes.moves.when: unknown name "truse"; did you mean "truce"?',),
    ),
    Case(
        "party_in_expression",
        'per = "gain"',
        'per = "south"',
        (
            "49: payoffs.north.ground.per: south is a party; "
            'ask what it said with south.OPTION == "yes"',
        ),
    ),
    Case(
        "expression_cut_off",
        'when = "leave"',
        'when = "leave and"',
        ("45: ends.walkout.when: expected a name or a number, found the end (column 10)",),
    ),
    Case(
        "call",
        'when = "leave"',
        'when = "open(1)"',
        ('45: ends.walkout.when: "open" cannot be called; only min and max can (column 1)',),
    ),
    Case(
        "stance_of_nobody",
        'when = "leave"',
        "when = 'sout.leave == \"yes\"'",
        ('45: ends.walkout.when: unknown party "sout"; did you mean "south"?',),
    ),
    Case(
        "stance_on_nothing",
        'when = "leave"',
        "when = 'south.leeve == \"yes\"'",
        ('45: ends.walkout.when: unknown option "leeve"; did you mean "leave"?',),
    ),
    Case(
        "stance_without_a_say",
        'when = "leave"',
        "when = 'north.leave == \"yes\"'",
        ("45: ends.walkout.when: north has no say on leave; expected one of: south",),
    ),
    Case(
        "stance_without_a_condition",
        'when = "leave"',
        "when = 'south.leave == \"if\"'",
        (
            '45: ends.walkout.when: south.leave == "if" never holds without a table '
            '[options.leave.conditions.south]; expected "no" or "yes"',
        ),
    ),
    Case(
        "condition_of_a_stranger",
        "conditions.north.when",
        "conditions.broker.when",
        (
            "13: options.truce.conditions.broker: broker has no say on truce; "
            "expected one of: north, south",
        ),
    ),
    Case(
        "condition_mentions_a_joint_option",
        '"embargo and gain > 1"',
        '"embargo and truce"',
        (
            "13: options.truce.conditions.north.when: a condition may mention only "
            "single-party options and the state; truce is joint",
        ),
    ),
    Case(
        "condition_mentions_a_parameter",
        '"embargo and gain > 1"',
        '"speed > 1"',
        (
            "13: options.truce.conditions.north.when: a condition may mention only "
            "single-party options and the state; speed is a parameter",
        ),
    ),
    Case(
        "condition_mentions_a_stance",
        '"embargo and gain > 1"',
        "'broker.embargo == \"yes\"'",
        (
            "13: options.truce.conditions.north.when: a condition may mention only "
            'single-party options and the state; broker.embargo == "yes" is a question about '
            "a stance",
        ),
    ),
    Case(
        "condition_mentions_a_conditional_option",
        'presses = "south"',
        'conditions.broker.when = "leave"',
        (
            "13: options.truce.conditions.north.when: a condition may mention only "
            "single-party options and the state; embargo is conditional itself",
        ),
    ),
    Case(
        "rule_about_the_state",
        '"not (leave and truce)"',
        '"gain > 1 implies truce"',
        ("20: rules.south_stays: a rule may mention only options; gain is a state variable",),
    ),
    Case(
        "rule_without_a_common_party",
        '"not (leave and truce)"',
        '"embargo implies truce"',
        (
            "20: rules.south_stays: no party controls all of embargo, truce; "
            "expected options that share one",
        ),
    ),
    Case(
        "rule_about_nothing",
        '"not (leave and truce)"',
        '"true"',
        ("20: rules.south_stays: mentions no option; expected options that one party controls",),
    ),
    Case(
        "rules_without_a_move",
        '"not (leave and truce)"',
        '"leave and not leave"',
        ("19: rules: leave South no move; expected rules that some stances satisfy",),
    ),
    # --- order of moves and ends
    Case(
        "unknown_mover",
        '[["broker"], ["north"]]',
        '[["broker"], ["nort"]]',
        ('23: talks.order: unknown party "nort"; did you mean "north"?',),
    ),
    Case(
        "moves_twice",
        '[["broker"], ["north"]]',
        '[["broker"], ["north", "broker"]]',
        ('23: talks.order: "broker" moves twice; expected each party at most once',),
    ),
    Case(
        "unknown_order",
        '[["broker"], ["north"]]',
        '"sequential"',
        (
            '23: talks.order: expected "simultaneous" or a list of groups of parties, '
            'got "sequential"',
        ),
    ),
    Case(
        "exit_by_nobody",
        'by = ["south"]',
        "",
        ("42: ends.walkout.by: missing; expected one of: north, south, broker",),
    ),
    Case(
        "exit_by_a_stranger",
        'by = ["south"]',
        'by = ["soth"]',
        ('44: ends.walkout.by: unknown party "soth"; did you mean "south"?',),
    ),
    Case(
        "exit_that_nobody_causes",
        'when = "leave"',
        'when = "gain == 0"',
        ("45: ends.walkout.when: expected an option of south: who walks out causes the exit",),
    ),
    Case(
        "agreement_by_somebody",
        'kind = "agreement"',
        'kind = "agreement"\nby = "south"',
        (
            '41: ends.signed.by: only an end of kind "exit" is somebody\'s; '
            'this one is of kind "agreement"',
        ),
    ),
    Case(
        "no_agreement_with_a_condition",
        "",
        '[ends.no_agreement]\nwhen = "truce"',
        (
            "68: ends.no_agreement.when: not allowed: this end comes when the rounds are "
            "used up; expected only label and arrives",
        ),
    ),
    # --- claims
    Case(
        "claim_of_two_kinds",
        'says = "No truce at once"',
        'says = "No truce at once"\nmeasure = "regret"\nequals = 1',
        ("64: claims.no_truce: expected either measure with equals, or expect, and not both",),
    ),
    Case(
        "claim_of_no_kind",
        'expect = { round = 1, outcome = "not truce" }',
        "",
        ("64: claims.no_truce: expected either measure with equals, or expect, and not both",),
    ),
    Case(
        "measure_without_equals",
        'expect = { round = 1, outcome = "not truce" }',
        'measure = "regret"',
        ("64: claims.no_truce: expected measure and equals together",),
    ),
    Case(
        "claim_after_the_end",
        "round = 1,",
        "round = 9,",
        ("66: claims.no_truce.expect.round: expected a round from 1 to 4, got 9",),
    ),
    Case(
        "claim_about_a_parameter",
        'outcome = "not truce"',
        'outcome = "speed"',
        (
            "66: claims.no_truce.expect.outcome: an outcome may mention only options; "
            "speed is a parameter",
        ),
    ),
    Case(
        "claim_about_the_state_and_a_stance",
        'outcome = "not truce"',
        "outcome = 'gain > 0 and south.leave == \"no\"'",
        (
            "66: claims.no_truce.expect.outcome: an outcome may mention only options; "
            "gain is a state variable",
            "66: claims.no_truce.expect.outcome: an outcome may mention only options; "
            'south.leave == "no" is a question about a stance',
        ),
    ),
    Case(
        "claim_out_of_bounds",
        'says = "No truce at once"',
        'says = "No truce at once"\nparty = "suth"\nstate = { gain = 4, gian = 1 }\n'
        "probability = 2\ntolerance = -1",
        (
            '66: claims.no_truce.party: unknown party "suth"; did you mean "south"?',
            "67: claims.no_truce.state.gain: expected a whole number from 0 to 3, got 4",
            '67: claims.no_truce.state.gian: unknown state variable "gian"; did you mean "gain"?',
            "68: claims.no_truce.probability: expected a probability within [0, 1], got 2",
            "69: claims.no_truce.tolerance: expected 0 or more, got -1",
        ),
    ),
    # --- several at once
    Case(
        "wrong_value_and_unknown_name",
        "value = 1.5",
        'value = "high"\nper = "gian"',
        (
            '53: payoffs.south.calm.value: expected a number, got "high"',
            '54: payoffs.south.calm.per: unknown name "gian"; did you mean "gain"?',
        ),
    ),
    Case(
        "wrong_option_and_its_condition",
        'parties = ["north", "south"]\nconditions.north.when = "embargo and gain > 1"',
        'parties = 3\nconditions.north.when = "embargo and gian > 1"',
        (
            "12: options.truce.parties: expected a name or a list of names, got 3",
            '13: options.truce.conditions.north.when: unknown name "gian"; did you mean "gain"?',
        ),
    ),
    Case(
        "condition_of_a_wrong_option_is_held_to_its_scope",
        'parties = ["south"]\n[rules]',
        'parties = 3\nconditions.south.when = "truce"\n[rules]',
        (
            "18: options.leave.parties: expected a name or a list of names, got 3",
            "19: options.leave.conditions.south.when: a condition may mention only "
            "single-party options and the state; truce is joint",
        ),
    ),
    Case(
        "wrong_end_is_still_known",
        'kind = "agreement"\nwhen = "truce"',
        'kind = "agrement"\nwhen = "truce and"',
        (
            '40: ends.signed.kind: expected "agreement", "breakdown" or "exit", got "agrement"',
            "41: ends.signed.when: expected a name or a number, found the end (column 10)",
        ),
    ),
    Case(
        "wrong_number_is_still_known",
        "value = 0.2\n",
        "value = nan\n",
        ("28: parameters.speed.value: expected a finite number, got nan",),
    ),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_fault_is_told_with_its_line_and_name(case: Case, base: str) -> None:
    assert not case.old or base.count(case.old) >= 1
    text = base.replace(case.old, case.new, 1) if case.old else base + case.new
    with pytest.raises(ScenarioError) as caught:
        loads(text, "s.toml")
    assert str(caught.value).split("\n") == [f"s.toml:{fault}" for fault in case.faults]


BEHAVIOUR = (
    Case(
        "type_prior",
        "",
        '[types.north.hawk]\nprior = 1.5\nset = { "payoffs.north.ground" = 3 }',
        (
            (
                "67: types.north: the priors sum to 1.5; expected at most 1, the rest "
                "being the base type"
            ),
            "68: types.north.hawk.prior: expected a chance within [0, 1], got 1.5",
        ),
    ),
    Case(
        "type_without_set",
        "",
        "[types.north.hawk]\nprior = 0.5",
        (
            (
                "67: types.north.hawk.set: missing; expected the party's numbers that "
                "differ and what they are"
            ),
        ),
    ),
    Case(
        "type_of_another",
        "",
        (
            '[types.north.hawk]\nprior = 0.5\nset = { "payoffs.south.calm" = 3, '
            '"parties.nort.discount" = 0.5 }'
        ),
        (
            (
                "69: types.north.hawk.set.parties.nort.discount: unknown number "
                '"parties.nort.discount"; did you mean "parties.north.discount"?'
            ),
            (
                "69: types.north.hawk.set.payoffs.south.calm: a type is private to "
                "north; expected one of its payoffs or its discount"
            ),
        ),
    ),
    Case(
        "type_priors_sum",
        "",
        (
            '[types.north.hawk]\nprior = 0.7\nset = { "payoffs.north.ground" = 3 '
            '}\n[types.north.dove]\nprior = 0.4\nset = { "payoffs.north.ground" = 1 }'
        ),
        (
            (
                "67: types.north: the priors sum to 1.1; expected at most 1, the rest "
                "being the base type"
            ),
        ),
    ),
    Case(
        "type_base",
        "",
        '[types.north.base]\nprior = 0.7\nset = { "payoffs.north.ground" = 3 }',
        (
            (
                '67: types.north.base: "base" is the type with the numbers as they '
                "are; expected another name"
            ),
        ),
    ),
    Case(
        "type_of_nobody",
        "",
        '[types.nort.hawk]\nprior = 0.7\nset = { "payoffs.north.ground" = 3 }',
        (
            '67: types.nort: unknown party "nort"; did you mean "north"?',
            (
                "69: types.nort.hawk.set.payoffs.north.ground: a type is private to "
                "nort; expected one of its payoffs or its discount"
            ),
        ),
    ),
    Case(
        "strategy_rules_empty",
        "",
        "[strategies.north.x]\nrules = []",
        ("68: strategies.north.x.rules: empty; expected a list of rules",),
    ),
    Case(
        "strategy_last_rule",
        "",
        ('[strategies.north.x]\nrules = [{ when = "gain > 1", play = { truce = "yes" } }]'),
        (
            (
                "68: strategies.north.x.rules: the last rule has a condition; expected "
                "one that always holds, no when"
            ),
        ),
    ),
    Case(
        "strategy_stance",
        "",
        ('[strategies.north.x]\nrules = [{ play = { truce = "yess", leave = "no", zzz = "no" } }]'),
        (
            ("68: strategies.north.x.rules: north has no say on leave; expected one of: south"),
            ('68: strategies.north.x.rules: truce: unknown stance "yess"; did you mean "yes"?'),
            (
                '68: strategies.north.x.rules: unknown option "zzz"; expected one of: '
                "truce, embargo, leave"
            ),
        ),
    ),
    Case(
        "strategy_condition",
        "",
        (
            '[strategies.north.x]\nrules = [{ when = "round > 1 and gain > zzz", '
            "play = {} }, { play = {} }]"
        ),
        (
            (
                '68: strategies.north.x.rules: unknown name "zzz"; expected one of: '
                "round, speed, gain, truce, embargo, leave"
            ),
        ),
    ),
    Case(
        "mirror_three",
        "",
        '[mirror]\nparties = ["north", "south", "broker"]',
        ("68: mirror.parties: expected two parties that exchange roles, got 3",),
    ),
    Case(
        "mirror_unknown",
        "",
        '[mirror]\nparties = ["north", "soth"]\nreflect = ["gains"]',
        (
            '68: mirror.parties: unknown party "soth"; did you mean "south"?',
            ('69: mirror.reflect: unknown state variable "gains"; did you mean "gain"?'),
        ),
    ),
    Case(
        "mirror_key",
        "",
        '[mirror]\nnorth = "south"',
        (
            ("67: mirror.parties: missing; expected the two parties that exchange roles"),
            "68: mirror.north: unknown key; expected one of: parties, reflect",
        ),
    ),
    Case(
        "signal",
        "",
        '[signals.alarm]\nabout = "truce"\ndetection = 1.2\nfalse_alarm = 0.1',
        (
            (
                "68: signals.alarm.about: truce is joint; expected an option of one "
                "party, who may be seen"
            ),
            "69: signals.alarm.detection: expected a chance within [0, 1], got 1.2",
        ),
    ),
    Case(
        "signal_missing",
        "",
        '[signals.alarm]\nabout = "leve"',
        (
            "67: signals.alarm.detection: missing; expected a chance",
            "67: signals.alarm.false_alarm: missing; expected a chance",
        ),
    ),
    Case(
        "preference_both",
        "",
        '[preferences.north]\nranking = ["truce"]\nstatements = ["truce"]',
        (("67: preferences.north: expected either ranking or statements, and not both"),),
    ),
    Case(
        "preference_neither",
        "",
        "[preferences.nort]",
        (
            ("67: preferences.nort: expected either ranking or statements, and not both"),
            '67: preferences.nort: unknown party "nort"; did you mean "north"?',
        ),
    ),
    Case(
        "preference_scope",
        "",
        '[preferences.north]\nranking = ["truce", ["gain > 1", "zzz"]]',
        (
            (
                "68: preferences.north.ranking: an outcome may mention only options; "
                "gain is a state variable"
            ),
            (
                '68: preferences.north.ranking: unknown name "zzz"; expected one of: '
                "truce, embargo, leave"
            ),
        ),
    ),
    Case(
        "preference_empty_group",
        "",
        '[preferences.north]\nranking = ["truce", []]',
        (
            (
                "68: preferences.north.ranking: expected outcomes in each group of the "
                "ranking, got an empty list"
            ),
        ),
    ),
    Case(
        "reservation_number",
        'role = "mediator"',
        'role = "mediator"\nreservation = true',
        ("11: parties.broker.reservation: expected a number, got true",),
    ),
    Case(
        "reservation_word",
        'role = "mediator"',
        'role = "mediator"\nreservation = "status quo"',
        (('11: parties.broker.reservation: expected "status_quo", got "status quo"'),),
    ),
    Case(
        "reservation_both",
        'role = "mediator"',
        'role = "mediator"\nreservation = { value = 3, state = { gain = 1 } }',
        (
            (
                "11: parties.broker.reservation: expected a value, a state, or "
                '"status_quo" in place of the table'
            ),
        ),
    ),
    Case(
        "reservation_state",
        'role = "mediator"',
        'role = "mediator"\nreservation = { state = { gain = 9, gian = 1 } }',
        (
            (
                "11: parties.broker.reservation.state.gain: expected a whole number "
                "from 0 to 3, got 9"
            ),
            (
                "11: parties.broker.reservation.state.gian: unknown state variable "
                '"gian"; did you mean "gain"?'
            ),
        ),
    ),
    Case(
        "levels_empty",
        'presses = "south"',
        'presses = "south"\nlevels = []',
        (("17: options.embargo.levels: expected a name or a list of names, got an empty list"),),
    ),
    Case(
        "levels_number",
        'presses = "south"',
        'presses = "south"\nlevels = 3',
        ("17: options.embargo.levels: expected a name or a list of names, got 3",),
    ),
    Case(
        "levels_words",
        'presses = "south"',
        'presses = "south"\nlevels = ["yes", "gain", "Low"]',
        (
            ('17: options.embargo.levels: "yes" is a word of the language; expected another name'),
            (
                '17: options.embargo.levels: Low: "L" is not allowed at the start of a '
                "name; expected a letter from a to z"
            ),
            (
                '17: options.embargo.levels: a state variable is named "gain" already; '
                "expected another name"
            ),
        ),
    ),
    Case(
        "levels_two_numbers",
        'presses = "south"',
        (
            'presses = "south"\nlevels = ["low", "high"]\n[options.other]\nparties = '
            '["north"]\nlevels = ["high"]'
        ),
        (
            (
                '20: options.other.levels: "high" is level 2 of embargo and 1 '
                "here; expected the same place or another name"
            ),
        ),
    ),
    Case(
        "levels_stance",
        "",
        ('[payoffs.north.x]\nwhen = \'broker.embargo == "low"\'\nvalue = 1\nwhy = "x"'),
        (
            (
                '68: payoffs.north.x.when: broker.embargo == "low" never holds; '
                'unknown stance "low"; expected one of: no, yes, if'
            ),
        ),
    ),
    Case(
        "levels_stay",
        'presses = "south"',
        'presses = "south"\nlevels = ["low"]\nstays = true',
        (
            (
                "18: options.embargo.stays: an option that stays is in effect or not; "
                "expected no levels"
            ),
        ),
    ),
    Case(
        "stay_word",
        'presses = "south"',
        'presses = "south"\nstays = "yes"',
        ('17: options.embargo.stays: expected true or false, got "yes"',),
    ),
    Case(
        "stay_needed",
        'presses = "south"',
        'presses = "south"\nleave = "any"\nexpires = 3',
        (
            ("17: options.embargo.leave: needs stays = true: options that stay in effect"),
            ("18: options.embargo.expires: needs stays = true: options that stay in effect"),
        ),
    ),
    Case(
        "stay_leave",
        'presses = "south"',
        'presses = "south"\nstays = true\nleave = ["north"]',
        (("18: options.embargo.leave: north has no say on it; expected one of: broker"),),
    ),
    Case(
        "stay_expires",
        'presses = "south"',
        'presses = "south"\nstays = true\nexpires = 1',
        (
            (
                "18: options.embargo.expires: expected 2 rounds or more: an option "
                "lasts one round anyway"
            ),
        ),
    ),
    Case(
        "stay_irreversible",
        'presses = "south"',
        'presses = "south"\nstays = true\nirreversible = true\nundo_after = 2',
        (
            (
                "19: options.embargo.undo_after: nobody may end an irreversible "
                "option; expected one or the other"
            ),
        ),
    ),
    Case(
        "stay_undo",
        'presses = "south"',
        'presses = "south"\nstays = true\nundo_after = 0',
        (("18: options.embargo.undo_after: expected a whole number from 1 to 198, got 0"),),
    ),
    Case(
        "stay_name",
        'presses = "south"',
        ('presses = "south"\nstays = true\n[parameters.embargo_in_force]\nvalue = 1\nwhy = "x"'),
        (
            (
                "18: parameters.embargo_in_force: the rounds that embargo stays in "
                "effect have this name; expected another, or "
                "options.embargo.start for how many are left at the start"
            ),
        ),
    ),
    Case(
        "ending_zero",
        "rounds = 4",
        "ending = { chance = 0 }",
        (("22: talks.ending.chance: expected a chance above 0 and at most 1, got 0"),),
    ),
    Case(
        "ending_missing",
        "rounds = 4",
        "ending = {}",
        ("22: talks.ending.chance: missing; expected a chance above 0",),
    ),
    Case(
        "endless_discount",
        "rounds = 4",
        'round = "week"',
        (
            (
                "7: parties.north.discount: expected a discount below 1, for talks "
                "that have neither rounds nor an ending"
            ),
            (
                "8: parties.south.discount: expected a discount below 1, for talks "
                "that have neither rounds nor an ending"
            ),
            (
                "9: parties.broker.discount: expected a discount below 1, for talks "
                "that have neither rounds nor an ending"
            ),
        ),
    ),
    Case(
        "channel_of_nobody",
        "",
        '[channels.cover.nort]\noff = { "payoffs.south.calm" = 0 }',
        ('67: channels.cover: unknown party "nort"; did you mean "north"?',),
    ),
    Case(
        "channel_ending",
        "rounds = 4",
        ('ending = { chance = 0.1 }\n[channels.cover]\noff = { "talks.ending.chance" = 0 }'),
        ("25: channels.cover.order: unknown key; expected one of: label, why, off",),
    ),
    Case(
        "confidence",
        'cite = "The press"',
        'cite = "The press"\nconfidence = "sure"',
        (
            (
                '5: sources.press.confidence: expected "measured", "elicited" or '
                '"assumed", got "sure"'
            ),
        ),
    ),
    Case(
        "holds",
        'says = "No truce at once"',
        'says = "No truce at once"\nholds = "most"',
        ('66: claims.no_truce.holds: expected "all" or "some", got "most"',),
    ),
    Case(
        "extends_text",
        "format = 1",
        'format = 1\nextends = "other.toml"',
        (('2: extends: expected "negsim:NAME.toml": a text has no folder to look in'),),
    ),
    Case(
        "extends_number",
        "format = 1",
        "format = 1\nextends = 3",
        ("2: extends: expected the path of a scenario file, got 3",),
    ),
    Case(
        "extends_outside",
        "format = 1",
        'format = 1\nextends = "negsim:../README.md"',
        (
            (
                "2: extends: leaves the folder of negsim's scenarios; expected a path inside it, "
                'got "negsim:../README.md"'
            ),
        ),
    ),
    Case(
        "extends_missing",
        "format = 1",
        'format = 1\nextends = "negsim:zzz.toml"',
        (('2: extends: no such file; expected a scenario file, got "negsim:zzz.toml"'),),
    ),
)


@pytest.mark.parametrize("case", BEHAVIOUR, ids=lambda case: case.name)
def test_faults_of_the_rest_of_the_format(case: Case, base: str) -> None:
    text = base.replace(case.old, case.new, 1) if case.old else base + case.new
    with pytest.raises(ScenarioError) as caught:
        loads(text, "s.toml")
    assert str(caught.value).split("\n") == [f"s.toml:{fault}" for fault in case.faults]


SHELLS = (
    (
        "format = 1",
        (
            "1: options: missing; expected at least one table [options.NAME]",
            "1: parties: missing; expected at least one table [parties.NAME]",
            "1: title: missing; expected a title",
        ),
    ),
    (
        'format = 1\ntitle = "x"\nparties = {}\noptions = {}',
        (
            "3: parties: empty; expected at least one table [parties.NAME]",
            "4: options: empty; expected at least one table [options.NAME]",
        ),
    ),
    (
        'format = 1\ntitle = "x"\nparties.a = {}\noptions.b = 3\ntalks = 4\nstate = []\nrules = ""',
        (
            "4: options.b: expected a table, got 3",
            "5: talks: expected a table, got 4",
            "6: state: expected a table, got an empty list",
            '7: rules: expected a table, got ""',
        ),
    ),
)


@pytest.mark.parametrize(("text", "faults"), SHELLS)
def test_scenarios_with_hardly_anything_in_them(text: str, faults: tuple[str, ...]) -> None:
    with pytest.raises(ScenarioError) as caught:
        loads(text, "s.toml")
    assert str(caught.value).split("\n") == [f"s.toml:{fault}" for fault in faults]


def test_nothing_of_the_validator_shows(base: str) -> None:
    text = base.replace("value = 1.5", "value = []").replace("[talks]", "[talks.x]")
    with pytest.raises(ScenarioError) as caught:
        loads(text)
    shown = str(caught.value).lower()
    assert not any(word in shown for word in ("pydantic", "http", "input", "valid integer"))


def test_faults_of_a_path_with_control_characters_stay_on_one_line() -> None:
    with pytest.raises(ScenarioError) as caught:
        loads("", "a\nb.toml")
    assert str(caught.value) == "a<U+000A>b.toml:1: is empty; expected a scenario file"

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
        ("23: talks.zzz: unknown key; expected one of: round, rounds, order",),
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
        ("1: not valid TOML: a whole number of too many digits",),
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


LATER = (
    ("", "[types.north.hawk]\nprior = 0.5", "67: types: private types are", "table"),
    ("", "[strategies.north.x]\nrules = []", "67: strategies: strategies in the file are", "table"),
    ("", '[mirror]\nnorth = "south"', "67: mirror: a declared mirror is", "table"),
    ("", "[signals]", "67: signals: signals are", "table"),
    ("", "[preferences]", "67: preferences: preferences in words are", "table"),
    (
        "format = 1",
        'format = 1\nextends = "other.toml"',
        "2: extends: a scenario that extends another is",
        "key",
    ),
    (
        'role = "mediator"',
        "reservation = 3",
        "10: parties.broker.reservation: a reservation is",
        "key",
    ),
    (
        'presses = "south"',
        'levels = ["low"]',
        "16: options.embargo.levels: options with levels are",
        "key",
    ),
    (
        "rounds = 4",
        "ending = { chance = 0.03 }",
        "22: talks.ending: talks that end by chance are",
        "table",
    ),
    (
        "",
        '[channels.drift.north]\noff = { "parameters.speed" = 0 }',
        "67: channels.drift.north: channels of one party are",
        "table",
    ),
    *(
        (
            'presses = "south"',
            f"{key} = true",
            f"16: options.embargo.{key}: options that stay in effect are",
            "key",
        )
        for key in ("stays", "leave", "expires", "undo_after", "irreversible")
    ),
)


@pytest.mark.parametrize(("old", "new", "start", "what"), LATER)
def test_what_later_versions_may_support_is_refused(
    old: str, new: str, start: str, what: str, base: str
) -> None:
    text = base.replace(old, new, 1) if old else base + new
    with pytest.raises(ScenarioError) as caught:
        loads(text, "s.toml")
    expected = f"s.toml:{start} not supported by this version of negsim; remove the {what}"
    assert str(caught.value) == expected


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

"""The answers of ``negsim solve`` on a terminal: equilibria in the words of the file, one by one.

Each equilibrium has a number, by which outcomes and the table of agreement refer to it. Of long
lists a stated number is shown unless all are asked for.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.measure import Measurement
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from negsim.drawing.terminal import console
from negsim.drawing.words import NOT_IN_TIME, amount, counted, percent
from negsim.questions.outcomes.ask import move_legend
from negsim.questions.outcomes.say_undecided import undecided_notes
from negsim.questions.signals.say_kept import punishment_table
from negsim.scenario.model import Scenario
from negsim.theory.normal_form.marks import QUANTAL

MOST_SHOWN = 10
"""Of longer lists so many are shown, unless all are asked for."""

SHOWN_PRECISIONS = (0.0, 1.0, 3.0, 10.0, 30.0, 100.0)
"""Precisions at which a branch is told."""

NEGLIGIBLE = 1e-3
"""Moves that are made less often are not told."""

MOST_SETS = 6
"""Of trees with more information sets only those reached are told, unless all are asked for."""

NO_DEAL = {"reservation": "what leaving is worth", "solved": "the talks as solved"}
"""What parties have without a deal, in words."""

WIDEST = 10_000
"""Columns to measure how wide a table would be that did not wrap."""

QUIET = {"method", "game", "players", "message", "complete", "left_out"}
"""Parts of an answer that are told elsewhere or known."""


def show_answer(answer: Mapping[str, Any], everything: bool) -> None:
    """Print the answers of several methods and what they agree on.

    ``everything``: all equilibria of long lists, not the first ones.
    """
    out = console()
    show_head(out, answer["title"], answer["legend"])
    known = set[str]()
    for solution in answer["solutions"]:
        out.print()
        told = _lists_profiles(solution) and solution["game"] in known
        again = {"by_outcome": (), "failures": ()} if told else {}
        show_solution(out, {**solution, **again}, everything)
        known |= {solution["game"]} if solution.get("equilibria") else set()
    for table in answer["agreements"]:
        out.print()
        show_agreement(out, table, everything)


def show_one_shot(scenario: Scenario, answer: Mapping[str, Any], everything: bool) -> None:
    """Print question 1's answer: pure, two-party and logit solutions, outcomes and who blocks."""
    out = console()
    title = f"{scenario.title}: the last round at the start of the talks"
    show_head(out, title, move_legend(scenario))
    out.print()
    show_solution(out, answer["pure"], everything)
    if answer["two_party"] is not None:
        out.print()
        fixed = f"with {'; '.join(answer['fixed'])}" if answer["fixed"] else ""
        show_solution(out, {**answer["two_party"], "game": fixed, "failures": ()}, everything)
    out.print()
    show_solution(out, answer["logit"], everything)
    out.print("\nOutcomes (equilibria, Nash bargaining, efficient and blocked by nobody):")
    out.print(outcome_table(scenario, answer["outcomes"]))
    out.print()
    if answer["bargaining"] is None:
        out.print(f"Bargaining over packages that conclude now. {NOT_IN_TIME}")
    else:
        show_bargaining(out, answer["bargaining"])


def show_bargaining(out: Console, told: Sequence[Mapping[str, Any]]) -> None:
    """Print the packages that the rules of bargaining pick, rules that agree together."""
    if not any(picked["packages"] for picked in told):
        messages = dict.fromkeys(one["message"] for one in told if not one["lotteries"])
        out.print(escape(f"Bargaining over packages that conclude now: {'; '.join(messages)}."))
        return
    out.print("Bargaining over packages that conclude now (of lotteries over them: --json):")
    table = new_table("without a deal", "rule", "picks")
    for no_deal, words in NO_DEAL.items():
        plain = [one for one in told if one["no_deal"] == no_deal and not one["lotteries"]]
        picks: dict[str, list[str]] = {}
        for one in plain:
            pick = "; ".join(one["packages"]) or one["message"]
            picks.setdefault(pick, []).append(one["method"].replace("_", "-"))
        for pick, rules in picks.items():
            every = "every rule" if len(rules) == len(plain) else ", ".join(rules)
            table.add_row(*map(escape, [words, every, pick]))
    out.print(table)


def say(out: Console, text: str, depth: int = 1) -> None:
    """Print a line as it is, indented, also where it wraps."""
    out.print(Padding(Text(text), (0, 0, 0, 2 * depth), expand=False))


def new_table(*heads: str) -> Table:
    """Return an empty table without lines whose first column stands below the text around it."""
    table = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 2, 0, 0))
    for head in heads:
        table.add_column(escape(head))
    return table


def show_head(out: Console, title: str, legend: Mapping[str, str]) -> None:
    """Print the title, and of which options the moves of each party are made."""
    out.print(title, markup=False, style="bold")
    for name, options in legend.items():
        say(out, f"a move of {name}: {options}")


def show_solution(out: Console, solution: Mapping[str, Any], everything: bool) -> None:
    """Print what one method found."""
    about = f" ({solution['game']})" if solution.get("game") else ""
    message = solution.get("message") or solution.get("rule", "")
    out.print(f"{solution.get('method', '')}{about}: {message}.", markup=False)
    if "precision" in solution:
        show_branch(out, solution)
    elif "values_at_start" in solution:
        show_plan(out, solution)
    elif "leaders" in solution:
        show_commitments(out, solution)
    elif "aims" in solution:
        show_recommendations(out, solution)
    elif "answers" in solution:
        show_punishments(out, solution)
    elif not _lists_profiles(solution):
        show_data(out, {key: value for key, value in solution.items() if key not in QUIET}, 1)
    else:
        show_equilibria(out, solution, everything)


def show_equilibria(out: Console, solution: Mapping[str, Any], everything: bool) -> None:
    """Print a list of equilibria, as a table if it fits and as paragraphs if not."""
    told = in_fractions(solution, everything)
    shown = told if everything else told[:MOST_SHOWN]
    table = equilibrium_table(solution["players"], shown)
    unbounded = out.options.update(max_width=WIDEST)
    if Measurement.get(out, unbounded, table).maximum <= out.width:
        if shown:
            out.print(table)
    else:
        for place, found in enumerate(shown):
            show_paragraph(out, place + 1, found)
    if len(shown) < len(told):
        say(out, f"{len(shown)} of {len(told)} are shown; --all shows every one.")
    sets = len(solution.get("information_sets", ()))
    hidden = any(len(found["reached"]) < sets for found in solution["equilibria"] if sets)
    if sets > MOST_SETS and hidden and not everything:
        say(out, "Only what is done at sets that are reached is told; --all tells everything.")
    if len(told) < len(solution["equilibria"]):
        every = len(solution["equilibria"])
        say(out, f"{every} equilibria in {counted(len(told), 'line')}: some differ only elsewhere.")
    for line in notes_of(solution, everything):
        say(out, line)


def equilibrium_table(players: Sequence[str], equilibria: Sequence[Mapping[str, Any]]) -> Table:
    """Return a table of equilibria, one row each: moves with chances, payoffs, regret, marks."""
    table = new_table("", *players, "payoffs", "regret", "marks")
    for place, found in enumerate(equilibria):
        moves = [mixed_words(found["profile"][player]) for player in players]
        payoffs = ", ".join(map(number, found["payoffs"].values()))
        row = [str(place + 1), *moves, payoffs, regret_words(found), ", ".join(found["marks"])]
        table.add_row(*map(escape, row))
    return table


def show_paragraph(out: Console, place: int, found: Mapping[str, Any]) -> None:
    """Print one equilibrium on lines of its own: who plays what, then what it pays and is."""
    moves = "; ".join(
        f"{player}: {mixed_words(mixed) or 'no move'}" for player, mixed in found["profile"].items()
    )
    payoffs = ", ".join(f"{player}: {number(value)}" for player, value in found["payoffs"].items())
    marks = f"; {', '.join(found['marks'])}" if found["marks"] else ""
    lines = f"{moves}\npays {payoffs}; regret {regret_words(found)}{marks}"
    show_numbered(out, place, lines)


def in_fractions(solution: Mapping[str, Any], everything: bool = True) -> list[dict[str, Any]]:
    """Return the equilibria, chances and payoffs as fractions where the answer has them.

    Of a tree with more than ``MOST_SETS`` sets, unless ``everything`` is asked for, only what is
    done at sets that are reached is told, and equilibria that differ elsewhere are one.

    >>> found = {"profile": {"A": {"x": 0.5, "y": 0.5}}, "payoffs": {"A": 0.5}}
    >>> exact = {"row": ["1/2", "1/2"], "column": [], "payoffs": ["1/2"]}
    >>> data = {"players": ["A"], "actions": [["x", "y"]], "equilibria": [found], "exact": [exact]}
    >>> in_fractions(data)[0]["profile"]
    {'A': {'x': '1/2', 'y': '1/2'}}
    """
    equilibria = list(solution["equilibria"])
    if len(solution.get("exact") or ()) == len(equilibria):
        return [
            _with_fractions(solution, found, exact)
            for found, exact in zip(equilibria, solution.get("exact") or (), strict=True)
        ]
    if "information_sets" not in solution:
        return equilibria
    if everything or len(solution["information_sets"]) <= MOST_SETS:
        return [_with_told_sets(solution, found, found["behaviour"]) for found in equilibria]
    plays = [_with_told_sets(solution, found, found["reached"]) for found in equilibria]
    return _distinct(plays)


def show_agreement(out: Console, table: Mapping[str, Any], everything: bool) -> None:
    """Print which method found which equilibrium, and by how much their payoffs differ."""
    methods, rows = table["methods"], table["rows"]
    out.print(f"Agreement of {', '.join(methods)} ({table['game']}):", markup=False)
    shown = rows if everything else rows[:MOST_SHOWN]
    grid = new_table("profile", *methods, "payoffs differ by")
    for row in shown:
        found = [row["found"][name] for name in methods]
        words = "; ".join(mixed_words(mixed) or "-" for mixed in row["profile"].values())
        words = words if row["equilibrium"] else f"{words} (no equilibrium)"
        marks = ["-" if one is None else "yes" for one in found]
        apart = [one for one in found if one is not None]
        told = f"{max(apart):.1g}" if len(apart) > 1 else ""
        grid.add_row(escape(words), *marks, told)
    out.print(Padding(grid, (0, 0, 0, 2), expand=False))
    if len(shown) < len(rows):
        say(out, f"{len(shown)} of {len(rows)} are shown; --all shows every one.")
    for line in agreement_words(table):
        say(out, line)


def agreement_words(table: Mapping[str, Any]) -> list[str]:
    """Return how many of the equilibria each method found, in sentences.

    >>> row = {"equilibrium": True, "found": {"nash": 0.0, "pure": None}}
    >>> agreement_words({"methods": ["nash", "pure"], "rows": [row], "agree": False})
    ['Of 1 equilibrium nash found 1, pure 0.']
    """
    rows = [row for row in table["rows"] if row["equilibrium"]]
    if not rows:
        return ["None of them is an equilibrium."]
    many = f"{len(rows)} equilibri{'um' if len(rows) == 1 else 'a'}"
    if table["agree"]:
        return [f"All of them found the same {many.removeprefix('1 ')}."]
    counts = {
        name: sum(row["found"][name] is not None for row in rows) for name in table["methods"]
    }
    (first, found), *others = counts.items()
    rest = "".join(f", {name} {count}" for name, count in others)
    return [f"Of {many} {first} found {found}{rest}."]


def show_branch(out: Console, branch: Mapping[str, Any]) -> None:
    """Print some points of a logit branch and where it leads."""
    players = branch["players"]
    table = new_table("precision", *players)
    for place in _shown_points(branch["precision"]):
        mixes = [likeliest(branch["chances"][player], place) for player in players]
        table.add_row(f"{branch['precision'][place]:.3g}", *map(escape, mixes))
    out.print(Padding(table, (0, 0, 0, 2), expand=False))
    if branch["limit"] is not None:
        say(out, "It leads to this equilibrium as the precision grows:")
        show_paragraph(out, 1, branch["limit"])
    say(out, "--out FOLDER draws the whole branch there: logit_branch.svg and .png.")


def likeliest(moves: Mapping[str, Sequence[float]], place: int) -> str:
    """Return the moves made most often at a point of a branch, and with what chance.

    >>> likeliest({"yes": [0.7], "no": [0.2], "if": [0.1]}, 0)
    'yes (0.7), no (0.2), ...'
    """
    order = sorted(moves, key=lambda move: -moves[move][place])
    told = {move: moves[move][place] for move in order}
    kept = {move: chance for move, chance in told.items() if chance >= NEGLIGIBLE}
    words = [f"{move} ({amount(chance)})" for move, chance in kept.items()][:2]
    return ", ".join([*words, "..."] if len(kept) > 2 else words)


def show_plan(out: Console, plan: Mapping[str, Any]) -> None:
    """Print what the solved talks are worth at their start, and what is done in round 1."""
    pairs = zip(plan["players"], plan["values_at_start"][0], strict=True)
    values = ", ".join(f"{name}: {amount(value)}" for name, value in pairs)
    say(out, f"worth at the start: {values}")
    for name, mixed in plan["first_round"].items():
        say(out, f"in round 1 {name} says {mixed_words(mixed)}")
    count, logit = plan["largest_count"][0], plan["share_logit"][0]
    if count > 1:
        say(out, f"{count} different solutions in some round and state: the rule chose.")
    if logit:
        say(
            out,
            f"In {percent(logit)} of rounds and states logit response, as no pure equilibrium "
            f"exists; largest regret {plan['largest_regret'][0]:.2g} of what is at stake.",
        )


def show_commitments(out: Console, solution: Mapping[str, Any]) -> None:
    """Print what each player gains by committing first, if replies are kind and if they are not."""
    table = new_table("leader", "replies", "gets", "plays", "Nash, best", "worst")
    for leader, told in solution["leaders"].items():
        nash = [_amount(told["best_nash"]), _amount(told["worst_nash"])]
        for kind, words in (("strong", "best for it"), ("weak", "worst for it")):
            led = told[kind]
            moves = "; ".join(map(mixed_words, led["profile"].values()))
            bound = "" if led["attained"] else " (not quite)"
            row = [leader, words, amount(led["value"]) + bound, moves, *nash]
            table.add_row(*map(escape, row))
    out.print(Padding(table, (0, 0, 0, 2), expand=False))


def show_recommendations(out: Console, solution: Mapping[str, Any]) -> None:
    """Print what recommending can bring about: best and worst, and what it adds to Nash."""
    table = new_table("for", "worst", "best", "Nash, best", "added", "by recommending")
    for aim, told in solution["aims"].items():
        lots = [
            f"{'; '.join(one['actions'].values())} ({one['chance']:.3g})"
            for one in told["best"]["recommendations"]
        ]
        more = f", and {len(lots) - 3} more" if len(lots) > 3 else ""
        values = [told["worst"]["value"], told["best"]["value"], told["best_nash"], told["added"]]
        table.add_row(*map(escape, [aim, *map(_amount, values), ", ".join(lots[:3]) + more]))
    out.print(Padding(table, (0, 0, 0, 2), expand=False))


def show_punishments(out: Console, solution: Mapping[str, Any]) -> None:
    """Print the truce of a scenario and the discounts that keep it, by the answer to an alarm."""
    for name, what in (("the truce", "truce"), ("instead", "instead")):
        moves = "; ".join(f"{player}: {move}" for player, move in solution[what].items())
        say(out, f"{name}: {moves}")
    out.print(Padding(punishment_table(solution), (0, 0, 0, 2), expand=False))
    if solution["why_no_tit_for_tat"]:
        say(out, f"Not told: {solution['why_no_tit_for_tat']}.")


def show_numbered(out: Console, place: int, text: str) -> None:
    """Print a paragraph beside its number."""
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(justify="right", width=4)
    table.add_column()
    table.add_row(str(place), escape(text))
    out.print(table)


def show_data(out: Console, data: Mapping[str, Any], depth: int) -> None:
    """Print nested data in words: one line a value, lists line by line."""
    for key, value in data.items():
        name = str(key).replace("_", " ")
        if isinstance(value, Mapping) and not _flat(value):
            say(out, f"{name}:", depth)
            show_data(out, value, depth + 1)
        elif isinstance(value, list) and any(isinstance(one, Mapping | list) for one in value):
            say(out, f"{name}:", depth)
            for one in value[:MOST_SHOWN]:
                say(out, f"- {value_words(one)}", depth + 1)
            if len(value) > MOST_SHOWN:
                say(out, f"({MOST_SHOWN} of {len(value)}; --json has all)", depth + 1)
        elif value not in (None, "", [], {}):
            say(out, f"{name}: {value_words(value)}", depth)


def value_words(value: Any) -> str:
    """Return a value in words.

    >>> value_words({"A": 1.0, "B": [True, 0.25]}), value_words([])
    ('A 1, B (yes 0.25)', 'none')
    """
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return amount(value)
    if isinstance(value, Mapping):
        parts = [f"{str(key).replace('_', ' ')} {_nested(one)}" for key, one in value.items()]
        return ", ".join(parts) or "none"
    if isinstance(value, list):
        return " ".join(map(_nested, value)) or "none"
    return "-" if value is None else str(value)


def outcome_table(scenario: Scenario, rows: Sequence[Mapping[str, Any]]) -> Table:
    """Return the outcomes that are equilibria, bargaining solutions, or efficient and unblocked."""
    names = [party.label for party in scenario.parties]
    table = new_table("outcome", *names, "marks", "blocked by")
    for row in rows:
        if row["equilibrium"] or row["bargaining"] or (row["efficient"] and not row["blockers"]):
            marks = [key for key in ("equilibrium", "efficient", "bargaining") if row[key]]
            cells = [row["text"], *map(amount, row["payoffs"]), ", ".join(marks)]
            table.add_row(*map(escape, [*cells, ", ".join(row["blockers"])]))
    return table


def mixed_words(mixed: Mapping[str, float | str]) -> str:
    """Return a mixed action in words, moves below one in a thousand left out.

    Where they leave one move it is told by how much it falls short of certain.

    >>> mixed_words({"yes": 0.25, "no": 0.75}), mixed_words({"yes": 1 - 1e-10, "no": 1e-10})
    ('yes (0.25), no (0.75)', 'yes (1 - 1e-10)')
    """
    kept = {move: chance for move, chance in mixed.items() if number_of(chance) >= NEGLIGIBLE}
    if len(kept) == 1:
        (only,) = kept
        rest = sum(number_of(chance) for move, chance in mixed.items() if move != only)
        return f"{only} (1 - {rest:.3g})" if rest > 0 else only
    return ", ".join(
        f"{move} ({number(chance)})" if number_of(chance) < 1 else move
        for move, chance in kept.items()
    )


def number(value: float | str) -> str:
    """Return a number with three digits, or as the fraction that it is.

    >>> number(1 / 3), number("1/3")
    ('0.333', '1/3')
    """
    return value if isinstance(value, str) else amount(value)


def number_of(value: float | str) -> float:
    """Return a number, given as such or as the text of a fraction.

    >>> number_of("1/4"), number_of(0.5)
    (0.25, 0.5)
    """
    above, slash, below = str(value).partition("/")
    return float(above) / float(below) if slash else float(value)


def regret_words(found: Mapping[str, Any]) -> str:
    """Return the largest regret.

    >>> regret_words({"regret": {"A": 0.0, "B": 2e-16}})
    '2e-16'
    """
    return f"{max(found['regret'].values(), default=0.0):.1g}"


def notes_of(solution: Mapping[str, Any], everything: bool) -> list[str]:
    """Return what else is to be said of a list: outcomes, what was dropped or not decided."""
    response = any(QUANTAL in found["marks"] for found in solution["equilibria"])
    most = len(solution["equilibria"]) if everything else MOST_SHOWN
    groups = solution.get("by_outcome", ())
    told = groups if everything else groups[:MOST_SHOWN]
    notes = [outcome_words(group, response, most) for group in told]
    if len(told) < len(groups):
        notes.append(f"({len(told)} of {len(groups)} outcomes are told; --all tells every one.)")
    notes += [
        f"Coordination failure: {place + 1}, {text}."
        for place, text in enumerate(solution.get("failures", ())[:most])
        if text is not None
    ]
    notes += belief_notes(solution, most)
    if "not_compared" in solution:
        notes.append(f"Not held against one another: {solution['not_compared']}.")
    dropped = solution.get("dropped", ())
    notes += [f"Dropped: {text}." for text in (dropped if everything else dropped[:3])]
    if len(dropped) > 3 and not everything:
        notes.append(f"({counted(len(dropped), 'candidate')} dropped; --all shows every one.)")
    boxes = solution.get("undecided", ())
    return notes + undecided_notes(boxes, len(boxes) if everything else MOST_SHOWN)


def outcome_words(group: Mapping[str, Any], response: bool, most: int) -> str:
    """Return in a sentence which equilibria, or that the quantal response, lead to what.

    >>> outcome_words({"outcomes": {"a truce": 1.0}, "equilibria": [0, 2]}, False, 10)
    'Equilibria 1, 3 lead to: a truce.'
    """
    outcomes = "; ".join(
        text if chance > 1 - NEGLIGIBLE else f"{text} ({percent(chance)})"
        for text, chance in group["outcomes"].items()
        if chance >= NEGLIGIBLE
    )
    if response:
        return f"The response leads to: {outcomes}."
    places = [str(place + 1) for place in group["equilibria"]]
    if len(places) == 1:
        return f"Equilibrium {places[0]} leads to: {outcomes}."
    more = ", ..." if len(places) > most else ""
    return f"Equilibria {', '.join(places[:most])}{more} lead to: {outcomes}."


def belief_notes(solution: Mapping[str, Any], most: int) -> list[str]:
    """Return for each sequential equilibrium what is believed where the mover cannot be sure."""
    several = [one for one in solution.get("information_sets", ()) if one["nodes"] > 1]
    notes = []
    for place, found in enumerate(solution["equilibria"][:most]):
        for one in several if found.get("beliefs") else ():
            held = found["beliefs"][one["name"]]
            words = "; ".join(f"{way} ({chance:.3g})" for way, chance in held.items())
            about = f'{one["player"]} believes at "{one["name"]}" to be after'
            notes.append(f"In equilibrium {place + 1}, {about}: {words}.")
    return notes


def _lists_profiles(solution: Mapping[str, Any]) -> bool:
    """Tell whether an answer is a list of profiles in the words of a game."""
    return "equilibria" in solution and all("profile" in one for one in solution["equilibria"])


def _with_fractions(
    solution: Mapping[str, Any], found: Mapping[str, Any], exact: Mapping[str, Any]
) -> dict[str, Any]:
    mixes = [
        {action: chance for action, chance in zip(own, mixed, strict=True) if chance != "0"}
        for own, mixed in zip(solution["actions"], (exact["row"], exact["column"]), strict=False)
    ]
    payoffs = dict(zip(solution["players"], exact["payoffs"], strict=True))
    profile = dict(zip(solution["players"], mixes, strict=True))
    return {**found, "profile": profile, "payoffs": payoffs}


def _with_told_sets(
    solution: Mapping[str, Any], found: Mapping[str, Any], sets: Collection[str]
) -> dict[str, Any]:
    """Return an equilibrium of a tree with what each player does at these sets, as text."""
    told = found["fractions"] or found["behaviour"]
    lines: dict[str, list[str]] = {player: [] for player in solution["players"]}
    for one in solution["information_sets"]:
        if one["name"] in sets:
            words = mixed_words(told[one["name"]])
            alone = one["name"] == one["player"]
            lines[one["player"]].append(words if alone else f"{one['name']}: {words}")
    profile = {player: {"; ".join(own): "1"} if own else {} for player, own in lines.items()}
    return {**found, "profile": profile}


def _distinct(plays: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return each play once, marked with how many equilibria lead to it."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for play in plays:
        groups.setdefault(str(play["profile"]), []).append(play)
    return [
        {**group[0], "marks": [*group[0]["marks"], f"one of {len(group)} that differ elsewhere"]}
        if len(group) > 1
        else group[0]
        for group in groups.values()
    ]


def _shown_points(precision: Sequence[float]) -> list[int]:
    """Return where a branch first reaches the precisions that are told, and its end."""
    places = [
        next((place for place, value in enumerate(precision) if value >= wanted), None)
        for wanted in SHOWN_PRECISIONS
    ]
    return sorted({place for place in places if place is not None} | {len(precision) - 1})


def _flat(value: Mapping[str, Any]) -> bool:
    return not any(isinstance(one, Mapping | list) for one in value.values())


def _nested(value: Any) -> str:
    words = value_words(value)
    return f"({words})" if isinstance(value, Mapping | list) and value else words


def _amount(value: float | None) -> str:
    return "-" if value is None else amount(value)

"""The figure of ``negsim solve``: the branch of quantal responses, with its finding as title."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from matplotlib.figure import Figure

from negsim.drawing.plots import branch
from negsim.questions.outcomes.say import mixed_words

LONGEST_TITLE = 220


def branch_figure(solution: Mapping[str, Any], legend: Mapping[str, str]) -> Figure:
    """Return the figure of a logit branch, given as its ``to_dict``.

    ``legend`` says of each player of which options its moves are made.
    """
    heads = {name: f"{name}: {options}" for name, options in legend.items()}
    limit = solution["limit"]
    profile = {} if limit is None else limit["profile"]
    return branch(
        solution["precision"],
        {heads.get(name, name): moves for name, moves in solution["chances"].items()},
        {heads.get(name, name): own for name, own in profile.items()} or None,
        title=branch_title(solution),
    )


def branch_title(solution: Mapping[str, Any]) -> str:
    """Return the finding in a sentence: where the branch leads, or how far it was followed.

    >>> branch_title({"limit": {"profile": {"A": {"yes": 1.0}}}, "precision": [0.0, 100.0]})
    'Replies grow precise: the branch from uniform play leads to A: yes'
    """
    limit = solution["limit"]
    if limit is None:
        return (
            f"The branch from uniform play to precision {solution['precision'][-1]:g}; where it "
            "leads could not be told"
        )
    moves = "; ".join(f"{name}: {mixed_words(own)}" for name, own in limit["profile"].items())
    title = f"Replies grow precise: the branch from uniform play leads to {moves}"
    if len(title) > LONGEST_TITLE:
        return "Replies grow precise: the branch from uniform play leads to the dots at the right"
    return title

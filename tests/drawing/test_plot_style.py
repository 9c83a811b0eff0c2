"""The palette can be told apart, whatever the reader's eyes."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from matplotlib.colors import to_rgb

from negsim.analysis.delay.stalling import LABELS as ANALYSIS_LABELS
from negsim.drawing.style import LABELS, PARTIES, party_style

# Machado, Oliveira and Fernandes (2009), "A physiologically-based model for simulation of color
# vision deficiency", IEEE TVCG 15(6): severity 1, on linear RGB.
EYES = {
    "normal": np.eye(3),
    "protan": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deutan": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritan": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}
TO_XYZ = np.array(
    [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]
)  # fmt: skip


def linear(colour: str) -> np.ndarray:
    part = np.array(to_rgb(colour))
    return np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)


def lab(rgb: np.ndarray) -> np.ndarray:
    """Return CIE L*a*b* of linear RGB."""
    x, y, z = np.cbrt(TO_XYZ @ np.clip(rgb, 0, 1) / [0.9505, 1, 1.089])
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def nearest(colours: list[str], eyes: str) -> float:
    seen = [lab(np.array(EYES[eyes]) @ linear(colour)) for colour in colours]
    return min(float(np.linalg.norm(a - b)) for a, b in itertools.combinations(seen, 2))


@pytest.mark.parametrize("eyes", EYES)
def test_colours_of_labels_and_parties_can_be_told_apart(eyes: str) -> None:
    assert nearest([style.colour for style in LABELS.values()], eyes) > 15
    assert nearest([colour for colour, _ in PARTIES], eyes) > 10


def test_similar_colours_are_seen() -> None:
    assert (
        nearest(["#00ff00", "#ffbf00"], "deutan") < 15 < nearest(["#00ff00", "#ffbf00"], "normal")
    )


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of WCAG 2."""
    light = sorted((TO_XYZ @ linear(colour))[1] for colour in (one, other))
    return float((light[1] + 0.05) / (light[0] + 0.05))


def test_text_on_every_label_can_be_read() -> None:
    for style in LABELS.values():
        assert contrast(style.colour, style.ink) > 4.5, style


def test_every_label_of_the_analysis_has_its_own_letter_and_hatch() -> None:
    assert set(ANALYSIS_LABELS) | {"-"} == set(LABELS)
    letters = [style.letter for style in LABELS.values()]
    assert len(set(letters)) == len(letters)
    hatched = [style.hatch for key, style in LABELS.items() if key not in ("settle", "-")]
    assert len(set(hatched)) == len(hatched)


def test_twelve_parties_have_marks_of_their_own() -> None:
    assert len({party_style(place) for place in range(12)}) == 12

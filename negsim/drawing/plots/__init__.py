"""Drawing functions: from arrays and labels to figures; they know nothing of scenarios."""

from negsim.drawing.plots.bars import share_bars, waterfall
from negsim.drawing.plots.branch import branch
from negsim.drawing.plots.files import element, save, svg_text
from negsim.drawing.plots.maps import label_map
from negsim.drawing.plots.outcomes import outcome_payoffs
from negsim.drawing.plots.path import equilibrium_path
from negsim.drawing.plots.phase import phase_diagram
from negsim.drawing.plots.phase_line import phase_line
from negsim.drawing.plots.stack import delay_stack
from negsim.drawing.plots.strips import Strip, lever_strips
from negsim.drawing.plots.trajectory import trajectory

__all__ = [
    "Strip",
    "branch",
    "delay_stack",
    "element",
    "equilibrium_path",
    "label_map",
    "lever_strips",
    "outcome_payoffs",
    "phase_diagram",
    "phase_line",
    "save",
    "share_bars",
    "svg_text",
    "trajectory",
    "waterfall",
]

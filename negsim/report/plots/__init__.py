"""Drawing functions: from arrays and labels to figures; they know nothing of scenarios."""

from negsim.report.plots.bars import share_bars, waterfall
from negsim.report.plots.branch import branch
from negsim.report.plots.files import element, save, svg_text
from negsim.report.plots.maps import label_map
from negsim.report.plots.outcomes import outcome_payoffs
from negsim.report.plots.path import equilibrium_path
from negsim.report.plots.phase import phase_diagram
from negsim.report.plots.phase_line import phase_line
from negsim.report.plots.stack import delay_stack
from negsim.report.plots.strips import Strip, lever_strips
from negsim.report.plots.trajectory import trajectory

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

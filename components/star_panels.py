"""The panels of the star page, in the order and the column in which a reader meets them."""

from __future__ import annotations

from collections.abc import Iterator

from components.state.labels import has_labels
from components.state.session import Session
from components.state.workspace import Workspace
from components.views.companion_panel import CompanionPanel
from components.views.evidence_panel import EvidencePanel
from components.views.inference_panel import InferencePanel
from components.views.joint_panel import JointPanel
from components.views.labels_panel import LabelsPanel
from components.views.light_curve_panel import LightCurvePanel
from components.views.spectrum_panel import SpectrumPanel
from components.views.star_files_panel import StarFilesPanel
from components.views.star_page import Section
from components.views.triage_panel import TriagePanel
from components.views.velocity_panel import VelocityPanel
from components.views.why_panel import WhyPanel


def star_panels(_session: Session, workspace: Workspace, theme: str) -> Iterator[Section]:
    """Make what the star page shows of a star, one by one; in the narrow layout the right column follows the left."""
    yield Section("Evidence", EvidencePanel(workspace, theme), "left")
    yield Section("Companion", CompanionPanel(workspace, theme), "right")
    yield Section("Light curve", LightCurvePanel(workspace, theme), "left")
    yield Section("Radial velocities", VelocityPanel(workspace, theme), "right")
    yield Section("Light curve and velocities together", JointPanel(workspace, theme), "left")
    yield Section("Spectra", SpectrumPanel(workspace, theme), "right")
    if has_labels(workspace.catalogue):
        yield Section("Spectroscopic labels and distance", LabelsPanel(workspace, theme), "right")
    yield Section("Astrometry and velocity errors", InferencePanel(workspace, theme), "left")
    yield Section("Files of this star", StarFilesPanel(workspace, theme), "right")
    yield Section("Extended source?", TriagePanel(workspace, theme), "right")
    yield Section("In or out of the selection", WhyPanel(workspace, theme), "left")

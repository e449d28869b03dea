"""Simulated cohorts with planted truth: what the package should find is known exactly.

``simulate()`` makes a cohort of tumours before and on a PI3K/mTOR inhibitor, measured by label-free
mass spectrometry and written as MaxQuant writes it. Nothing in it was measured. The proteins and
phosphosites of the signalling pathways are real ones; all others are invented.
"""

from phosres.simulation._cohort import Simulated, simulate
from phosres.simulation._files import write

__all__ = ["Simulated", "simulate", "write"]

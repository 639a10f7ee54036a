"""Fixtures of several files of this room."""

import pytest
from support.calibration_targets import TINY

from scsfast.inference import calibrate as calibration


@pytest.fixture(scope="module")
def rows():
    """Return what a tiny world gives; few of its figures mean anything."""
    return calibration.calibrate(replicates=2, **TINY)

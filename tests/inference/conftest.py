"""Fixtures of several files of this room."""

import pytest
from support.calibration_targets import TINY

from scsfast.inference import calibrate as calibration


@pytest.fixture(scope="module")
def rows():
    """Return the results of a tiny world, most of which have no meaning."""
    return calibration.calibrate(replicates=2, **TINY)

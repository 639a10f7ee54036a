"""Long checks run only when asked for: ``pytest -m slow``.

Random searches try the same examples every time, unless HYPOTHESIS_PROFILE=default: a
change fails for what it changes, not for a new draw.
"""

import os

from hypothesis import settings

settings.register_profile("same", derandomize=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))


def pytest_collection_modifyitems(config, items):
    if config.option.markexpr:
        return
    slow = [item for item in items if item.get_closest_marker("slow")]
    config.hook.pytest_deselected(items=slow)
    items[:] = [item for item in items if item not in slow]

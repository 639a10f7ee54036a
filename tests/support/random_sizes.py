"""Units of any sizes that add up."""

from hypothesis import strategies as st

from scsfast.model.government import LEVELS


@st.composite
def parts_of(draw, total, most):
    """Draw whole numbers of at least 1 that add up to a total."""
    parts = []
    while total:
        parts.append(draw(st.integers(1, min(total, most))))
        total -= parts[-1]
    return parts


@st.composite
def any_sizes(draw, n_citizens, spans):
    """Draw sizes of the units of some levels; the others follow from spans."""
    sizes, total = {}, n_citizens
    for k, span in enumerate(spans):
        most, ratio = (30, span) if k == 0 else (4, span // spans[k - 1])
        is_given = k == 0 or draw(st.booleans())
        own = draw(parts_of(total, most)) if is_given else []
        sizes[LEVELS[k]] = own
        total = len(own) if is_given else -(-total // ratio)
    return sizes

"""Which scenarios need more replicates before the word of a verdict is decided."""

from . import datasets, verdict
from .claim_estimates import Evidence
from .claim_words import Companions, basis_of, words_on
from .scenario_pairs import ScenarioPairs, cases, placebo_of


def undecided(dataset, claim: str, confidence: float) -> set[int]:
    """Return the positions of scenarios whose word is open, and of their companions.

    Parameters
    ----------
    dataset : xarray.Dataset
        Results with their ``status``; unfinished replicates are missing.
    claim : str
        "c1", "c1_total", "c2" or "c2_honest".
    confidence : float
        Of the intervals behind the words.

    Returns
    -------
    set of int
        Regimes whose word is "undecided" or "at most hardly better than a lottery", or
        which have fewer than two replicates, each with the honest counterpart and the
        placebo that it is paired with. The word "not measured" for lack of a counterpart
        does not count as open, because more replicates would not change it.
    """
    evidence, known = Evidence(dataset, confidence), cases(dataset)
    pairs, limits, found = ScenarioPairs(known), verdict.Thresholds(), set()
    counts = datasets.is_finished(dataset).sum("replicate").values
    for case in known:
        if case.is_yardstick or case.is_placebo:
            continue
        counterpart = pairs.of(case) if case.manipulates else None
        placebo = placebo_of(case, known)
        whole = Companions(case, counterpart, placebo, None, None, None, None)
        word = words_on(basis_of(whole, evidence), limits)[claim]
        is_open = word in (verdict.UNDECIDED, verdict.AT_MOST_HARDLY)
        if is_open or counts[case.place] < 2:
            found |= {
                one.place for one in (case, counterpart, placebo) if one is not None
            }
    return found

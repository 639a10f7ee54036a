"""Mutants of the C headers: where they are; ``-m slow`` compiles and tries a few."""

import pytest
from support.mutated_headers import ROOT, every_mutant, mutants, results

HEADER = """\
/* if (a < 1) */
#if defined(__AVX2__)
static int wide(int a) { return a < 2; }
#else
static int narrow(int *p) { return p->x <= 3 && -p->y + 4 > 0; }  // a + 5
#endif
#if defined(__AVX512F__)
static int widest(int a) { return a < 2; }
#elif defined(__AVX2__)
static int wide(int a) { return a < 2; }
#elif defined(__SSE2__)
static int base(int a) { return a == b; }
#else
static int portable(int a) { return a < 2; }
#endif
"""


def test_mutants_are_of_code_that_the_base_instruction_set_compiles(tmp_path):
    (tmp_path / "a.h").write_text(HEADER)
    found = [(m.line, m.old, m.new) for m in mutants(tmp_path / "a.h")]
    pairs = [("<=", "<"), ("3", "4"), ("&&", "||"), ("+", "-"), ("4", "5"), (">", ">=")]
    narrow = [(5, *pair) for pair in pairs] + [(5, "0", "1")]
    assert found == [*narrow, (12, "==", "!=")]


def test_each_mutant_changes_what_it_names():
    found = every_mutant()
    assert len(found) > 1_000
    for mutant in found:
        text = (ROOT / "csrc" / mutant.header).read_text(encoding="utf-8")
        assert text[mutant.start : mutant.stop] == mutant.old
        assert text[: mutant.start].count("\n") == mutant.line - 1


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_first_mutants_are_found():
    assert [str(mutant) for mutant, said in results(0, 4) if not said] == []

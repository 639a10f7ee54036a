"""Known answers, by theme: each module registers its cases in `lab.CASES`."""

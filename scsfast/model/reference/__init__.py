"""The reference: the model in plain Python, with the same bits as the kernel.

Its steps share their arguments: ``twin`` is the `Reference` whose state they read and
change, ``i`` the number of a citizen, ``month`` the counts of the tick, ``act`` an act of
the rules, ``level`` the number of a level of government from 0 (villages), ``kind`` and
``number`` a kind of prize and its number, ``human`` or ``draw`` the random numbers of a
citizen and tick, as docs/model.md numbers them, and ``points`` are 1/256 points.
"""

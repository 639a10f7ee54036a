"""Write csrc/scs_exp.h: E(x) = exp(-x) as 16-bit chances, x in steps of 1/256."""

from decimal import Decimal, getcontext
from pathlib import Path

getcontext().prec = 60
values = [round(65536 * (Decimal(-k) / 256).exp()) for k in range(4096)] + [0]
lines = [
    "    " + ", ".join(map(str, values[k : k + 12])) + "," for k in range(0, 4097, 12)
]
Path(__file__).with_name("scs_exp.h").write_text(
    "/* E(k/256) = exp(-k/256) in 1/65536, rounded to nearest, 0 from 16 on.\n"
    " * Written by csrc/make_exp.py. */\n"
    "#ifndef SCS_EXP_H\n#define SCS_EXP_H\n#include <stdint.h>\n\n"
    "#define SCS_EXP_END 4096\n"
    "static const int32_t scs_exp_table[SCS_EXP_END + 1] = {\n"
    + "\n".join(lines)
    + "\n};\n#endif\n"
)

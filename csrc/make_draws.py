"""Write csrc/scs_blocks.h and csrc/scs_draws.h from the draw plan, scsfast/model/draws.py.

One function per purpose, so that no file of the kernel says in which bits of which block
a purpose is drawn. tests/model/test_draws.py holds the headers to the plan.
"""

import re
from pathlib import Path

from scsfast.model import draws as plan
from scsfast.model.draws import PLAN, Draw

CSRC = Path(__file__).parent
# Drawn for so few that no row of the tile is filled.
ALONE = {"orders", "appeal_offence", "appeal_meeting", "appeal_credited"}
ALONE |= {"appeal_framed", "appeal_retaliated", "appeal_tie"}
ALONE |= {"hush_offence", "hush_meeting", "weighted"}
ALONE |= {"misfiled_offence", "misfiled_deed"}
NOT_IN_C = {"stratum"}  # drawn once a campaign, before the kernel starts
FAMILY = re.compile(r"(.+)_(\d+)")
SIDES = re.compile(r"(lower|upper)_(.+)")
TILE, BATCH = "const scs_tile_t *t, int j", "const uint32_t (*word)[SCS_TILE], int j"


def families() -> dict[str, list[Draw]]:
    """Return the draws of each purpose: one, or one per level, slot or kind of prize."""
    found = {}
    for purpose, draw in PLAN.items():
        member = FAMILY.fullmatch(purpose)
        found.setdefault(member[1] if member else purpose, []).append(draw)
    return found


def name_of(draw: Draw) -> str:
    """Return the name of a draw's block."""
    return next(name for name, n in plan.BLOCKS.items() if n == draw.block)


def bits(word: str, draw: Draw, more: str = "") -> str:
    """Return the expression that takes a purpose's bits from its word."""
    shift = " + ".join(filter(None, [str(draw.shift) if draw.shift else "", more]))
    shifted = f"{word} >> ({shift})" if more else f"{word} >> {shift}"
    taken = shifted if shift else word
    mask = (1 << draw.bits) - 1
    return (
        taken if draw.shift + draw.bits == 32 and not more else f"{taken} & {mask:#x}u"
    )


def function(name: str, parameters: str, value: str) -> str:
    """Return one inline function of the header."""
    return f"static inline uint32_t {name}({parameters})\n{{ return {value}; }}\n"


def of_tile(purpose: str, draws: list[Draw]) -> str:
    """Return the draw of entry j of a tile, or of a list, in the row that was filled."""
    first, of_kind = draws[0], len(draws) > 1
    by_word = of_kind and draws[1].word > first.word
    row = f"SCS_ROW(SCS_{name_of(first)}, {'kind' if by_word else first.word})"
    apart = f"{draws[1].shift - first.shift} * kind" if of_kind and not by_word else ""
    parameters = TILE.replace("int j", "int kind, int j") if of_kind else TILE
    value = bits(f"t->draw[{row}][j]", first, apart)
    return function(f"scs_draw_{purpose}", parameters, value)


def of_pair(purpose: str) -> str:
    """Return the draw of one side of a pair: 0 for the lower index, 16 for the higher."""
    lower, upper = (PLAN[f"{side}_{purpose}"] for side in ("lower", "upper"))
    assert (lower.word, lower.bits) == (upper.word, upper.bits)
    assert upper.shift == lower.shift + 16
    word = f"t->draw[SCS_ROW(SCS_{name_of(lower)}, {lower.word})][j]"
    return function(
        f"scs_draw_{purpose}", f"{TILE}, int side", bits(word, lower, "side")
    )


def of_batch(purpose: str, draws: list[Draw]) -> str:
    """Return the draw of entry j of a batch of the world's citizens."""
    by_slot = len(draws) > len({draw.block for draw in draws})
    parameters = BATCH.replace("int j", "int slot, int j") if by_slot else BATCH
    word = "word[slot % 4][j]" if by_slot else f"word[{draws[0].word}][j]"
    return function(f"scs_draw_{purpose}", parameters, bits(word, draws[0]))


def of_one(purpose: str, draws: list[Draw]) -> str:
    """Return the function that computes the draw of one citizen or unit itself."""
    first = draws[0]
    name = name_of(first)
    by_word = len({draw.block for draw in draws}) < len(draws)
    level = len(draws) > 1 and not by_word
    block = f"SCS_{name} + (uint32_t)level" if level else f"SCS_{name}"
    parameters = "const scs_model_t *m, " + "int level, " * level
    parameters += "int k, " * by_word
    at = "k" if by_word else first.word
    word = f"scs_philox_word({at}, who, when, m->replicate, {block}, m->seed)"
    return function(
        f"scs_draw_{purpose}",
        parameters + "uint32_t who, uint32_t when",
        bits(word, first),
    )


def functions() -> str:
    """Return the functions of every purpose, in the plan's order."""
    found = []
    for purpose, draws in families().items():
        if purpose in NOT_IN_C:
            continue
        who, when = draws[0].who, draws[0].when
        sides = SIDES.fullmatch(purpose)
        if purpose in ALONE or who in ("unit", "0"):
            found.append(of_one(purpose, draws))
        elif when != "tick" or draws[0].block in plan.IN_BATCHES:
            found.append(of_batch(purpose, draws))
        elif not sides:
            found.append(of_tile(purpose, draws))
        elif sides[1] == "lower":
            found.append(of_pair(sides[2]))
    return "".join(found)


def rows_of_a_tile() -> list[int]:
    """Return the blocks of which a tile keeps rows, in their order."""
    in_rows = (
        found[0] for purpose, found in families().items() if purpose not in ALONE
    )
    by_tick = (draw for draw in in_rows if draw.when == "tick")
    kept = (draw for draw in by_tick if draw.block not in plan.IN_BATCHES)
    return sorted({draw.block for draw in kept if draw.who in ("citizen", "pair")})


def blocks() -> str:
    """Return the header of block numbers."""
    places = {block: k for k, block in enumerate(rows_of_a_tile())}
    moved = [(block, k) for block, k in places.items() if block != k]
    place = "".join(f"(block) == {block} ? {k} : " for block, k in moved) + "(block)"
    members = " \\\n".join(f"    X({name}, {n})" for name, n in plan.BLOCKS.items())
    return (
        "/* Numbers of the random blocks, and the rows that a tile keeps of them.\n"
        " * Written by csrc/make_draws.py from scsfast/model/draws.py. */\n"
        "#ifndef SCS_BLOCKS_H\n#define SCS_BLOCKS_H\n"
        "#include <stddef.h>\n#include <stdint.h>\n"
        f"#define SCS_BLOCKS(X) \\\n{members}\n\n"
        "#define SCS_NUMBERED(name, number) SCS_##name = number,\n"
        "enum { SCS_BLOCKS(SCS_NUMBERED) };\n"
        "typedef struct {\n    const char *name;\n    uint32_t number;\n"
        "} scs_block_number_t;\n"
        "#define SCS_NAMED(name, number) {#name, number},\n"
        "static const scs_block_number_t scs_block_numbers[] = {\n"
        "    SCS_BLOCKS(SCS_NAMED) {NULL, 0}};\n"
        f"enum {{ SCS_N_ROWS = {4 * len(places)} }};\n\n"
        "/* Row of a block's word in a tile. */\n"
        f"#define SCS_ROW(block, word) (4 * ({place}) + (word))\n#endif\n"
    )


def by_purpose() -> str:
    """Return the header of draws by purpose."""
    return (
        "/* The draws by purpose: of entry j of a tile, or of a list of those who need the\n"
        " * block; of a batch of the world's citizens; or of one citizen or unit alone. A\n"
        " * meeting's have a side: 0 for the lower index of the pair, 16 for the higher.\n"
        " * Written by csrc/make_draws.py from scsfast/model/draws.py. */\n"
        '#ifndef SCS_DRAWS_H\n#define SCS_DRAWS_H\n#include "scs_philox.h"\n'
        f'#include "scs_structs.h"\n\n{functions()}#endif\n'
    )


def headers() -> dict[Path, str]:
    """Return the text of each header by its path."""
    return {CSRC / "scs_blocks.h": blocks(), CSRC / "scs_draws.h": by_purpose()}


if __name__ == "__main__":
    for path, text in headers().items():
        path.write_text(text, encoding="utf-8")

"""Files of campaigns with bytes changed: taken or refused in words, never a traceback."""

import random
from pathlib import Path

import pytest

from scsfast.campaign.config import load_campaign
from scsfast.errors import ScsError

EXAMPLES = Path(__file__).parents[2] / "examples"
QUESTIONS = ("first.toml", "levels.toml", "china.toml", "flip.toml")
PIECES = (
    *(
        b'"',
        b"'",
        b"[",
        b"]",
        b"{",
        b"}",
        b"=",
        b".",
        b"#",
        b"\n",
        b"\r",
        b"\0",
        b"\xff",
    ),
    *(
        b"\xe4\xbf\xa1",
        b"\xef\xbb\xbf",
        b"-",
        b"9" * 400,
        b"1e999",
        b"nan",
        b"0x",
        b"true",
    ),
    *(b'"""', b"[[", b"[" * 2_000, b"1979-05-27", b"inf"),
)


def changed(data: bytes, chance: random.Random) -> bytes:
    """Return a file with one to three bytes, pieces or lines changed."""
    for _ in range(chance.randint(1, 3)):
        at = chance.randrange(len(data))
        end = min(len(data), at + chance.choice([1, 1, 1, 5, 40]))
        piece = chance.choice([b"", data[at:end] * 2, chance.choice(PIECES)])
        if chance.random() < 0.2:
            lines = data.splitlines(keepends=True)
            if chance.random() < 0.3:
                chance.shuffle(lines)
            else:
                lines.append(chance.choice(lines))
            data = b"".join(lines)
        else:
            data = data[:at] + piece + data[end:]
    return data or b"\n"


def try_many(folder: Path, count: int, seed: int) -> tuple[int, int]:
    """Read changed files; return how many were taken and how many refused."""
    taken = 0
    for k in range(count):
        chance = random.Random(f"{seed} {k}")
        data = changed((EXAMPLES / chance.choice(QUESTIONS)).read_bytes(), chance)
        path = folder / "q.toml"
        path.write_bytes(data)
        try:
            load_campaign(path)
            taken += 1
        except ScsError as error:
            assert str(error).strip() and "\0" not in str(error)
        except Exception as error:
            pytest.fail(f"seed {seed}, {k}: {type(error).__name__}: {error}\n{data!r}")
    return taken, count - taken


def test_changed_bytes_never_end_in_a_traceback(tmp_path):
    taken, refused = try_many(tmp_path, 120, 1)
    assert taken > 5 and refused > 40


@pytest.mark.slow
@pytest.mark.timeout(7200)
def test_10_000_changed_files_never_end_in_a_traceback(tmp_path):
    taken, refused = try_many(tmp_path, 10_000, 2)
    assert taken > 500 and refused > 2_000

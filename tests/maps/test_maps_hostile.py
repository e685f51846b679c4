"""Files that are meant to do harm end in one sentence, soon and in little memory, or are read as what they are."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).with_name("hostile.py")
READ = {
    "YAML in UTF-16",
    "an origin at 9 x 10^8",
    "an origin turned 10^8 times",
    "a lane graph of lanes 10^6 m long",
    "a graph of 30,000 edges as long as the map",
    "a graph of 3,000 nodes on one point",
    "a SPINE graph of 2,000 regions, all joined",
}
"""What is odd and harmless; all else is refused."""


@pytest.fixture(scope="module")
def ends(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[str, str, float]]:
    """What became of each case, in a process that may use 2.5 GB of address space and 20 s of the processor for each."""
    folder = tmp_path_factory.mktemp("hostile")
    env = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, str(SCRIPT), str(folder)], capture_output=True, text=True, timeout=550, env=env, cwd=SCRIPT.parents[2]
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return {title: (end, said, seconds) for title, end, said, seconds in map(json.loads, done.stdout.splitlines())}


@pytest.mark.slow
def test_every_case_ends_in_one_sentence_or_is_read(ends: dict[str, tuple[str, str, float]]) -> None:
    assert len(ends) > 80
    wrong = {title: end for title, end in ends.items() if end[0] != ("read" if title in READ else "refused")}
    assert not wrong
    for title, (_, said, _) in ends.items():
        assert "\n" not in said and len(said) < 600, title
        assert not any(ord(sign) < 32 for sign in said), title


@pytest.mark.slow
def test_none_takes_long(ends: dict[str, tuple[str, str, float]]) -> None:
    slow = {title: seconds for title, (_, _, seconds) in ends.items() if seconds > (20.0 if title in READ else 6.0)}
    assert not slow

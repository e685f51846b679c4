"""The engine's session is put ahead of other sessions where the system groups processes by session, and only by its leader."""

import subprocess
import sys
from pathlib import Path

import pytest

from policies.runtime.clock import SESSION_NICE

AUTOGROUP = Path("/proc/self/autogroup")
ENABLED = Path("/proc/sys/kernel/sched_autogroup_enabled")
ASK = (
    "from pathlib import Path; from policies.runtime.clock import prefer_punctuality; prefer_punctuality();"
    "print(Path('/proc/self/autogroup').read_text())"
)


def groups_by_session() -> bool:
    """Whether this system does: a container may have it switched on and give its processes no group to read."""
    return ENABLED.exists() and ENABLED.read_text().strip() == "1" and AUTOGROUP.exists() and bool(AUTOGROUP.read_text().strip())


def nice_after_asking(*, leader: bool) -> int:
    """What the session of a new process stands at once it has asked for punctuality."""
    ran = subprocess.run([sys.executable, "-c", ASK], capture_output=True, text=True, check=True, start_new_session=leader)
    return int(ran.stdout.split()[-1])


@pytest.mark.skipif(not groups_by_session(), reason="this system does not group by session")
def test_the_leader_of_a_session_puts_it_ahead_and_nobody_else_does() -> None:
    before = int(AUTOGROUP.read_text().split()[-1])
    assert nice_after_asking(leader=False) == before
    permitted = subprocess.run([sys.executable, "-c", "import os; os.nice(-1)"], capture_output=True).returncode == 0
    assert nice_after_asking(leader=True) == (SESSION_NICE if permitted else 0)

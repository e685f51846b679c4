"""Which policy moves the arm: the scripted expert, the one that comes with surefoot, or one from a folder."""

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from agent.errors import BadOption

if TYPE_CHECKING:
    from policies.policy import Policy

__all__ = ["Chosen", "choose_policy", "named_policy", "require"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """What acts.

    Attributes:
        policy: The learned policy; None for the scripted expert.
        said: One line about it.
        digest: Of its weights; empty for the expert.
        backend: What computes it; empty for the expert.
    """

    policy: "Policy | None"
    said: str
    digest: str = ""
    backend: str = ""


def named_policy(name: str | None) -> str | None:
    """A policy's name as it is kept: ``auto``, ``expert``, or a folder's full path; None stays None."""
    return name if name in (None, "auto", "expert") else str(Path(name).expanduser().resolve())


@cache
def choose_policy(name: str, backend: str = "auto", *, recover: bool = True) -> Chosen:
    """The policy of a name.

    Args:
        name: ``expert``, a folder, or ``auto``: the policy that comes with surefoot where one does, else the expert.
        backend: What computes an exported policy.
        recover: Whether a learned policy is brought out of a standstill (``policies.recovery``).

    Raises:
        PolicyError: The folder holds none, it is damaged, another robot's, or cannot run here.
    """
    if name == "expert":
        return Chosen(policy=None, said="arm: the scripted expert")
    from policies.arm import ARM
    from policies.recovery import Recovering
    from policies.vla.backends import BackendMissing
    from policies.vla.folders import about_folder, open_policy, policy_in, shipped_policy

    folder = shipped_policy() if name == "auto" else Path(name)
    if folder is None:
        return Chosen(
            policy=None, said="arm: the scripted expert (no learned policy comes with this version; --policy FOLDER takes yours)"
        )
    try:
        policy = open_policy(folder, backend=backend, joints=ARM.joints)
    except BackendMissing as error:
        if name != "auto":
            raise
        return Chosen(policy=None, said=f"arm: the scripted expert (the learned policy of this version cannot run here: {error})")
    if (torch := sys.modules.get("torch")) is not None:  # as ONNX Runtime does: threads that wait for one another lose time
        torch.set_num_threads(1)
    said = f"arm: the learned policy {policy.spec.name!r} on {policy.backend.name}, from {folder}"
    digest = about_folder(policy_in(folder))["weights_digest"]
    return Chosen(policy=Recovering(policy) if recover else policy, said=said, digest=digest, backend=policy.backend.name)


def require(what: str, modules: Iterable[str], extra: str) -> None:
    """Say in one sentence which optional module is missing.

    Raises:
        BadOption: One of them is not installed.
    """
    missing = [name for name in modules if find_spec(name) is None]
    if missing:
        raise BadOption(f"{what} needs {', '.join(missing)}, not installed here: pip install 'surefoot[{extra}]'.")

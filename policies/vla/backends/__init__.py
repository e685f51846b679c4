"""Backends: what can run an exported policy. One file each; ``BACKENDS`` lists them, the fastest first."""

from policies.vla.backends.backend import Backend, BackendMissing
from policies.vla.backends.registry import BACKENDS, choose

__all__ = ["BACKENDS", "Backend", "BackendMissing", "choose"]

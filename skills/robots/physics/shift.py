"""Shift: the cell as no demonstration was: heavier and smoother blocks, a stiffer button, another light; a stand-in for reality.

Every number lies outside the range that ``Cell.reset`` draws from, so that what is learnt there is tried where it was never seen.
"""

from typing import Any, Literal, TypeAlias

import numpy as np

from skills.robots.physics.cell import BLOCKS, Cell

__all__ = ["Shift", "Shifted"]

Shift: TypeAlias = Literal["physics", "light", "both"]

MASS_KG, FRICTION, STIFFER = (0.65, 0.85), (0.25, 0.33), (1.3, 1.6)
"""Training: 0.05 to 0.6 kg, 0.35 to 1.0, and the button's own spring."""
DIM, BRIGHT, SLANT, AMBIENT, TINT = (0.3, 0.5), (1.5, 1.9), (0.6, 0.9), (0.7, 1.3), 0.12
"""Training: the sun 0.6 to 1.35 times as bright, slanted by up to 0.5, white; the light from everywhere always the same."""


class Shifted:
    """Shifts episodes of one cell.

    Args:
        cell: Which.
        kind: ``physics``, ``light`` or ``both``.
    """

    def __init__(self, cell: Cell, kind: Shift) -> None:
        self._cell, self._kind = cell, kind
        model = cell.sim.model
        self._spring = float(model.joint(f"button{cell.button}").stiffness[0])
        self._sun, self._ambient = cell.sun, model.vis.headlight.ambient.copy()

    def apply(self, seed: int) -> dict[str, Any]:
        """Shift the episode that has just begun; the same seed gives the same shift.

        Returns:
            What was drawn.
        """
        told: dict[str, Any] = {}
        if self._kind != "light":
            told |= self._physics(np.random.default_rng((seed, 11)))
        if self._kind != "physics":
            told |= self._light(np.random.default_rng((seed, 13)))
        return told

    def _physics(self, draw: np.random.Generator) -> dict[str, Any]:
        blocks = []
        for number in range(BLOCKS):
            mass, friction = float(draw.uniform(*MASS_KG)), float(draw.uniform(*FRICTION))
            self._cell.weigh(number, mass, friction)
            blocks.append({"mass_kg": mass, "friction": friction})
        stiffer = float(draw.uniform(*STIFFER))
        sim = self._cell.sim
        sim.model.joint(f"button{self._cell.button}").stiffness[0] = self._spring * stiffer
        sim.settle_constants()
        sim.mujoco.mj_forward(sim.model, sim.data)
        return {"blocks": blocks, "button_stiffness": stiffer}

    def _light(self, draw: np.random.Generator) -> dict[str, Any]:
        model = self._cell.sim.model
        brightness = float(draw.uniform(*(DIM if draw.uniform() < 0.5 else BRIGHT)))
        tint = draw.uniform(1 - TINT, 1 + TINT, 3)
        slant = draw.uniform(*SLANT, 2) * draw.choice((-1.0, 1.0), 2)
        direction = np.append(slant, -1.0)
        ambient = float(AMBIENT[int(draw.integers(2))])
        model.light("sun").diffuse[:] = self._sun * brightness * tint
        model.light("sun").dir[:] = direction / np.linalg.norm(direction)
        model.vis.headlight.ambient[:] = self._ambient * ambient
        return {"brightness": brightness, "tint": tint.tolist(), "direction": direction.tolist(), "ambient": ambient}

"""The robot in physics: MuJoCo behind the ``Robot`` interface, the manipulation cell, and films of both.

MuJoCo and OpenGL are loaded when a robot or a cell is made, not when this is imported.
"""

from skills.robots.physics.cell import Cell
from skills.robots.physics.episode import Episode
from skills.robots.physics.film import Film, portrait
from skills.robots.physics.gl import PhysicsMissing
from skills.robots.physics.plant import MujocoPlant, arm_limits
from skills.robots.physics.robot import MujocoRobot
from skills.robots.physics.simulation import PhysicsBroken

__all__ = ["Cell", "Episode", "Film", "MujocoPlant", "MujocoRobot", "PhysicsBroken", "PhysicsMissing", "arm_limits", "portrait"]

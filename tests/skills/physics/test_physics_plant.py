"""The plant in physics: a base that hears nothing newer brakes by itself."""

from maps import Body
from policies.runtime.plant import Targets
from skills.robots.physics.plant import MujocoPlant
from skills.robots.physics.simulation import Simulation


def test_a_velocity_runs_out_and_the_base_comes_to_rest():
    plant = MujocoPlant(Simulation([], [], Body(), mobile=True, extent=(-3, -3, 3, 3)), None)
    joints = plant.read()
    plant.send(Targets(positions=joints.positions, velocities=joints.velocities, linear=0.4, hold_s=0.05))
    plant.advance(0.05)
    first = plant.read().base
    assert first is not None and first.linear == 0.4
    plant.advance(2.0)
    last = plant.read().base
    assert last is not None and last.linear == 0.0
    braking = 0.4**2 / (2 * Body().max_acceleration)
    assert 0.8 * braking < last.pose.x - first.pose.x < 1.1 * braking
    assert last.pose.x > 0.1

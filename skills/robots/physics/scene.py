"""Scene: robot, bricks and items as one MJCF text."""

import math
from collections.abc import Sequence

from maps import Body
from policies.arm import arm_mjcf
from skills.robots.physics.items import Brick, Item, item_mjcf

__all__ = ["MATERIALS", "TIMESTEP_S", "scene_mjcf"]

TIMESTEP_S = 0.002

MATERIALS = {
    "shell": "0.90 0.91 0.93 1", "dark": "0.14 0.15 0.18 1", "accent": "0.95 0.50 0.10 1", "glass": "0.10 0.20 0.45 1",
    "rubber": "0.20 0.20 0.21 1", "base": "0.22 0.25 0.30 1", "wall": "0.80 0.81 0.78 1", "table": "0.62 0.47 0.32 1",
    "furniture": "0.55 0.60 0.64 1", "door": "0.55 0.33 0.16 1",
}  # fmt: skip


def scene_mjcf(
    bricks: Sequence[Brick], items: Sequence[Item], body: Body, *, mobile: bool, extent: tuple[float, float, float, float],
    doors: Sequence[tuple[float, float, float, float]] = (), pixels: int = 1280,
) -> str:  # fmt: skip
    """A world as MJCF. The floor is drawn last: most of it is hidden by then, and its texture costs the most.

    Args:
        bricks: What does not move.
        items: What does, and what is looked at.
        body: The base's footprint.
        mobile: Whether the base drives; otherwise it is bolted down at the origin.
        extent: x0, y0, x1, y1 of the floor, metres.
        doors: Panels that can be shut: ax, ay, bx, by of each, metres.
        pixels: Largest picture that will be rendered.
    """
    defaults, arm, equalities, servos = arm_mjcf()
    materials = "".join(f'<material name="{name}" rgba="{rgba}"/>' for name, rgba in MATERIALS.items())
    made = [item_mjcf(item, number) for number, item in enumerate(items)]
    x0, y0, x1, y1 = extent
    cx, cy = 0.5 * (x0 + x1), 0.5 * (y0 + y1)
    size = max(x1 - x0, y1 - y0)
    base_joints = (
        '<joint name="base_x" type="slide" axis="1 0 0"/><joint name="base_y" type="slide" axis="0 1 0"/>'
        '<joint name="base_yaw" type="hinge" axis="0 0 1"/>'
        if mobile
        else ""
    )
    drives = (
        '<velocity name="base_x" joint="base_x" kv="6000" forcerange="-400 400"/>'
        '<velocity name="base_y" joint="base_y" kv="6000" forcerange="-400 400"/>'
        '<velocity name="base_yaw" joint="base_yaw" kv="800" forcerange="-120 120"/>'
        if mobile
        else ""
    )
    return f"""<mujoco model="surefoot">
<compiler autolimits="true" angle="radian"/>
<option timestep="{TIMESTEP_S}" integrator="implicitfast" cone="elliptic" impratio="5">
  <flag multiccd="disable" sleep="enable" autoreset="disable"/></option>
<size memory="64M"/>
<statistic center="{cx:.3f} {cy:.3f} 0.4" extent="{max(0.6 * size, 1.5):.3f}"/>
<visual><quality offsamples="0" shadowsize="2048"/><global offwidth="{pixels}" offheight="{pixels}"/>
  <map znear="0.004" zfar="{max(40.0, 3 * size):.1f}"/>
  <headlight ambient="0.38 0.38 0.38" diffuse="0.35 0.35 0.35" specular="0 0 0"/>
  <rgba haze="0.85 0.88 0.92 1"/></visual>
<default>{defaults}</default>
<asset>{materials}
  <texture name="sky" type="skybox" builtin="gradient" rgb1="0.80 0.86 0.94" rgb2="0.95 0.96 0.98" width="64" height="64"/>
  <texture name="floor" type="2d" builtin="checker" rgb1="0.66 0.67 0.68" rgb2="0.62 0.63 0.64" width="64" height="64"/>
  <material name="floor" texture="floor" texrepeat="1 1" texuniform="true"/>{_footprint_mesh(body)}</asset>
<worldbody>
  <light name="sun" pos="{cx:.2f} {cy:.2f} 8" dir="0.25 0.35 -1" directional="true" castshadow="true" diffuse="0.55 0.55 0.55"
    specular="0.1 0.1 0.1"/>
  {"".join(_brick(brick) for brick in bricks)}
  {"".join(_door(number, *ends) for number, ends in enumerate(doors))}
  <body name="base">{base_joints}{_base(body)}{arm}</body>
  {"".join(bodies for bodies, _ in made)}
  <body name="ground"><geom name="floor" type="plane" pos="{cx:.3f} {cy:.3f} 0" contype="1" conaffinity="3" material="floor"
    size="{0.5 * (x1 - x0):.3f} {0.5 * (y1 - y0):.3f} 0.1" group="0"/></body>
</worldbody>
{equalities}
<actuator>{drives}{servos}{"".join(actuators for _, actuators in made)}</actuator>
</mujoco>"""


def _brick(brick: Brick) -> str:
    x, y, z = 0.5 * (brick.x0 + brick.x1), 0.5 * (brick.y0 + brick.y1), 0.5 * (brick.bottom + brick.top)
    half = (0.5 * (brick.x1 - brick.x0), 0.5 * (brick.y1 - brick.y0), 0.5 * (brick.top - brick.bottom))
    return (
        f'<geom type="box" pos="{x:.4f} {y:.4f} {z:.4f}" size="{half[0]:.4f} {half[1]:.4f} {half[2]:.4f}" '
        f'contype="1" conaffinity="7" material="{brick.material}" group="0"/>'
    )


def _door(number: int, ax: float, ay: float, bx: float, by: float) -> str:
    """A panel in a doorway; mocap, so that opening it takes it away."""
    x, y, half = 0.5 * (ax + bx), 0.5 * (ay + by), 0.5 * math.hypot(bx - ax, by - ay)
    return (
        f'<body name="door{number}" mocap="true" pos="{x:.4f} {y:.4f} 0.6" euler="0 0 {math.atan2(by - ay, bx - ax):.5f}">'
        f'<geom type="box" size="{half:.4f} 0.025 0.6" contype="1" conaffinity="7" material="door" group="0"/></body>'
    )


def _base(body: Body) -> str:
    solid = 'contype="4" conaffinity="1" group="1"'
    if body.footprint:
        hull = f'<geom name="base" type="mesh" mesh="footprint" mass="40" {solid} material="base"/>'
    else:
        round_ = f'type="cylinder" pos="0 0 0.155" size="{body.radius_m:.4f} 0.145"'
        hull = f'<geom name="base" {round_} mass="40" {solid} material="base"/>'
    inner = body.inscribed_m
    shell = 'contype="0" conaffinity="0" group="1"'
    return (
        f'{hull}<geom type="cylinder" pos="0 0 0.302" size="{0.9 * inner:.4f} 0.004" {shell} mass="0.1" material="shell"/>'
        f'<geom type="box" pos="{0.80 * inner:.4f} 0 0.306" size="{0.1 * inner:.4f} 0.03 0.006" {shell} mass="0.1" '
        f'material="accent"/>'
    )


def _footprint_mesh(body: Body) -> str:
    if not body.footprint:
        return ""
    corners = "  ".join(f"{x:.4f} {y:.4f} {z}" for z in (0.01, 0.30) for x, y in body.footprint)
    return f'<mesh name="footprint" vertex="{corners}"/>'

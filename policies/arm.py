"""The arm: six joints, a parallel gripper, a wrist camera and a head camera, as MJCF of primitives and as the numbers around it.

It stands on the middle of the base, so that it reaches the same in every direction and the base never turns to reach. The head
camera is on the turret: it looks where the first joint points. At zero all links point up; pitch joints bend forward.

    turret (yaw) -> shoulder -> elbow (pitch) -> forearm (roll) -> wrist (pitch) -> hand (roll) -> two fingers

Frames are those of the base: x forward, z up, origin on the floor under the arm's middle; metres, radians.
"""

import math
from dataclasses import dataclass

__all__ = ["ARM", "ArmSpec", "arm_mjcf"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmSpec:
    """Numbers of an arm with a parallel gripper. State and action are its joints in this order, the gripper's opening last.

    Attributes:
        joints: Names, the gripper last.
        lower: Lower limits, radians; the gripper's in metres.
        upper: Upper limits.
        speed: Fastest, rad/s; the gripper's in m/s of opening.
        torque: Strongest, newton metres; the gripper's in newtons per finger.
        stowed: Joints while the base drives: everything is within ``stowed_radius_m`` of the middle.
        ready: Joints before and after handling, without the turret's.
        stowed_radius_m: The radius within which the stowed arm stays, metres.
        shoulder_z: Height of the shoulder, metres.
        grip_stiffness: How hard each finger presses for every metre that the target opening is below what it holds, N/m.
        links: Upper arm, forearm, and wrist to fingertips, metres.
        top_m: Highest that the fingertips are sent, metres above the floor: beyond, the head camera sees no table from above.
    """

    joints: tuple[str, ...]
    lower: tuple[float, ...]
    upper: tuple[float, ...]
    speed: tuple[float, ...]
    torque: tuple[float, ...]
    stowed: tuple[float, ...]
    ready: tuple[float, ...]
    stowed_radius_m: float
    shoulder_z: float
    grip_stiffness: float
    links: tuple[float, float, float]
    top_m: float

    @property
    def opening_m(self) -> float:
        """Widest opening of the gripper, metres."""
        return self.upper[-1]

    @property
    def grip_n(self) -> float:
        """Strongest grip, newtons per finger."""
        return self.torque[-1]

    def reach_at(self, height: float) -> float:
        """How far from the arm's middle the fingertips get, pointing down, at a height above the floor, metres; 0 if they do not.

        The arm is not stretched fully. High up the wrist's limit decides: it must bend by what the forearm does not point down.
        """
        upper, fore, hand = self.links
        rise = height + hand - self.shoulder_z
        span = 0.97 * (upper + fore)
        if abs(rise) >= span:
            return 0.0
        elbow = math.acos((span**2 - upper**2 - fore**2) / (2 * upper * fore))
        forearm = math.acos(rise / span) + math.asin(upper * math.sin(elbow) / span)
        steepest = math.pi - self.upper[4]
        if forearm >= steepest:
            return math.sqrt(span**2 - rise**2)
        left = (rise - fore * math.cos(steepest)) / upper
        return upper * math.sqrt(1 - left**2) + fore * math.sin(steepest) if left <= 1.0 else 0.0

    def pointing_down(self, away: float, height: float) -> tuple[float, float, float, float]:
        """Shoulder, elbow, forearm and wrist, radians, of a hand that points down with its fingertips there, as nearly as they get.

        Args:
            away: From the arm's middle, metres.
            height: Above the floor, metres.
        """
        upper, fore, hand = self.links
        rise = height + hand - self.shoulder_z
        span = min(max(math.hypot(away, rise), abs(upper - fore) + 0.02), upper + fore)
        elbow = math.acos((span**2 - upper**2 - fore**2) / (2 * upper * fore))
        shoulder = math.atan2(away, rise) - math.asin(min(fore * math.sin(elbow) / span, 1.0))
        return shoulder, elbow, 0.0, math.pi - shoulder - elbow


ARM = ArmSpec(
    joints=("turret", "shoulder", "elbow", "forearm", "wrist", "hand", "gripper"),
    lower=(-3.2, -0.6, 0.0, -2.6, -2.1, -3.2, 0.0),
    upper=(3.2, 2.2, 2.85, 2.6, 2.1, 3.2, 0.09),
    speed=(1.8, 1.8, 2.2, 2.6, 2.6, 3.0, 0.2),
    torque=(80.0, 120.0, 80.0, 25.0, 25.0, 12.0, 60.0),
    stowed=(0.0, -0.25, 2.75, 0.0, 0.64, 0.0, 0.04),
    ready=(0.0, 0.25, 1.85, 0.0, 1.04, 0.0, 0.09),
    stowed_radius_m=0.25,
    shoulder_z=0.60,
    grip_stiffness=2000.0,
    links=(0.50, 0.45, 0.19),
    top_m=0.98,
)
"""The arm of the cell and of the robot in physics."""


def arm_mjcf(*, cameras: bool = True, fingers: bool = True) -> tuple[str, str, str, str]:
    """The arm as pieces of MJCF.

    Args:
        cameras: Whether to mount the head and the wrist camera.
        fingers: Whether the gripper has its fingers; inverse kinematics needs none.

    Returns:
        Defaults, the bodies (for the base's body), contact exclusions and equalities, actuators.
    """
    a = ARM
    limits = {name: f"{a.lower[i]} {a.upper[i]}" for i, name in enumerate(a.joints)}
    head = (
        '<body name="head" pos="-0.02 0.17 0.62"><joint name="head" axis="0 1 0" range="-0.9 1.3" damping="1" armature="0.01"/>'
        '<geom class="shell" type="box" size="0.025 0.05 0.03" mass="0.2" material="dark"/>'
        '<geom class="shell" type="cylinder" fromto="0.02 0 0 0.04 0 0" size="0.018" mass="0.01" material="glass"/>'
        '<camera name="head" pos="0.045 0 0" xyaxes="0 -1 0 0 0 1" fovy="58"/></body>'
        if cameras
        else ""
    )
    wrist = '<camera name="wrist" pos="0.08 0 0.0" xyaxes="0 1 0 0.87 0 0.5" fovy="70"/>' if cameras else ""
    defaults = """
    <default class="arm"><joint damping="4" armature="0.1"/>
      <geom contype="0" conaffinity="0" group="1"/></default>
    <default class="shell"><geom contype="0" conaffinity="0" group="1"/></default>
    <default class="link"><geom contype="2" conaffinity="1" group="1" condim="3" friction="0.4"/></default>
    <default class="pad"><geom type="box" size="0.010 0.006 0.026" contype="2" conaffinity="5" condim="4"
      friction="0.05 0.005 0.0001"
      solref="0.006 1" solimp="0.95 0.99 0.001" group="1" mass="0.03" material="rubber"/>
      <joint type="slide" axis="0 1 0" range="0 0.045" damping="8" armature="0.05"/></default>"""
    pads = (
        """
                <body name="finger_left" pos="0 0.006 0.088" gravcomp="1"><joint name="finger_left" class="pad"/>
                  <geom class="pad" pos="0 0 0.026"/>
                  <geom class="shell" type="box"
                    pos="0 0.012 -0.008" size="0.010 0.008 0.026" mass="0.03" material="dark"/></body>
                <body name="finger_right" pos="0 -0.006 0.088" gravcomp="1"><joint name="finger_right" class="pad" axis="0 -1 0"/>
                  <geom class="pad" pos="0 0 0.026"/>
                  <geom class="shell" type="box"
                    pos="0 -0.012 -0.008" size="0.010 0.008 0.026" mass="0.03" material="dark"/></body>"""
        if fingers
        else ""
    )
    bodies = f"""
    <body name="turret" pos="0 0 0.30" gravcomp="1" childclass="arm">
      <joint name="turret" axis="0 0 1" range="{limits["turret"]}"/>
      <geom type="cylinder" pos="0 0 0.11" size="0.075 0.11" mass="2.0" material="shell"/>
      <geom type="cylinder" pos="0 0 0.232" size="0.06 0.012" mass="0.1" material="accent"/>
      <geom type="capsule" fromto="-0.02 0.06 0.2 -0.02 0.17 0.30" size="0.014" mass="0.1" material="dark"/>
      <geom type="capsule" fromto="-0.02 0.17 0.30 -0.02 0.17 0.60" size="0.014" mass="0.2" material="dark"/>
      {head}
      <body name="upper" pos="0 0 {a.shoulder_z - 0.30:.2f}" gravcomp="1">
        <joint name="shoulder" axis="0 1 0" range="{limits["shoulder"]}"/>
        <geom type="cylinder" fromto="0 -0.07 0 0 0.07 0" size="0.06" mass="0.6" material="shell"/>
        <geom class="link" type="capsule" fromto="0 0 0.03 0 0 {a.links[0]}" size="0.042" mass="1.4" material="shell"/>
        <body name="forearm_pitch" pos="0 0 {a.links[0]}" gravcomp="1">
          <joint name="elbow" axis="0 1 0" range="{limits["elbow"]}"/>
          <geom type="cylinder" fromto="0 -0.055 0 0 0.055 0" size="0.05" mass="0.4" material="accent"/>
          <geom class="link" type="capsule" fromto="0 0 0.03 0 0 0.22" size="0.036" mass="0.6" material="shell"/>
          <body name="forearm" pos="0 0 0.22" gravcomp="1">
            <joint name="forearm" axis="0 0 1" range="{limits["forearm"]}"/>
            <geom class="link" type="capsule" fromto="0 0 0.01 0 0 {a.links[1] - 0.22:.2f}"
              size="0.033" mass="0.4" material="shell"/>
            <body name="wrist" pos="0 0 {a.links[1] - 0.22:.2f}" gravcomp="1">
              <joint name="wrist" axis="0 1 0" range="{limits["wrist"]}" armature="0.05" damping="2"/>
              <geom type="cylinder" fromto="0 -0.042 0 0 0.042 0" size="0.036" mass="0.2" material="accent"/>
              <body name="hand" pos="0 0 0.05" gravcomp="1">
                <joint name="hand" axis="0 0 1" range="{limits["hand"]}" armature="0.05" damping="1.5"/>
                <geom type="cylinder" pos="0 0 -0.01" size="0.032 0.02" mass="0.15" material="shell"/>
                <geom class="link" type="box" pos="0 0 0.035" size="0.028 0.065 0.022" mass="0.25" material="dark"/>
                <site name="grip" pos="0 0 0.115" size="0.004" rgba="0 0 0 0"/>
                <site name="tip" pos="0 0 {a.links[2] - 0.05:.3f}" size="0.004" rgba="0 0 0 0"/>
                {wrist}
                {pads}
              </body>
            </body>
          </body>
        </body>
      </body>
    </body>"""
    coupled = '<joint joint1="finger_right" joint2="finger_left" polycoef="0 1 0 0 0" solref="0.005 1"/>'
    rules = f"<equality>{coupled}</equality>" if fingers else ""
    gains = {"turret": 900, "shoulder": 1600, "elbow": 1200, "forearm": 400, "wrist": 400, "hand": 200}
    servos = "\n".join(
        f'<position name="{name}" joint="{name}" kp="{kp}" dampratio="1" forcerange="-{a.torque[i]} {a.torque[i]}"/>'
        for i, (name, kp) in enumerate(gains.items())
    )
    most = 2 * a.grip_n
    grip = f'<position name="gripper" joint="finger_left" kp="{4 * a.grip_stiffness:.0f}" kv="120" forcerange="-{most} {most}"/>'
    tilt = '<position name="head" joint="head" kp="20" dampratio="1"/>' if cameras else ""
    return defaults, bodies, rules, f"{servos}\n{grip}\n{tilt}" if fingers else servos

"""Grip: how hard two fingers must press so that a thing does not slip."""

__all__ = ["GRAVITY", "needed_grip_n"]

GRAVITY = 9.81


def needed_grip_n(mass_kg: float, friction: float, fingers: int = 2) -> float:
    """The least normal force of each finger that holds a thing by friction against its weight, newtons.

    Each finger carries ``friction`` times its force: m g / (mu n). 0.5 kg at a friction of 0.3 need 8.2 N of each of two.
    """
    return mass_kg * GRAVITY / (max(friction, 1e-6) * fingers)

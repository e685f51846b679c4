"""Energy: what a body draws and what a dock gives back, in watts and watt-hours.

Electronics draw ``idle_w`` all the time; the drive draws ``drive_w`` on top while the robot moves; a dock gives
``charge_w``, of which the electronics take their share.
"""

from maps import Body

__all__ = ["battery_after", "power_w", "seconds_until_empty", "seconds_until_full"]


def power_w(body: Body, *, driving: bool = False, charging: bool = False) -> float:
    """Power drawn from the battery, watts; negative while it is being charged."""
    return body.idle_w + (body.drive_w if driving else 0.0) - (body.charge_w if charging else 0.0)


def battery_after(body: Body, charge_wh: float, seconds: float, power: float) -> float:
    """Charge after drawing a power for some time, watt-hours, between empty and full."""
    return min(max(charge_wh - power * max(0.0, seconds) / 3600.0, 0.0), body.battery_wh)


def seconds_until_empty(charge_wh: float, power: float) -> float:
    """How long a charge lasts at a power, seconds; inf when it does not run down."""
    return charge_wh * 3600.0 / power if power > 0 else float("inf")


def seconds_until_full(body: Body, charge_wh: float, share: float = 1.0) -> float:
    """How long a dock needs to fill the battery to a share of its capacity, seconds; inf when it never does."""
    gain = -power_w(body, charging=True)
    missing = body.battery_wh * share - charge_wh
    if missing <= 0:
        return 0.0
    return missing * 3600.0 / gain if gain > 0 else float("inf")

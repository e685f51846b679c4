"""A small factory for a robot with an arm: a packing station with blocks and trays, a boiler room with gauges, a store."""

import math

from maps.shipped.plan_kit import FloorPlan, rect

__all__ = ["factory"]

PACKING_TABLE_M, TEST_BENCH_M, STORE_RACK_M, WORKBENCH_M = 0.5, 0.6, 0.8, 0.8
"""How high they are; from the rack and the workbench the arm gets less far than from the lower tables."""
GAUGES_M = 0.95
"""Gauges hang higher than the arm can handle anything; they are only looked at, and so have a reach of their own."""


def factory() -> FloorPlan:
    """Draw it: 16 m by 11 m."""
    plan = FloorPlan("factory", (-0.5, -0.5, 16.5, 11.5))
    plan.box(0, 0, 16, 11)
    plan.place("corridor", rect(0.1, 4.4, 15.9, 6.4), "corridor", ["hallway", "走廊"])
    plan.room("packing station", 0, 6.5, 6, 11, "packing", ["packing area", "打包台"])
    plan.room("store", 6, 6.5, 10.5, 11, "store", ["store room", "库房"])
    plan.room("boiler room", 10.5, 6.5, 16, 11, "boiler room", ["boiler house", "锅炉房"])
    plan.room("test bay", 0, 0, 6, 4.3, "test", ["inspection bay", "检验区"])
    plan.room("workshop", 6, 0, 11, 4.3, "workshop", ["shop", "车间"])
    plan.room("charging room", 11, 0, 16, 4.3, "charging", ["dock room", "充电间"])
    for name, ends, between, alias in (
        ("packing door", ((2.4, 6.5), (3.8, 6.5)), "packing station", "打包台门"),
        ("store door", ((7.6, 6.5), (8.8, 6.5)), "store", "库房门"),
        ("boiler room door", ((12.4, 6.5), (13.6, 6.5)), "boiler room", "锅炉房门"),
        ("test bay door", ((2.4, 4.3), (3.8, 4.3)), "test bay", "检验区门"),
        ("workshop door", ((8.0, 4.3), (9.2, 4.3)), "workshop", "车间门"),
        ("charging room door", ((13.0, 4.3), (14.2, 4.3)), "charging room", "充电间门"),
    ):
        plan.door(name, ends, (between, "corridor"), [alias])
    plan.dock("charging dock", (14.6, 1.0, 0.0), ["dock", "charging station", "充电桩"])
    _furniture(plan)
    _things(plan)
    plan.zone("corridor slow zone", rect(0.1, 4.5, 2.2, 6.3), "slow", ["走廊慢行"], max_speed=0.5)
    return plan


def _furniture(plan: FloorPlan) -> None:
    plan.solid(rect(1.0, 9.3, 4.6, 10.1))  # packing table, open on both sides
    plan.solid(rect(5.2, 7.0, 5.8, 8.4))  # shelf
    plan.solid(rect(6.3, 10.2, 10.2, 10.8), rect(9.6, 7.0, 10.2, 9.0))  # store racks
    plan.disc(14.2, 9.4, 0.9)  # boiler
    plan.disc(11.6, 10.0, 0.5)  # expansion tank
    plan.solid(rect(0.3, 0.3, 3.2, 0.9))  # test bench
    plan.solid(rect(6.4, 0.3, 9.4, 0.9), rect(10.2, 2.0, 10.8, 3.8))  # workbench, lathe


def _things(plan: FloorPlan) -> None:
    t = plan.thing
    blocks = (
        ("red block", (1.55, 9.55), "red", 0.30), ("green block", (2.05, 9.52), "green", 0.22),
        ("yellow block", (3.75, 9.55), "yellow", 0.18),
    )  # fmt: skip
    aliases = {"red": "红色方块", "green": "绿色方块", "yellow": "黄色方块"}
    for name, at, colour, weight in blocks:
        t(
            name,
            at,
            "block",
            [aliases[colour]],
            colour=colour,
            weight_kg=weight,
            width_m=0.04,
            depth_m=0.04,
            height_m=0.05,
            friction=0.6,
            z_m=PACKING_TABLE_M,
        )
    t("blue tray", (2.7, 9.58), "tray", ["蓝色托盘"], colour="blue", z_m=PACKING_TABLE_M)
    t("purple tray", (3.25, 9.58), "tray", ["紫色托盘"], colour="purple", z_m=PACKING_TABLE_M)
    t("packing button", (4.3, 9.55), "button", ["打包按钮"], colour="red", state="released", z_m=PACKING_TABLE_M)
    t(
        "pressure gauge", (10.68, 8.4), "gauge", ["boiler pressure gauge", "压力表"],
        unit="bar", scale_min=0.0, scale_max=10.0, z_m=GAUGES_M, reach_m=0.8, truly={"reading": "6.3 bar"},
    )  # fmt: skip
    t(
        "water temperature gauge", (13.9, 6.68), "gauge", ["水温表"],
        place="boiler room", unit="degrees C", scale_min=0.0, scale_max=120.0, z_m=GAUGES_M, reach_m=0.8,
        truly={"reading": "84 degrees C"},
    )  # fmt: skip
    t("boiler", (13.35, 9.1), "boiler", ["锅炉"], state="running")
    t(
        "orange block",
        (6.9, 10.35),
        "block",
        ["橙色方块"],
        colour="orange",
        weight_kg=0.5,
        width_m=0.045,
        depth_m=0.045,
        height_m=0.06,
        friction=0.3,
        z_m=STORE_RACK_M,
    )
    t("spare crate", (8.4, 10.4), "crate", ["备用箱"], colour="brown", z_m=STORE_RACK_M)
    t("test button", (1.2, 0.78), "button", ["检验按钮"], colour="red", state="released", z_m=TEST_BENCH_M)
    t(
        "white block", (2.1, 0.75), "block", ["白色方块"],
        colour="white", weight_kg=0.2, width_m=0.04, depth_m=0.04, height_m=0.05, z_m=TEST_BENCH_M,
    )  # fmt: skip
    t("vice", (7.4, 0.7), "tool", ["台钳"], z_m=WORKBENCH_M)
    t("lathe", (10.3, 2.9), "machine", ["车床"], state="stopped")
    plan.point("test bay window", (4.6, 2.2, -math.pi / 2), "checkpoint", ["检验窗口"])
    plan.point("store counter", (8.2, 7.4, math.pi / 2), "counter", ["库房柜台"])

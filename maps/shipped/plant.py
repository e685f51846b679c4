"""An outdoor process plant: sheds, tanks, a pipe rack, fenced areas; its eastern third has never been surveyed."""

import math

from maps.shipped.heights import BENCH_M, BOARD_M, FLOOR_M, HANGER_M, SEAT_M, TABLE_M, hangs, stands
from maps.shipped.plan_kit import FloorPlan, rect

__all__ = ["plant"]

TANKS = ((14.0, 40.0), (24.0, 40.0), (34.0, 40.0), (52.0, 38.0), (62.0, 38.0))
NUMERALS = "一二三四五"


def plant() -> FloorPlan:
    """Draw it: 70 m by 48 m inside the fence."""
    plan = FloorPlan("plant", (-1.0, -1.0, 71.0, 49.0))
    plan.box(0, 0, 70, 48)
    _areas(plan)
    _buildings(plan)
    _steel(plan)
    _things_sheds(plan)
    _things_yard(plan)
    _unseen(plan)
    _heights(plan)
    _rules(plan)
    return plan


def _areas(plan: FloorPlan) -> None:
    plan.place("front yard", rect(0.1, 0.1, 9.9, 12.0), "yard", ["entrance yard", "门卫前场"])
    plan.place("parking lot", rect(10.1, 0.1, 24.9, 8.0), "parking", ["car park", "停车场"])
    road = [(0.1, 12.1), (10.1, 12.1), (10.1, 9.2), (46.0, 9.2), (46.0, 19.4), (5.0, 19.4), (5.0, 17.9), (0.1, 17.9)]
    plan.place("main road", road, "road", ["主路"])
    plan.place("tank farm", rect(8.0, 34.0, 46.0, 47.0), "tanks", ["罐区"])
    plan.place("pipe rack", rect(10.0, 27.0, 44.0, 30.6), "pipes", ["管廊"])
    plan.place("loading gantry", rect(26.0, 1.0, 38.0, 9.0), "loading", ["truck loading", "装车台"])
    plan.place("cooling tower yard", rect(0.1, 33.0, 7.5, 47.9), "yard", ["冷却塔区"])
    plan.place("east field", rect(46.2, 0.1, 69.9, 47.9), "field", ["east side", "东区"])
    plan.place("muster point", rect(0.4, 18.6, 4.4, 22.6), "safety", ["assembly point", "集合点"])
    plan.point("bund entrance", (24.0, 32.6, math.pi / 2), "gate", ["罐区入口"])
    plan.point("weighbridge", (20.0, 15.0, 0.0), "checkpoint", ["truck scale", "地磅"])
    plan.point("viewpoint", (43.0, 24.6, 0.0), "checkpoint", ["lookout", "观察点"])


def _buildings(plan: FloorPlan) -> None:
    plan.room("control room", 5.5, 19.5, 12.5, 25.5, "control room", ["control shed", "控制室"])
    plan.room("pump shed", 15, 19.5, 22, 25.5, "shed", ["pump house", "泵棚"])
    plan.room("compressor shed", 24.5, 19.5, 32.5, 25.5, "shed", ["compressor house", "压缩机棚"])
    plan.room("tool shed", 35, 19.5, 40, 25.5, "shed", ["tool store", "工具棚"])
    plan.room("gatehouse", 0, 0, 4.5, 5, "office", ["guard house", "门卫室"])
    plan.room("substation", 38.9, 0, 46.1, 8, "electrical", ["switch yard", "变电站"])
    plan.room("analyser hut", 56, 20, 61, 25, "shed", ["sample hut", "分析小屋"])
    plan.room("foam store", 62.5, 3, 68, 9, "shed", ["泡沫库"])
    plan.wall((46.1, 8), (46.1, 48))
    plan.wall((38.9, 8), (46.1, 8))
    road = "main road"
    plan.door("control room door", ((8.4, 19.5), (9.6, 19.5)), ("control room", road), ["控制室门"])
    plan.door("pump shed door", ((17.6, 19.5), (19.4, 19.5)), ("pump shed", road), ["泵棚门"])
    plan.door("compressor shed door", ((27.5, 19.5), (29.5, 19.5)), ("compressor shed", road), ["压缩机棚门"])
    plan.door("tool shed door", ((36.9, 19.5), (38.1, 19.5)), ("tool shed", road), ["工具棚门"], "closed", "open")
    plan.door("gatehouse door", ((4.5, 2.0), (4.5, 3.1)), ("gatehouse", "front yard"), ["门卫室门"])
    plan.door("substation gate", ((41.5, 8), (43.0, 8)), ("substation", road), ["变电站门"], "locked", kind="gate")
    plan.door("east gate", ((46.1, 13.4), (46.1, 16.4)), ("east field", road), ["东门"], kind="gate")
    plan.door("north gate", ((46.1, 40.0), (46.1, 42.0)), ("east field", "tank farm"), ["北门"], "closed", kind="gate")
    plan.door("main gate", ((0, 13.0), (0, 17.0)), ("main road", "front yard"), ["大门"], "closed", kind="gate")
    plan.door("analyser hut door", ((56, 22.0), (56, 23.1)), ("analyser hut", "east field"), ["分析小屋门"])
    plan.door("foam store door", ((64.4, 9), (65.8, 9)), ("foam store", "east field"), ["泡沫库门"], "closed")
    plan.dock("charging dock", (11.4, 21.0, 0.0), ["dock", "charging station", "充电桩"])
    plan.dock("yard charger", (8.8, 1.2, -math.pi / 2), ["gate charger", "场地充电器"])


def _steel(plan: FloorPlan) -> None:
    for x, y in TANKS:
        plan.disc(x, y, 3.2)
    for x in range(10, 46, 4):
        plan.solid(rect(x - 0.2, 27.2, x + 0.2, 27.6), rect(x - 0.2, 30.0, x + 0.2, 30.4))  # rack columns
    plan.solid(rect(9.6, 28.6, 44.4, 29.0))  # the lowest pipe
    plan.floor(rect(22.6, 28.5, 25.4, 29.1), rect(40.6, 28.5, 43.4, 29.1))  # crossings
    plan.wall((8, 33.4), (22.4, 33.4), thickness=0.3)
    plan.wall((25.6, 33.4), (40, 33.4), thickness=0.3)  # bund wall
    plan.wall((40, 33.4), (40, 38.0), thickness=0.3)
    plan.solid(rect(6.6, 24.7, 11.4, 25.4), rect(5.6, 21.0, 6.2, 24.0))  # control desks
    plan.solid(rect(16.0, 23.6, 17.6, 24.8), rect(19.2, 23.6, 20.8, 24.8))  # pumps
    plan.solid(rect(25.6, 22.6, 28.0, 24.2), rect(29.4, 22.6, 31.6, 24.2))  # compressors
    plan.solid(rect(35.1, 24.7, 39.9, 25.4), rect(35.1, 20.6, 35.8, 24.0))  # tool benches
    plan.solid(rect(1.0, 0.1, 3.6, 0.8), rect(0.1, 3.9, 2.4, 4.9))  # gatehouse desks
    plan.solid(rect(28.0, 2.6, 36.0, 3.6))  # gantry island
    for x, y in ((3.8, 37.4), (3.8, 43.4)):
        plan.disc(x, y, 1.8)  # cooling towers
    for x in (40.2, 42.6):
        plan.solid(rect(x, 1.0, x + 1.4, 3.4))  # transformers
    for x in (12.0, 15.4, 18.8):
        plan.solid(rect(x, 2.0, x + 1.9, 6.0))  # parked cars
    plan.solid(rect(57.0, 24.0, 60.6, 24.8), rect(63.0, 3.2, 67.6, 4.2))
    plan.solid(rect(50.0, 28.0, 66.0, 28.6), rect(50.0, 11.0, 53.0, 13.0))  # unseen pipes, containers


def _things_sheds(plan: FloorPlan) -> None:
    t = plan.thing
    t("control desk", (9.0, 24.8), "console", ["控制台"], state="on", truly={"alarms": 2})
    t("handheld radio", (7.4, 24.8), "radio", ["walkie-talkie", "对讲机"], weight_kg=0.4, number=4)
    t(
        "gas detector",
        (6.1, 22.2),
        "instrument",
        ["气体检测仪"],
        weight_kg=0.5,
        unit="% LEL",
        truly={"reading": "0 % LEL"},
    )
    t("logbook", (10.6, 24.8), "document", ["日志本"], weight_kg=0.7)
    t("feed pump", (16.8, 23.7), "pump", ["给水泵"], number=1, state="running", truly={"reading": "2960 rpm"})
    t("standby pump", (20.0, 23.7), "pump", ["备用泵"], number=2, state="stopped")
    t(
        "pump pressure gauge",
        (21.85, 22.0),
        "gauge",
        ["泵出口压力表"],
        unit="bar",
        truly={"reading": "6.8 bar", "needle": "green"},
    )
    t("suction valve", (15.15, 21.6), "valve", ["吸入阀"], state="open", colour="blue")
    t("grease gun", (21.85, 20.4), "tool", ["黄油枪"], weight_kg=1.4)
    t("air compressor", (26.8, 22.7), "compressor", ["空压机"], number=1, state="running", truly={"reading": "7.5 bar"})
    t("gas compressor", (30.4, 22.7), "compressor", ["燃气压缩机"], number=2, state="stopped", truly_state="alarm")
    t("oil level glass", (32.35, 21.0), "gauge", ["油位镜"], unit="%", truly={"reading": "35 %"})
    t("emergency stop", (24.65, 20.6), "button", ["e-stop", "急停"], colour="red", state="released")
    t("pipe wrench", (37.0, 24.8), "tool", ["管钳"], weight_kg=2.1, colour="red")
    t("yellow toolbox", (38.8, 24.8), "toolbox", ["toolbox", "黄色工具箱"], weight_kg=3.8, colour="yellow")
    t("safety harness", (35.7, 22.0), "safety", ["安全带"], weight_kg=1.9)
    t("visitor badge", (2.2, 0.7), "badge", ["访客证"], number=17, weight_kg=0.1)
    t("guard monitor", (3.2, 0.7), "monitor", ["监控屏"], state="on")
    t("hard hat", (2.0, 4.0), "safety", ["helmet", "安全帽"], colour="white", weight_kg=0.4)
    t("transformer 1", (41.5, 3.3), "transformer", ["一号变压器"], number=1, truly={"reading": "71 degrees C"})


def _things_yard(plan: FloorPlan) -> None:
    t = plan.thing
    for number, (x, y) in enumerate(TANKS[:3], start=1):
        level = (72, 18, 55)[number - 1]
        t(
            f"tank {number}",
            (x, y - 3.1),
            "tank",
            [f"{NUMERALS[number - 1]}号罐"],
            number=number,
            label=("diesel", "water", "methanol")[number - 1],
            truly={"level": f"{level} %"},
        )
        t(
            f"level gauge {number}",
            (x + 2.6, y - 3.9),
            "gauge",
            [f"{NUMERALS[number - 1]}号液位计"],
            size=(0.2, 0.2),
            unit="%",
            number=number,
            truly={"reading": f"{level} %"},
        )
    t(
        "line pressure gauge",
        (16.0, 29.2),
        "gauge",
        ["管线压力表"],
        unit="bar",
        truly={"reading": "11.2 bar", "needle": "red"},
    )
    t("steam pressure gauge", (32.0, 28.4), "gauge", ["蒸汽压力表"], unit="bar", truly={"reading": "3.1 bar"})
    t("red valve", (20.0, 28.4), "valve", ["红色阀门"], colour="red", state="open", number=20)
    t("green valve", (28.0, 29.2), "valve", ["绿色阀门"], colour="green", state="closed", number=28)
    t("blue valve", (36.0, 28.4), "valve", ["蓝色阀门"], colour="blue", state="open", truly_state="closed", number=36)
    t("steam trap", (38.6, 29.2), "trap", ["疏水阀"], state="ok", truly_state="leaking")
    t("fire hydrant", (23.4, 10.6), "hydrant", ["消火栓"], size=(0.4, 0.4), colour="red", state="ok")
    t("fire hose cabinet", (13.6, 19.0), "safety", ["消防箱"], size=(0.5, 0.4), colour="red")
    t("wind sock", (4.2, 10.6), "windsock", ["风向袋"], size=(0.2, 0.2), truly={"reading": "wind from the west"})
    t("loading arm", (30.0, 2.7), "arm", ["装车臂"], state="parked", number=1)
    t("flow meter", (34.0, 2.7), "meter", ["流量计"], unit="m3/h", truly={"reading": "0 m3/h"})
    t("grounding clamp", (35.9, 3.1), "clamp", ["接地夹"], state="hung up", weight_kg=1.0)
    t("cooling fan 1", (5.5, 37.4), "fan", ["一号风机"], number=1, state="running")
    t("cooling fan 2", (5.5, 43.4), "fan", ["二号风机"], number=2, state="running", truly_state="vibrating")
    t("white pickup", (13.0, 5.9), "vehicle", ["白色皮卡"], colour="white", label="SF 12")
    t("grey van", (19.7, 5.9), "vehicle", ["灰色面包车"], colour="grey", label="SF 40")
    t("eyewash station", (2.4, 22.9), "safety", ["洗眼器"], size=(0.4, 0.4), state="ok", colour="green")
    t("traffic cone", (30.6, 14.0), "cone", ["交通锥"], size=(0.3, 0.3), colour="orange", weight_kg=1.5)
    t("gas bottle", (25.2, 22.0), "bottle", ["气瓶"], size=(0.3, 0.3), colour="grey", weight_kg=4.5)
    t(
        "warning sign",
        (42.0, 12.4),
        "sign",
        ["警示牌"],
        size=(0.2, 0.2),
        label="authorised staff only beyond this point",
    )


def _unseen(plan: FloorPlan) -> None:
    plan.hide(rect(47.0, -1, 71, 49), rect(39.1, 0.2, 45.9, 7.8), rect(38.4, 43.0, 46.0, 47.9), rect(35.3, 19.7, 39.8, 24.5))
    t = plan.thing
    for number, (x, y) in enumerate(TANKS[3:], start=4):
        t(
            f"tank {number}",
            (x, y - 3.1),
            "tank",
            [f"{NUMERALS[number - 1]}号罐"],
            seen=False,
            number=number,
            level=f"{number * 11} %",
        )
    t("flare gauge", (58.0, 28.1), "gauge", ["火炬压力表"], seen=False, unit="bar", reading="0.8 bar")
    t(
        "orange barrel",
        (55.0, 16.0),
        "drum",
        ["橙色油桶"],
        seen=False,
        size=(0.6, 0.6),
        colour="orange",
        label="waste oil",
    )
    t("blue container", (53.0, 12.0), "container", ["蓝色集装箱"], seen=False, colour="blue", number=7781)
    t("gas analyser", (58.6, 24.1), "instrument", ["气体分析仪"], seen=False, reading="CO 4 ppm", state="on")
    t("foam tank", (65.2, 4.1), "tank", ["泡沫罐"], seen=False, level="90 %")
    t("leaking flange", (54.0, 28.1), "flange", ["泄漏的法兰"], seen=False, state="leaking")
    t("lost helmet", (50.0, 20.4), "safety", ["丢失的安全帽"], seen=False, colour="yellow", weight_kg=0.4)
    t("broken valve", (62.0, 28.5), "valve", ["损坏的阀门"], seen=False, colour="red", state="stuck")


def _rules(plan: FloorPlan) -> None:
    plan.zone("loading lane", rect(26.0, 3.8, 38.0, 5.6), "keepout", ["装车道"])
    plan.zone("cooling spray area", rect(0.2, 39.4, 2.0, 41.4), "keepout", ["喷淋区"])
    plan.zone("tank farm slow zone", rect(8.0, 33.7, 40.0, 47.0), "slow", ["罐区慢行"], max_speed=0.5)
    plan.zone("road crossing", rect(12.0, 12.1, 26.0, 17.9), "slow", ["路口"], max_speed=0.6)
    plan.mask_keepout(rect(0.1, 8.6, 3.2, 11.9), rect(33.6, 10.2, 37.2, 11.6))  # soft ground, a ditch


def _heights(plan: FloorPlan) -> None:
    stands(plan, FLOOR_M, "traffic cone", "gas bottle", "lost helmet")
    stands(plan, BOARD_M, "steam trap")
    stands(plan, SEAT_M, "suction valve", "red valve", "green valve", "blue valve", "broken valve", "leaking flange")
    stands(plan, TABLE_M, "handheld radio", "gas detector", "logbook", "visitor badge", "guard monitor", "hard hat")
    stands(plan, BENCH_M, "pipe wrench", "yellow toolbox", "safety harness", "grease gun")
    stands(plan, HANGER_M, "emergency stop", "grounding clamp")
    hangs(plan, 1.1, "oil level glass", "flow meter", "line pressure gauge", "steam pressure gauge", "gas analyser")
    hangs(plan, 1.2, "pump pressure gauge", "level gauge 1", "level gauge 2", "level gauge 3", "flare gauge")

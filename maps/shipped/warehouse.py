"""The warehouse: six aisles of racks, loading bays, a packing station, a cold room, an annex not scanned yet."""

import math

from maps.shipped.heights import BENCH_M, BOARD_M, FLOOR_M, HANGER_M, SEAT_M, TABLE_M, hangs, stands
from maps.shipped.plan_kit import FloorPlan, rect

__all__ = ["warehouse"]

NUMERALS = "一二三四五六"
RACKS = tuple(round(8 + 3.8 * number, 2) for number in range(7))
BAYS = (6.0, 14.0, 22.0, 30.0)


def warehouse() -> FloorPlan:
    """Draw it: 48 m by 30 m, and a strip of truck yard to the south."""
    plan = FloorPlan("warehouse", (-1.0, -6.0, 49.0, 31.0))
    plan.floor(rect(-0.5, -5.5, 48.5, -0.1))
    plan.box(0, 0, 48, 30)
    _rooms(plan)
    _halls(plan)
    _doors(plan)
    _furniture(plan)
    _things_west(plan)
    _things_aisles(plan)
    _things_east(plan)
    _unseen(plan)
    _heights(plan)
    _rules(plan)
    return plan


def _rooms(plan: FloorPlan) -> None:
    plan.room("office", 0, 24, 8, 30, "office", ["办公室"])
    plan.room("meeting room", 8, 24, 14, 30, "meeting room", ["conference room", "会议室"])
    plan.room("break room", 14, 24, 20, 30, "break room", ["canteen", "coffee corner", "休息室"])
    plan.room("pump room", 20, 24, 26, 30, "utility room", ["泵房", "水泵房"])
    plan.room("server room", 26, 24, 30, 30, "server room", ["机房", "服务器室"])
    plan.room("quality lab", 30, 24, 35, 30, "laboratory", ["lab", "QA lab", "质检室"])
    plan.room("cold room", 35, 21, 48, 30, "cold storage", ["cold store", "冷库"])
    plan.room("workshop", 0, 14, 6, 20.5, "workshop", ["tool room", "维修间"])
    plan.room("annex", 40, 0, 48, 7.5, "storage", ["extension hall", "附楼"])


def _halls(plan: FloorPlan) -> None:
    plan.place("north corridor", rect(0.1, 20.6, 34.9, 23.9), "corridor", ["北走廊"])
    for number, x in enumerate(RACKS[:6], start=1):
        region = rect(x + 1.2, 9.5, x + 3.8, 19.5)
        plan.place(f"aisle {number}", region, "aisle", [f"row {number}", f"{NUMERALS[number - 1]}号通道"])
    plan.place("west aisle", rect(6.2, 7.6, 7.9, 20.4), "aisle", ["side aisle", "西侧通道"])
    plan.place("main aisle", rect(32.1, 7.6, 35.4, 20.4), "aisle", ["主通道"])
    plan.place("receiving area", rect(0.1, 3.2, 33.0, 7.4), "receiving", ["goods in", "收货区"])
    plan.place("shipping area", rect(33.1, 0.1, 39.9, 7.4), "shipping", ["goods out", "发货区"])
    for number, x in enumerate(BAYS, start=1):
        region = rect(x - 2.2, 0.1, x + 2.2, 3.1)
        plan.place(f"loading bay {number}", region, "loading bay", [f"bay {number}", f"{NUMERALS[number - 1]}号装卸口"])
    plan.place("charging area", rect(0.1, 7.6, 5.9, 13.9), "charging area", ["充电区"])
    plan.place("packing station", rect(36.2, 13.6, 42.9, 20.7), "packing", ["packing area", "打包台", "包装区"])
    plan.place("sorting area", rect(36.2, 7.8, 47.8, 13.4), "sorting", ["分拣区"])
    plan.place("returns area", rect(43.1, 13.6, 47.8, 20.7), "returns", ["退货区"])
    plan.place("truck yard", rect(-0.4, -5.4, 48.4, -0.2), "yard", ["yard", "货车场"])
    plan.point("inspection point", (33.8, 12.0, math.pi / 2), "checkpoint", ["checkpoint", "检查点"])
    plan.dock("charging dock", (0.8, 10.5, math.pi), ["dock", "charging station", "充电桩"])
    plan.dock("spare charger", (0.8, 12.7, math.pi), ["second dock", "备用充电器"])


def _doors(plan: FloorPlan) -> None:
    corridor = "north corridor"
    plan.door("office door", ((5.5, 24), (6.6, 24)), ("office", corridor), ["办公室门"])
    plan.door("meeting room door", ((10.5, 24), (11.5, 24)), ("meeting room", corridor), ["会议室门"], "closed")
    plan.door("break room door", ((16.5, 24), (17.6, 24)), ("break room", corridor), ["休息室门"])
    plan.door("pump room door", ((22.5, 24), (23.7, 24)), ("pump room", corridor), ["泵房门"])
    plan.door("server room door", ((27.5, 24), (28.5, 24)), ("server room", corridor), ["机房门"], "locked")
    plan.door("lab door", ((32, 24), (33, 24)), ("quality lab", corridor), ["质检室门"])
    plan.door("cold room door", ((37.0, 21), (38.8, 21)), ("cold room", "packing station"), ["冷库门"], kind="sliding door")
    plan.door("workshop door", ((6, 16.5), (6, 17.9)), ("workshop", "west aisle"), ["维修间门"])
    plan.door("annex door", ((40, 3), (40, 4.8)), ("annex", "shipping area"), ["附楼门"], kind="sliding door")
    for number, x in enumerate(BAYS, start=1):
        plan.door(
            f"roller door {number}",
            ((x - 1.5, 0), (x + 1.5, 0)),
            (f"loading bay {number}", "truck yard"),
            [f"{NUMERALS[number - 1]}号卷帘门"],
            "closed",
            "open" if number == 3 else None,
            "roller door",
        )


def _furniture(plan: FloorPlan) -> None:
    for x in RACKS:
        plan.solid(rect(x, 9.5, x + 1.2, 14.0), rect(x, 15.2, x + 1.2, 19.5))
        plan.floor(rect(x, 14.0, x + 1.2, 15.2))
    plan.solid(rect(0.1, 28.8, 3.5, 29.9), rect(0.1, 25.0, 0.9, 27.6), rect(4.8, 27.0, 6.4, 27.8))  # office desks
    plan.solid(rect(9.8, 26.4, 12.2, 27.6))  # meeting table
    plan.solid(rect(14.1, 29.2, 18.0, 29.9), rect(17.6, 26.0, 18.8, 27.2))  # kitchenette, table
    plan.solid(rect(20.1, 28.7, 21.8, 29.9), rect(22.6, 28.7, 24.3, 29.9))  # pumps
    plan.solid(rect(26.4, 26.0, 27.2, 29.4), rect(28.6, 26.0, 29.4, 29.4))  # server racks
    plan.solid(rect(30.1, 29.1, 34.0, 29.9), rect(34.2, 25.0, 34.9, 28.0))  # lab benches
    for y in (23.4, 26.2):
        plan.solid(rect(41.0, y, 46.4, y + 0.9))  # cold shelves
    plan.solid(rect(35.1, 29.1, 46.0, 29.9))
    plan.solid(rect(0.1, 19.7, 4.8, 20.4), rect(0.1, 14.8, 0.8, 18.4), rect(2.6, 16.4, 4.2, 17.2))  # workbenches
    plan.solid(rect(37.4, 18.9, 40.2, 19.7), rect(37.4, 16.7, 40.2, 17.5), rect(37.4, 14.5, 40.2, 15.3))
    plan.solid(rect(38.0, 10.2, 46.6, 11.0))  # sorting belt
    plan.solid(rect(44.8, 19.9, 47.9, 20.6), rect(47.2, 14.2, 47.9, 18.6))  # returns shelves
    plan.solid(rect(42.0, 1.0, 47.0, 1.8), rect(42.0, 5.6, 47.0, 6.4))  # annex shelves
    for x in (2.2, 10, 18, 26, 34):
        plan.solid(rect(x - 0.2, 7.3, x + 0.2, 7.7))  # pillars
    for x in (12.0, 28.0):
        plan.solid(rect(x - 1.3, -5.0, x + 1.3, -2.4))  # parked trailers


def _things_west(plan: FloorPlan) -> None:
    t = plan.thing
    t(
        "pressure gauge",
        (25.85, 27.0),
        "gauge",
        ["manometer", "压力表"],
        unit="bar",
        truly={"reading": "4.2 bar", "needle": "green"},
    )
    t("water meter", (25.85, 25.2), "meter", ["水表"], unit="m3", truly={"reading": "18342 m3"})
    t("main valve", (20.15, 26.0), "valve", ["main water valve", "总阀"], state="open", colour="red")
    t("coolant pump", (21.0, 28.8), "pump", ["冷却泵"], state="running", number=1, truly={"reading": "1450 rpm"})
    t("fire pump", (23.4, 28.8), "pump", ["消防泵"], state="off", number=2, colour="red")
    t("red toolbox", (2.4, 19.8), "toolbox", ["红色工具箱"], colour="red", weight_kg=3.5)
    t("blue toolbox", (3.8, 19.8), "toolbox", ["蓝色工具箱"], colour="blue", weight_kg=4.0)
    t("torque wrench", (0.7, 17.6), "tool", ["扭力扳手"], weight_kg=1.2)
    t("cordless drill", (0.7, 15.6), "tool", ["drill", "电钻"], colour="yellow", weight_kg=1.8, state="charged")
    t("oil can", (3.2, 16.5), "can", ["机油罐"], colour="green", weight_kg=1.0)
    t("laser printer", (2.6, 28.9), "printer", ["打印机"], state="ready", truly_state="out of paper")
    t("delivery note", (5.6, 27.1), "document", ["送货单"], number=5521, weight_kg=0.1)
    t("key cabinet", (7.85, 26.0), "cabinet", ["钥匙柜"], state="locked")
    t("projector", (11.0, 26.5), "projector", ["投影仪"], state="off", weight_kg=2.2)
    t("coffee machine", (16.0, 29.3), "appliance", ["咖啡机"], state="on", truly={"water": "low"})
    t("vending machine", (19.6, 25.2), "appliance", ["自动售货机"], size=(0.6, 0.8))
    t("first aid kit", (14.15, 27.0), "safety", ["急救箱"], colour="white", weight_kg=2.0)
    t("microscope", (32.4, 29.2), "instrument", ["显微镜"], weight_kg=4.5)
    t("sample tray", (34.3, 26.4), "tray", ["样品盘"], number=14, weight_kg=0.8)
    t("server rack 1", (27.1, 27.5), "server", ["一号机柜"], number=1, state="running")
    t("battery charger panel", (0.15, 8.6), "panel", ["充电柜"], state="on", truly={"reading": "27.4 V"})


def _things_aisles(plan: FloorPlan) -> None:
    t = plan.thing
    spots = {
        "pallet 11": (9.2, 12.0, "aisle 1", "blue"), "pallet 12": (11.8, 17.4, "aisle 1", "brown"),
        "pallet 21": (13.0, 11.2, "aisle 2", "brown"), "pallet 22": (15.6, 16.6, "aisle 2", "green"),
        "pallet 31": (16.8, 12.6, "aisle 3", "brown"), "pallet 41": (23.2, 11.0, "aisle 4", "blue"),
        "pallet 51": (24.4, 17.8, "aisle 5", "brown"), "pallet 61": (30.8, 12.8, "aisle 6", "red"),
    }  # fmt: skip
    for name, (x, y, place, colour) in spots.items():
        inset = -0.15 if (x - 9.2) % 3.8 < 0.1 or (x - 9.2) % 3.8 > 3.7 else 0.15
        number = name.split()[1]
        t(
            name,
            (x + inset, y),
            "pallet",
            [f"{number}号托盘"],
            place=place,
            colour=colour,
            number=int(number),
            weight_kg=180.0,
        )
    t("yellow crate", (19.5, 16.2), "crate", ["黄色箱子"], place="aisle 3", colour="yellow", weight_kg=4.2)
    t("green crate", (20.5, 12.4), "crate", ["绿色箱子"], place="aisle 4", colour="green", weight_kg=3.9)
    t("paper roll", (28.1, 12.2), "roll", ["纸卷"], place="aisle 6", weight_kg=4.8)
    t("bubble wrap", (27.1, 16.8), "packaging", ["气泡膜"], place="aisle 5", weight_kg=1.1)
    t("stepladder", (12.4, 19.9), "ladder", ["ladder", "梯子"], place="north corridor", size=(0.6, 0.4), weight_kg=6.5)
    t(
        "thermometer",
        (34.85, 22.3),
        "gauge",
        ["温度计"],
        place="north corridor",
        unit="degrees C",
        truly={"reading": "19.5 degrees C"},
    )
    t(
        "fire extinguisher 1",
        (8.0, 23.85),
        "safety",
        ["extinguisher 1", "一号灭火器"],
        number=1,
        colour="red",
        state="ok",
    )
    t(
        "fire extinguisher 2",
        (26.0, 7.75),
        "safety",
        ["extinguisher 2", "二号灭火器"],
        number=2,
        colour="red",
        state="ok",
        truly_state="expired",
    )
    t(
        "emergency stop",
        (35.9, 12.2),
        "button",
        ["e-stop", "急停按钮"],
        place="main aisle",
        size=(0.2, 0.2),
        colour="red",
        state="released",
    )
    t(
        "forklift",
        (16.0, 5.6),
        "vehicle",
        ["叉车"],
        size=(1.2, 2.0),
        reach_m=1.5,
        colour="orange",
        state="parked",
        number=3,
    )
    t("pallet jack", (27.0, 5.0), "vehicle", ["手动叉车"], size=(0.6, 1.2), reach_m=1.1, colour="yellow")
    t("inbound pallet", (5.0, 5.0), "pallet", ["入库托盘"], size=(0.8, 0.8), reach_m=1.0, number=90, label="fragile")
    t("empty pallet stack", (9.6, 5.6), "pallet", ["空托盘堆"], size=(0.8, 0.8), reach_m=1.0, truly={"count": 9})
    t("waste bin", (22.0, 7.0), "bin", ["垃圾桶"], size=(0.5, 0.5), state="full")
    t("dock light 2", (16.4, 0.15), "light", ["二号信号灯"], state="red", number=2)
    t("spill kit", (0.15, 4.4), "safety", ["泄漏处理包"], colour="yellow", weight_kg=3.0)


def _things_east(plan: FloorPlan) -> None:
    t = plan.thing
    t("label printer", (38.0, 19.0), "printer", ["标签打印机"], state="ready", number=1)
    t("tape dispenser", (39.6, 19.0), "tool", ["胶带机"], weight_kg=0.9)
    t("barcode scanner", (38.2, 17.4), "scanner", ["扫码枪"], weight_kg=0.3, colour="black")
    t("weighing scale", (39.6, 16.8), "scale", ["电子秤"], unit="kg", truly={"reading": "12.6 kg"})
    t("parcel 7", (38.0, 14.6), "parcel", ["七号包裹"], number=7, weight_kg=2.4, label="express")
    t("parcel 8", (39.4, 15.2), "parcel", ["八号包裹"], number=8, weight_kg=1.6, label="standard")
    t("packing list", (42.85, 18.0), "document", ["装箱单"], place="packing station", weight_kg=0.1)
    t("sorting camera", (41.2, 10.9), "camera", ["分拣相机"], state="on")
    t("conveyor motor", (45.6, 10.3), "motor", ["传送带电机"], state="running", truly={"reading": "61 degrees C"})
    t("blue tote", (39.2, 10.3), "tote", ["蓝色周转箱"], colour="blue", weight_kg=2.2)
    t("returned parcel", (47.3, 16.0), "parcel", ["退回的包裹"], number=31, weight_kg=1.9)
    t("hand scanner", (46.0, 20.0), "scanner", ["手持终端"], weight_kg=0.4, state="charged", truly_state="empty")
    t("freezer gauge", (47.85, 25.2), "gauge", ["冷库温度表"], unit="degrees C", truly={"reading": "-18.5 degrees C"})
    t("vaccine box", (42.0, 24.2), "box", ["疫苗箱"], colour="white", weight_kg=2.8, label="keep frozen")
    t("ice cream carton", (44.6, 26.3), "box", ["冰淇淋纸箱"], weight_kg=4.0)
    t("fish crate", (38.4, 29.2), "crate", ["鱼箱"], weight_kg=4.9, colour="grey")
    t("outbound pallet", (36.0, 4.6), "pallet", ["出库托盘"], size=(0.8, 0.8), reach_m=1.0, number=77, label="Hamburg")
    t("stretch wrapper", (37.6, 1.2), "machine", ["缠绕机"], size=(0.9, 0.9), reach_m=1.0, state="idle")


def _unseen(plan: FloorPlan) -> None:
    """What the saved map knows nothing of."""
    plan.hide(rect(40.9, 0.1, 47.9, 7.4), rect(-1, -6, 49, -0.1), rect(26.1, 25.4, 29.9, 29.9))
    t = plan.thing
    t("wooden crate", (43.4, 1.7), "crate", ["木箱"], seen=False, colour="brown", weight_kg=4.4, number=404)
    t("oil drum", (45.8, 5.7), "drum", ["油桶"], seen=False, colour="blue", label="hydraulic oil")
    t("spare battery", (44.6, 1.7), "battery", ["备用电池"], seen=False, weight_kg=4.7, state="charged")
    t("orange cone", (43.0, 4.2), "cone", ["锥桶"], seen=False, size=(0.3, 0.3), colour="orange", weight_kg=1.0)
    t(
        "delivery van",
        (22.0, -2.6),
        "vehicle",
        ["送货车"],
        seen=False,
        size=(1.8, 3.6),
        reach_m=1.5,
        colour="white",
        label="B-SF 204",
    )


def _rules(plan: FloorPlan) -> None:
    plan.zone("forklift crossing", rect(32.1, 7.6, 35.4, 9.4), "slow", ["叉车路口"], max_speed=0.4)
    plan.zone("packing slow zone", rect(36.0, 13.5, 42.9, 20.8), "slow", ["包装区慢行"], max_speed=0.5)
    plan.zone("sorting robot cell", rect(44.0, 11.1, 47.9, 13.4), "keepout", ["分拣机器人区"])
    plan.zone("trailer edge", rect(0.1, 0.1, 3.2, 1.6), "keepout", ["月台边缘"])
    plan.mask_keepout(rect(17.2, 4.0, 18.8, 7.0))  # painted forklift parking bay
    plan.mask_speed(rect(0.1, 0.1, 39.9, 7.4), 60)  # everyone drives slowly by the loading bays


def _heights(plan: FloorPlan) -> None:
    stands(plan, FLOOR_M, "stepladder", "orange cone")
    stands(plan, BOARD_M, "paper roll", "fish crate", "wooden crate", "spill kit", "conveyor motor")
    stands(plan, SEAT_M, "yellow crate", "green crate", "ice cream carton", "returned parcel", "spare battery", "water meter")
    stands(plan, TABLE_M, "laser printer", "delivery note", "projector", "label printer", "tape dispenser", "barcode scanner")
    stands(plan, TABLE_M, "weighing scale", "parcel 7", "parcel 8", "blue tote")
    stands(plan, BENCH_M, "red toolbox", "blue toolbox", "torque wrench", "cordless drill", "oil can", "microscope", "sample tray")
    stands(plan, BENCH_M, "coffee machine", "bubble wrap", "vaccine box", "hand scanner")
    stands(plan, HANGER_M, "emergency stop", "main valve", "first aid kit", "packing list")
    hangs(plan, 1.2, "pressure gauge", "freezer gauge", "thermometer", "battery charger panel", "key cabinet")
    hangs(plan, 1.1, "fire extinguisher 1", "fire extinguisher 2")
    hangs(plan, 1.8, "dock light 2", "sorting camera")

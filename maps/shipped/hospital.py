"""A hospital ward: one corridor, eight patient rooms, a nurse station, a pharmacy behind a closed door."""

import math

from maps.shipped.heights import BENCH_M, BOARD_M, FLOOR_M, HANGER_M, SEAT_M, TABLE_M, hangs, stands
from maps.shipped.plan_kit import FloorPlan, rect

__all__ = ["hospital"]

NORTH = (101, 102, 103, 104, 105)
SOUTH = (106, 107, 108)
CHINESE = dict(zip("0123456789", "零一二三四五六七八九", strict=True))


def hospital() -> FloorPlan:
    """Draw it: 42 m by 21 m."""
    plan = FloorPlan("hospital", (-1.0, -1.0, 43.0, 22.0))
    plan.box(0, 0, 42, 21)
    _patient_rooms(plan)
    _other_rooms(plan)
    _furniture(plan)
    _things_rooms(plan)
    _things_ward(plan)
    _rest(plan)
    _heights(plan)
    return plan


def _spoken(number: int) -> str:
    return "".join(CHINESE[digit] for digit in str(number))


def _patient_rooms(plan: FloorPlan) -> None:
    closed = {103: "closed", 107: "closed"}
    for index, number in enumerate(NORTH):
        x = 5.0 * index
        plan.room(f"room {number}", x, 12.6, x + 5, 21, "patient room", [f"patient room {number}", f"{_spoken(number)}号病房"])
        _door(plan, number, x + 3.4, 12.6, closed.get(number, "open"))
        plan.solid(rect(x + 0.4, 18.8, x + 1.4, 20.9), rect(x + 4.2, 19.6, x + 4.9, 20.9))  # bed, wardrobe
        plan.solid(rect(x + 1.6, 20.4, x + 2.1, 20.9))  # bedside table
    for index, number in enumerate(SOUTH):
        x = 9.0 + 5.0 * index
        plan.room(f"room {number}", x, 0, x + 5, 8.6, "patient room", [f"patient room {number}", f"{_spoken(number)}号病房"])
        _door(plan, number, x + 1.2, 8.6, closed.get(number, "open"))
        plan.solid(rect(x + 0.4, 0.1, x + 1.4, 2.2), rect(x + 4.2, 0.1, x + 4.9, 1.4), rect(x + 1.6, 0.1, x + 2.1, 0.6))


def _door(plan: FloorPlan, number: int, x: float, y: float, state: str) -> None:
    between = (f"room {number}", "ward corridor")
    truly = "open" if number == 107 else None
    plan.door(f"door {number}", ((x, y), (x + 1.2, y)), between, [f"{_spoken(number)}号病房门"], state, truly)


def _other_rooms(plan: FloorPlan) -> None:
    corridor = "ward corridor"
    plan.place(corridor, rect(0.1, 8.7, 41.9, 12.5), "corridor", ["corridor", "走廊"])
    plan.box(25, 12.6, 31, 21)
    plan.place("nurse station", rect(25.1, 12.7, 30.9, 20.9), "nurse station", ["nurses' desk", "护士站"])
    plan.opening(25.4, 12.4, 30.6, 12.8)
    plan.room("pharmacy", 31, 12.6, 36.5, 21, "pharmacy", ["dispensary", "药房"])
    plan.room("treatment room", 36.5, 12.6, 42, 21, "treatment room", ["procedure room", "治疗室"])
    plan.box(0, 0, 9, 8.6)
    plan.place("waiting area", rect(0.1, 0.1, 8.9, 8.5), "waiting area", ["waiting room", "候诊区"])
    plan.opening(2.0, 8.4, 7.0, 8.8)
    plan.room("supply room", 24, 0, 29, 8.6, "storage", ["store room", "物资室"])
    plan.room("staff room", 29, 0, 33.5, 8.6, "staff room", ["nurses' lounge", "员工休息室"])
    plan.room("isolation room", 33.5, 0, 37.5, 8.6, "patient room", ["quarantine room", "隔离病房"])
    plan.room("x-ray room", 37.5, 0, 42, 8.6, "imaging", ["radiology", "X光室"])
    plan.point("reception", (3.0, 2.0, -math.pi / 2), "desk", ["front desk", "接待处"])
    plan.point("lift lobby", (41.0, 10.6, 0.0), "lift", ["elevator", "电梯口"])
    plan.point("west entrance", (0.9, 10.6, math.pi), "entrance", ["entrance", "西入口"])
    plan.dock("charging dock", (27.6, 0.9, -math.pi / 2), ["dock", "charger", "充电桩"])
    plan.door("pharmacy door", ((33.0, 12.6), (34.2, 12.6)), ("pharmacy", corridor), ["药房门"], "closed")
    plan.door("treatment room door", ((38.5, 12.6), (39.9, 12.6)), ("treatment room", corridor), ["治疗室门"])
    plan.door("supply room door", ((25.2, 8.6), (26.6, 8.6)), ("supply room", corridor), ["物资室门"])
    plan.door("staff room door", ((30.4, 8.6), (31.5, 8.6)), ("staff room", corridor), ["员工室门"])
    plan.door("isolation door", ((34.8, 8.6), (36.0, 8.6)), ("isolation room", corridor), ["隔离门"], "locked")
    plan.door("x-ray room door", ((39.0, 8.6), (40.4, 8.6)), ("x-ray room", corridor), ["X光室门"], kind="sliding door")


def _furniture(plan: FloorPlan) -> None:
    plan.solid(rect(26.4, 14.2, 29.6, 15.0), rect(26.4, 15.0, 27.0, 16.6), rect(27.4, 20.2, 30.9, 20.9))
    plan.solid(rect(31.1, 20.2, 36.4, 20.9), rect(31.1, 15.4, 31.8, 20.2), rect(33.4, 15.6, 35.0, 17.6))
    plan.solid(rect(38.6, 16.4, 39.6, 18.6), rect(41.2, 15.0, 41.9, 20.0))  # treatment couch, cupboards
    plan.solid(rect(1.6, 0.6, 4.4, 1.2), rect(0.1, 3.4, 0.8, 7.6), rect(8.2, 3.0, 8.9, 7.8))  # reception, benches
    plan.solid(rect(24.1, 1.6, 24.8, 7.4), rect(28.2, 2.6, 28.9, 8.4))  # supply shelves
    plan.solid(rect(30.6, 3.4, 32.0, 4.6), rect(29.1, 0.1, 33.4, 0.8))  # staff table, kitchenette
    plan.solid(rect(33.9, 0.1, 34.9, 2.2), rect(36.7, 0.1, 37.4, 1.4))  # isolation bed
    plan.solid(rect(38.9, 2.2, 41.0, 3.2), rect(37.6, 6.0, 38.2, 7.2))  # x-ray table


def _things_rooms(plan: FloorPlan) -> None:
    t = plan.thing
    beds = {101: "occupied", 102: "occupied", 103: "empty", 104: "occupied", 105: "empty"}
    for index, number in enumerate(NORTH):
        x = 5.0 * index
        truly = "occupied" if number == 105 else None
        t(
            f"bed {number}",
            (x + 1.3, 19.4),
            "bed",
            [f"{_spoken(number)}号病床"],
            place=f"room {number}",
            number=number,
            state=beds[number],
            truly_state=truly,
        )
    for index, number in enumerate(SOUTH):
        x = 9.0 + 5.0 * index
        t(
            f"bed {number}",
            (x + 1.3, 1.6),
            "bed",
            [f"{_spoken(number)}号病床"],
            place=f"room {number}",
            number=number,
            state="occupied",
        )
    t("heart monitor", (1.85, 20.45), "monitor", ["心电监护仪"], truly={"reading": "72 bpm"}, state="on")
    t(
        "oxygen meter",
        (5.15, 16.2),
        "gauge",
        ["oxygen flow meter", "氧气流量计"],
        unit="l/min",
        truly={"reading": "2.5 l/min"},
    )
    t(
        "infusion pump",
        (6.85, 20.45),
        "pump",
        ["IV pump", "输液泵"],
        number=3,
        state="running",
        truly={"reading": "40 ml/h"},
    )
    t("water jug", (11.85, 20.45), "jug", ["水壶"], weight_kg=1.1, colour="blue")
    t("walking frame", (19.6, 16.0), "aid", ["walker", "助行器"], size=(0.5, 0.5), weight_kg=2.6)
    t("blue blanket", (21.3, 18.9), "blanket", ["蓝色毛毯"], colour="blue", weight_kg=0.9)
    t("breakfast tray", (10.85, 0.5), "tray", ["早餐托盘"], weight_kg=1.3, label="no sugar")
    t("family photo", (15.85, 0.5), "picture", ["全家福"], weight_kg=0.3)
    t("reading glasses", (20.85, 0.5), "glasses", ["老花镜"], weight_kg=0.1)
    t("call button", (23.85, 5.0), "button", ["呼叫按钮"], place="room 108", state="off", truly_state="pressed")


def _things_ward(plan: FloorPlan) -> None:
    t = plan.thing
    t("medicine cabinet", (34.8, 20.3), "cabinet", ["药柜"], state="closed", place="pharmacy")
    t("insulin box", (31.7, 18.4), "medicine", ["胰岛素盒"], weight_kg=0.4, label="keep cool")
    t("antibiotics", (33.5, 16.8), "medicine", ["抗生素"], weight_kg=0.3, number=12)
    t("medicine fridge", (31.7, 15.8), "fridge", ["药品冰箱"], unit="degrees C", truly={"reading": "4.6 degrees C"})
    t("medication cart", (29.2, 17.6), "cart", ["发药车"], size=(0.7, 0.5), colour="white", state="locked")
    t("ward phone", (28.0, 14.3), "phone", ["病区电话"], state="ready")
    t("patient chart", (29.0, 14.9), "document", ["病历夹"], number=104, weight_kg=0.4)
    t("blood samples", (28.4, 20.3), "samples", ["血样"], weight_kg=0.5, colour="red", label="lab urgent")
    t(
        "defibrillator",
        (30.85, 18.6),
        "safety",
        ["AED", "除颤器"],
        state="ready",
        weight_kg=2.9,
        truly={"battery": "98 %"},
    )
    t("ultrasound scanner", (39.5, 16.9), "scanner", ["超声仪"], state="off")
    t("dressing kit", (41.3, 17.6), "kit", ["换药包"], weight_kg=0.7, number=5)
    t("sharps bin", (36.75, 19.4), "bin", ["锐器盒"], colour="yellow", state="half full", truly_state="full")
    t("gloves box", (24.7, 6.4), "supplies", ["手套盒"], weight_kg=0.5, colour="purple")
    t("clean linen", (24.7, 4.2), "linen", ["干净床单"], weight_kg=3.2, colour="white")
    t("oxygen bottle", (28.3, 6.8), "bottle", ["氧气瓶"], weight_kg=4.8, colour="green", truly={"reading": "120 bar"})
    t("saline bags", (28.3, 4.4), "supplies", ["生理盐水"], weight_kg=4.0, number=20)
    t("wheelchair 1", (38.0, 11.9), "wheelchair", ["一号轮椅"], size=(0.6, 0.7), number=1, state="free")
    t(
        "wheelchair 2",
        (8.0, 11.9),
        "wheelchair",
        ["二号轮椅"],
        size=(0.6, 0.7),
        number=2,
        state="free",
        truly_state="flat tyre",
    )
    t(
        "hand sanitiser",
        (12.0, 8.75),
        "dispenser",
        ["免洗洗手液"],
        place="ward corridor",
        state="ok",
        truly_state="empty",
    )
    t("fire extinguisher", (22.0, 12.45), "safety", ["灭火器"], place="ward corridor", colour="red", state="ok")
    t(
        "notice board",
        (17.0, 12.45),
        "board",
        ["公告栏"],
        place="ward corridor",
        truly={"label": "visiting hours 14-18"},
    )
    t("linen cart", (32.4, 9.2), "cart", ["布草车"], size=(0.6, 0.6), colour="grey", state="empty")
    t("visitor log", (3.4, 1.1), "document", ["访客登记簿"], weight_kg=0.6)
    t("wall clock", (0.9, 8.4), "clock", ["挂钟"], place="waiting area", truly={"reading": "10:42"})
    t("water cooler", (8.2, 1.4), "appliance", ["饮水机"], size=(0.4, 0.4), state="on")
    t("magazine rack", (0.7, 5.4), "rack", ["杂志架"])
    t("kettle", (31.0, 0.7), "appliance", ["热水壶"], weight_kg=1.2, state="off")
    t("staff badge", (31.9, 4.0), "badge", ["工牌"], weight_kg=0.1, number=2207, label="Dr. Lin")
    t("x-ray console", (38.1, 6.3), "console", ["X光操作台"], state="off")
    t("lead apron", (38.1, 7.0), "garment", ["铅围裙"], weight_kg=4.6, colour="blue")


def _rest(plan: FloorPlan) -> None:
    plan.hide(rect(33.7, 0.2, 37.3, 8.4), rect(37.7, 0.2, 41.8, 4.6), rect(31.9, 13.4, 36.3, 20.1))
    t = plan.thing
    t("ventilator", (35.0, 2.0), "machine", ["呼吸机"], seen=False, state="running", reach_m=1.0)
    t("x-ray plate", (39.4, 3.1), "plate", ["X光片盒"], seen=False, weight_kg=1.5)
    t("dropped pen", (34.6, 14.4), "pen", ["掉落的笔"], seen=False, colour="blue", weight_kg=0.1)
    plan.zone("x-ray beam", rect(38.6, 1.0, 41.9, 2.1), "keepout", ["射线区"])
    plan.zone("sterile field", rect(36.7, 19.5, 39.0, 20.9), "keepout", ["无菌区"])
    plan.zone("quiet zone", rect(0.1, 8.7, 25.0, 12.5), "slow", ["安静区"], max_speed=0.5)
    plan.zone("nurse station slow zone", rect(25.1, 12.7, 30.9, 20.9), "slow", ["护士站慢行"], max_speed=0.4)


def _heights(plan: FloorPlan) -> None:
    stands(plan, FLOOR_M, "walking frame", "dropped pen")
    stands(plan, BOARD_M, "oxygen bottle", "saline bags")
    stands(plan, SEAT_M, "water jug", "blue blanket", "breakfast tray", "family photo", "reading glasses", "clean linen")
    stands(plan, TABLE_M, "ward phone", "patient chart", "visitor log", "staff badge", "x-ray console", "x-ray plate")
    stands(plan, BENCH_M, "insulin box", "antibiotics", "blood samples", "dressing kit", "gloves box", "kettle", "lead apron")
    stands(plan, HANGER_M, "call button", "defibrillator")
    hangs(plan, 1.1, "heart monitor", "infusion pump", "oxygen meter", "hand sanitiser", "fire extinguisher", "sharps bin")
    hangs(plan, 1.3, "medicine cabinet", "notice board")
    hangs(plan, 2.0, "wall clock")

"""A family home on one floor with a garage and a walled garden."""

import math

from maps.shipped.heights import BENCH_M, FLOOR_M, HANGER_M, SEAT_M, TABLE_M, hangs, stands
from maps.shipped.plan_kit import FloorPlan, rect

__all__ = ["home"]


def home() -> FloorPlan:
    """Draw it: 21 m by 15 m, the garden included."""
    plan = FloorPlan("home", (-0.5, -0.5, 21.5, 15.5))
    plan.box(0, 0, 21, 15)
    _rooms(plan)
    _doors(plan)
    _furniture(plan)
    _things_living(plan)
    _things_rest(plan)
    _rest(plan)
    _heights(plan)
    return plan


def _rooms(plan: FloorPlan) -> None:
    plan.box(0, 4, 8, 9.6)
    plan.place("living room", rect(0.1, 4.1, 7.9, 9.5), "living room", ["lounge", "sitting room", "客厅"])
    plan.room("kitchen", 0, 9.6, 5.4, 15, "kitchen", ["厨房"])
    plan.room("dining room", 5.4, 9.6, 10, 15, "dining room", ["餐厅"])
    plan.room("study", 10, 10.6, 14, 15, "study", ["home office", "书房"])
    plan.room("bathroom", 14, 10.6, 17, 15, "bathroom", ["洗手间", "浴室"])
    plan.room("laundry room", 17, 10.6, 21, 15, "laundry", ["utility room", "洗衣房"])
    bend = ((8.1, 8.1), (20.9, 8.1), (20.9, 10.5), (10.1, 10.5), (10.1, 9.5), (8.1, 9.5))
    plan.place("hallway", bend, "corridor", ["hall", "走廊"])
    plan.room("main bedroom", 8, 4, 13, 8, "bedroom", ["parents' bedroom", "master bedroom", "主卧"])
    plan.room("children's room", 13, 4, 17, 8, "bedroom", ["kids' room", "儿童房"])
    plan.room("garage", 17, 0, 21, 8, "garage", ["车库"])
    plan.place("garden", rect(0.1, 0.1, 16.9, 3.9), "garden", ["back yard", "花园"])
    plan.wall((8, 4), (8, 9.6))
    plan.wall((8, 9.6), (10, 9.6), (10, 10.6))
    plan.point("sofa corner", (3.4, 5.6, math.pi), "corner", ["沙发旁"])
    plan.point("stove", (1.4, 13.6, math.pi / 2), "stove", ["cooker", "灶台"])
    plan.dock("charging dock", (19.9, 9.3, 0.0), ["dock", "charging base", "充电桩"])


def _doors(plan: FloorPlan) -> None:
    plan.door("kitchen door", ((3.0, 9.6), (4.1, 9.6)), ("kitchen", "living room"), ["厨房门"])
    plan.opening(5.2, 11.2, 5.6, 13.4)  # kitchen to dining room, no door
    plan.door("dining room door", ((8.4, 9.6), (9.6, 9.6)), ("dining room", "hallway"), ["餐厅门"])
    plan.opening(7.8, 8.2, 8.2, 9.4)  # living room to hallway, no door
    plan.door("study door", ((11.5, 10.6), (12.5, 10.6)), ("study", "hallway"), ["书房门"], "closed", "open")
    plan.door("bathroom door", ((15.0, 10.6), (16.0, 10.6)), ("bathroom", "hallway"), ["浴室门"])
    plan.door("laundry door", ((18.4, 10.6), (19.4, 10.6)), ("laundry room", "hallway"), ["洗衣房门"])
    plan.door("main bedroom door", ((9.4, 8.0), (10.4, 8.0)), ("main bedroom", "hallway"), ["主卧门"])
    plan.door("children's room door", ((14.4, 8.0), (15.4, 8.0)), ("children's room", "hallway"), ["儿童房门"])
    plan.door("garage door", ((18.2, 8.0), (19.4, 8.0)), ("garage", "hallway"), ["车库门"], "locked")
    plan.door("terrace door", ((4.4, 4.0), (6.0, 4.0)), ("living room", "garden"), ["阳台门"], kind="sliding door")


def _furniture(plan: FloorPlan) -> None:
    plan.solid(rect(0.6, 5.0, 1.6, 7.4), rect(2.2, 7.2, 3.8, 8.0), rect(7.3, 5.6, 7.9, 7.6), rect(0.1, 8.9, 2.2, 9.5))
    plan.solid(rect(0.1, 14.3, 4.2, 14.9), rect(0.1, 11.0, 0.7, 13.2))  # kitchen counters
    plan.solid(rect(6.8, 12.0, 8.8, 13.2), rect(6.0, 14.4, 9.4, 14.9))  # dining table, sideboard
    plan.solid(rect(10.6, 14.2, 13.4, 14.9), rect(10.1, 11.6, 10.5, 13.6))  # desk, bookshelf
    plan.solid(rect(14.1, 13.9, 15.9, 14.9), rect(16.4, 12.0, 16.9, 12.8))  # bath, basin
    plan.solid(rect(17.6, 14.2, 20.9, 14.9))  # washing machines
    plan.solid(rect(8.1, 4.8, 10.1, 6.6), rect(12.3, 4.2, 12.9, 7.2), rect(8.1, 6.8, 8.6, 7.2))
    plan.solid(rect(13.1, 4.8, 14.0, 6.8), rect(15.8, 4.1, 16.9, 4.8))  # bed, toy shelf
    plan.solid(rect(17.8, 1.2, 19.6, 5.4), rect(20.3, 1.0, 20.9, 5.0))  # car, shelf
    plan.solid(rect(1.0, 0.8, 3.0, 1.6), rect(13.6, 0.6, 15.6, 1.6))  # flower bed, shed
    for x, y in ((7.0, 1.2), (10.6, 2.4)):
        plan.disc(x, y, 0.35)  # trees


def _things_living(plan: FloorPlan) -> None:
    t = plan.thing
    t("television", (7.4, 6.6), "appliance", ["TV", "电视"], state="off", truly_state="on")
    t("remote control", (2.6, 7.3), "remote", ["remote", "遥控器"], weight_kg=0.2, colour="black")
    t("red book", (3.6, 7.3), "book", ["红色的书"], colour="red", weight_kg=0.6)
    t("grey cushion", (1.5, 5.6), "cushion", ["灰色靠垫"], colour="grey", weight_kg=0.5)
    t("house plant", (5.2, 9.1), "plant", ["plant", "盆栽"], size=(0.4, 0.4), state="dry")
    t("floor lamp", (0.5, 4.5), "lamp", ["落地灯"], size=(0.3, 0.3), state="off")
    t("fridge", (3.8, 14.4), "appliance", ["refrigerator", "冰箱"], state="closed", truly={"reading": "5 degrees C"})
    t("kettle", (2.6, 14.4), "appliance", ["水壶"], weight_kg=1.1, state="off")
    t("oven", (0.6, 12.8), "appliance", ["烤箱"], state="off", truly_state="on", truly={"reading": "180 degrees C"})
    t("coffee mug", (0.6, 11.4), "cup", ["mug", "咖啡杯"], colour="blue", weight_kg=0.4)
    t("fruit bowl", (7.4, 12.1), "bowl", ["果盘"], weight_kg=1.5)
    t("newspaper", (8.4, 12.1), "paper", ["报纸"], weight_kg=0.2)
    t("wine glasses", (7.0, 14.5), "glass", ["酒杯"], weight_kg=0.8)
    t("dog bowl", (5.0, 10.0), "bowl", ["狗碗"], weight_kg=0.5, colour="green", state="empty")
    t("rubbish bin", (4.9, 14.6), "bin", ["垃圾桶"], size=(0.4, 0.4), state="full")


def _things_rest(plan: FloorPlan) -> None:
    t = plan.thing
    t("laptop", (11.4, 14.3), "computer", ["笔记本电脑"], weight_kg=1.6, state="asleep")
    t("desk lamp", (12.8, 14.3), "lamp", ["台灯"], state="off")
    t("photo album", (10.4, 12.6), "book", ["相册"], weight_kg=1.4)
    t("towel", (15.6, 14.0), "towel", ["毛巾"], colour="white", weight_kg=0.4)
    t("medicine box", (16.5, 12.4), "box", ["药盒"], weight_kg=0.3, colour="white")
    t(
        "washing machine",
        (18.4, 14.3),
        "appliance",
        ["洗衣机"],
        state="idle",
        truly_state="finished",
        truly={"display": "END"},
    )
    t("laundry basket", (20.3, 12.0), "basket", ["洗衣篮"], size=(0.4, 0.4), weight_kg=2.4, colour="white")
    t("water shut-off valve", (20.85, 11.2), "valve", ["main tap", "水阀"], state="open")
    t("alarm clock", (8.5, 7.0), "clock", ["闹钟"], truly={"reading": "06:55"}, weight_kg=0.3)
    t("wardrobe", (12.4, 5.6), "furniture", ["衣柜"], state="closed")
    t("pillow", (10.0, 5.4), "pillow", ["枕头"], weight_kg=0.7, colour="white")
    t("teddy bear", (13.9, 6.0), "toy", ["泰迪熊"], weight_kg=0.4, colour="brown")
    t("toy train", (16.0, 7.2), "toy", ["玩具火车"], weight_kg=0.6, colour="red")
    t("school bag", (16.5, 7.6), "bag", ["书包"], weight_kg=2.8, colour="yellow")
    t(
        "thermostat",
        (13.6, 10.45),
        "gauge",
        ["温控器"],
        place="hallway",
        unit="degrees C",
        truly={"reading": "21 degrees C"},
    )
    t("umbrella", (8.3, 9.4), "umbrella", ["雨伞"], place="hallway", colour="black", weight_kg=0.5)
    t("door keys", (17.6, 10.45), "keys", ["钥匙"], place="hallway", weight_kg=0.2)
    t(
        "car",
        (18.7, 5.3),
        "vehicle",
        ["汽车"],
        colour="blue",
        reach_m=1.0,
        state="parked",
        truly={"reading": "64 % charged"},
    )
    t("watering can", (3.4, 3.4), "can", ["洒水壶"], colour="green", weight_kg=1.8)
    t("water hose", (0.3, 2.8), "hose", ["水管"], weight_kg=4.2)
    t("bicycle", (6.2, 3.4), "vehicle", ["自行车"], size=(1.2, 0.4), colour="red")


def _rest(plan: FloorPlan) -> None:
    plan.hide(rect(9.0, 0.1, 16.9, 3.9), rect(17.1, 0.1, 20.9, 6.6))
    t = plan.thing
    t("football", (12.4, 2.2), "ball", ["足球"], seen=False, colour="white", weight_kg=0.4)
    t("rain gauge", (15.4, 1.7), "gauge", ["雨量计"], seen=False, unit="mm", reading="12 mm")
    t("lost slipper", (11.2, 0.6), "shoe", ["拖鞋"], seen=False, colour="pink", weight_kg=0.3)
    plan.zone("flower bed", rect(0.8, 0.4, 3.4, 1.9), "keepout", ["花坛"])
    plan.zone("play mat", rect(14.9, 5.2, 16.2, 6.6), "keepout", ["爬行垫"])
    plan.zone("dining slow zone", rect(5.6, 9.8, 9.9, 14.9), "slow", ["餐厅慢行"], max_speed=0.4)


def _heights(plan: FloorPlan) -> None:
    stands(plan, FLOOR_M, "dog bowl", "laundry basket", "toy train", "school bag", "umbrella", "watering can", "water hose")
    stands(plan, FLOOR_M, "football", "lost slipper")
    stands(plan, SEAT_M, "remote control", "red book", "grey cushion", "television", "oven", "towel", "alarm clock", "pillow")
    stands(plan, SEAT_M, "teddy bear", "water shut-off valve")
    stands(plan, TABLE_M, "fruit bowl", "newspaper", "laptop", "desk lamp")
    stands(plan, BENCH_M, "kettle", "coffee mug", "wine glasses", "photo album", "medicine box")
    stands(plan, HANGER_M, "door keys")
    hangs(plan, 1.2, "thermostat", "rain gauge")

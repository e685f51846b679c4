"""Sites with long ways: a farm, and an airport hall between two car parks."""

from maps.shipped.plan_kit import FloorPlan
from tests.missions.maps.strip import NUMERALS, Strip

__all__ = ["airport", "farm"]


def farm() -> FloorPlan:
    """A farm: barns and paddocks to the north and to the south, greenhouses, silos."""
    p = Strip("farm", 60.0, depth=9.0, passage=7.0)
    p.hall("farm yard", "yard", ("yard", "courtyard", "农家院", "院子"), ("dock", "charger", "充电站"))
    p.add("north", 11, "north barn", "barn", "北谷仓")
    p.add(
        "north",
        13,
        "north paddock",
        "paddock",
        "upper field",
        "北牧场",
        door="closed",
        door_name="north gate",
        door_aliases=("北门",),
    )
    p.add("north", 7, "greenhouse 1", "greenhouse", "一号温室", "一号大棚")
    p.add("north", 7, "greenhouse 2", "greenhouse", "二号温室", "二号大棚")
    p.add("north", 7, "greenhouse 3", "greenhouse", "三号温室", "三号大棚", door="closed")
    p.add("north", 8, "milking parlour", "parlour", "milking room", "挤奶厅")
    p.add("north", 7, "vet room", "medical", "兽医室", door="locked")
    p.add("south", 11, "south barn", "barn", "南谷仓")
    p.add(
        "south",
        13,
        "south paddock",
        "paddock",
        "lower field",
        "南牧场",
        truly="closed",
        door_name="south gate",
        door_aliases=("南门",),
    )
    p.add("south", 9, "tractor shed", "shed", "machine shed", "拖拉机棚", door=None)
    p.add("south", 8, "hen house", "coop", "chicken coop", "鸡舍")
    p.add("south", 7, "feed store", "storage", "feed room", "饲料房")
    p.add("south", 12, "farmhouse porch", "porch", "porch", "农舍门廊", door=None)
    p.put("north barn", "hay bale", "bale", "干草捆", weight_kg=4.5)
    p.put("north barn", "pitchfork", "tool", "草叉", weight_kg=1.8)
    p.put("north barn", "water trough N", "trough", "北水槽", truly={"level": "10 %"}, state="full")
    p.put("south barn", "straw bale", "bale", "稻草捆", weight_kg=4.0)
    p.put("south barn", "wheelbarrow", "barrow", "手推车", state="empty")
    p.put("south barn", "water trough S", "trough", "南水槽", truly={"level": "80 %"}, state="full")
    p.put("north paddock", "salt lick", "lick", "盐砖", weight_kg=2.0)
    p.put("north paddock", "fence meter", "meter", "围栏电压表", truly={"reading": "6.8 kV"})
    p.put("south paddock", "rain barrel", "barrel", "雨水桶", truly={"level": "65 %"})
    p.put("south paddock", "sheep scale", "scale", "羊秤", truly={"reading": "0 kg"})
    for number, (reading, humid) in enumerate((("26", "60"), ("34", "40"), ("21", "75")), start=1):
        p.put(f"greenhouse {number}", f"thermometer {number}", "thermometer", f"{NUMERALS[number]}号温度计", number=number,
              truly={"reading": f"{reading} degrees C"})  # fmt: skip
        p.put(f"greenhouse {number}", f"humidity sensor {number}", "sensor", f"{NUMERALS[number]}号湿度传感器", number=number,
              truly={"reading": f"{humid} %"})  # fmt: skip
    p.put("greenhouse 1", "tomato crate", "crate", "番茄筐", weight_kg=4.0, colour="red")
    p.put("greenhouse 2", "cucumber crate", "crate", "黄瓜筐", weight_kg=4.2, colour="green")
    p.put("greenhouse 2", "drip valve", "valve", "滴灌阀", state="open", truly_state="closed")
    p.put("greenhouse 3", "seedling tray", "tray", "育苗盘", weight_kg=1.2)
    p.put("milking parlour", "milk tank", "tank", "奶罐", truly={"reading": "4.1 degrees C", "level": "72 %"})
    p.put("milking parlour", "milk can", "can", "奶桶", weight_kg=4.6)
    p.put("milking parlour", "vacuum gauge", "gauge", "真空表", truly={"reading": "42 kPa"})
    p.put("vet room", "vaccine cooler", "cooler", "疫苗冷藏箱", weight_kg=2.0)
    p.put("tractor shed", "red tractor", "tractor", "红色拖拉机", colour="red", number=1, truly={"fuel": "30 %"})
    p.put("tractor shed", "green tractor", "tractor", "绿色拖拉机", colour="green", number=2, truly={"fuel": "95 %"})
    p.put("tractor shed", "grease gun", "tool", "黄油枪", weight_kg=1.4)
    p.put("tractor shed", "jerrycan", "can", "油桶", weight_kg=4.8, colour="yellow")
    p.put("hen house", "egg basket", "basket", "鸡蛋篮", weight_kg=1.5, truly={"count": 23})
    p.put("hen house", "heat lamp", "lamp", "保温灯", state="on", truly_state="off")
    p.put("hen house", "hen feeder", "feeder", "喂鸡器", state="full", truly_state="half empty")
    p.put("feed store", "grain sack", "sack", "一袋谷物", weight_kg=4.9)
    p.put("feed store", "chick feed", "feed", "小鸡饲料", weight_kg=2.0)
    p.put("feed store", "mineral bucket", "bucket", "矿物质桶", weight_kg=3.0)
    p.put("feed store", "mouse trap", "trap", "捕鼠器", state="set", truly_state="sprung")
    p.put("farmhouse porch", "rubber boots", "boots", "雨靴", weight_kg=1.5)
    p.put("farmhouse porch", "dog bed", "bed", "狗窝", weight_kg=2.0)
    p.put("farmhouse porch", "post box", "box", "信箱", state="empty", truly_state="full")
    p.put("farm yard", "water pump", "pump", "水泵", state="running", truly={"reading": "2.2 bar"})
    p.put("farm yard", "weather station", "station", "气象站", truly={"reading": "wind 12 km/h"})
    p.put("south paddock", "lost ear tag", "tag", "丢失的耳标", seen=False, colour="yellow", weight_kg=0.1)
    return p


def airport() -> FloorPlan:
    """An airport hall: gates, counters, belts, two car parks, many things that sound alike."""
    p = Strip("airport", 86.0, depth=7.0, passage=8.0)
    p.hall("main hall", "hall", ("concourse", "terminal hall", "大厅"), ("dock", "robot bay", "充电桩"))
    for gate in ("A1", "A2", "A3", "A4", "B1", "B2"):
        p.add("north", 7, f"gate {gate}", "gate", gate, f"{gate}登机口", door=None if gate != "A4" else "closed")
    p.add("north", 8, "security checkpoint", "checkpoint", "security", "安检", door=None)
    p.add("north", 8, "duty free shop", "shop", "duty free", "免税店", door=None)
    p.add("north", 6, "pharmacy", "shop", "chemist", "药店")
    p.add("north", 6, "quiet room", "room", "prayer room", "静室", door="closed")
    p.add("north", 8, "business lounge", "lounge", "lounge", "贵宾室", door="locked")
    p.add("north", 8, "north car park", "car park", "northern parking", "北停车场", door=None)
    for belt in (1, 2, 3):
        p.add("south", 8, f"baggage belt {belt}", "baggage claim", f"belt {belt}", f"{NUMERALS[belt]}号行李转盘", door=None)
    p.add("south", 12, "check-in hall", "check-in", "check-in", "值机大厅", door=None)
    p.add("south", 7, "information desk", "desk", "info desk", "information", "问询处", door=None)
    p.add("south", 6, "lost and found", "office", "lost property", "失物招领处")
    p.add("south", 7, "first aid post", "medical", "first aid", "急救站")
    p.add("south", 7, "staff canteen", "canteen", "canteen", "员工食堂", door="closed", truly="open")
    p.add("south", 8, "customs", "office", "customs office", "海关")
    p.add("south", 7, "taxi stand", "stand", "taxis", "出租车站", door=None)
    p.add("south", 8, "south car park", "car park", "southern parking", "南停车场", door=None)
    for number in (12, 13, 14, 15):
        p.desk(
            "check-in hall", f"counter {number}", f"check-in counter {number}", f"desk {number}", f"{number}号柜台", kind="counter"
        )
        p.put(f"counter {number}", f"luggage scale {number}", "scale", f"{number}号行李秤", on=True, number=number,
              truly={"reading": {12: "0.0 kg", 13: "23.4 kg", 14: "0.0 kg", 15: "31.0 kg"}[number]})  # fmt: skip
    screens = {
        "A1": "LH 230 boarding",
        "A2": "closed",
        "A3": "AF 1123 delayed",
        "A4": "closed",
        "B1": "CA 966 on time",
        "B2": "closed",
    }
    for gate, text in screens.items():
        p.put(f"gate {gate}", f"gate {gate} display", "display", f"{gate}显示屏", truly={"text": text})
    p.put("gate A1", "blue stroller", "stroller", "蓝色婴儿车", colour="blue", weight_kg=4.5)
    p.put("gate A2", "wheelchair A", "wheelchair", "A号轮椅", state="free")
    p.put("gate B1", "wheelchair B", "wheelchair", "B号轮椅", state="free", truly_state="in use")
    p.put("gate A3", "abandoned backpack", "backpack", "无人认领的背包", colour="black", weight_kg=3.9)
    p.put("gate B2", "boarding scanner", "scanner", "登机扫描仪", state="off", weight_kg=0.6)
    p.put("security checkpoint", "tray stack", "trays", "托盘堆", state="low", truly={"count": 4})
    p.put("security checkpoint", "body scanner", "scanner", "人体扫描仪", state="on")
    p.put("security checkpoint", "confiscated bottle", "bottle", "没收的瓶子", weight_kg=0.7)
    p.put("duty free shop", "perfume box", "box", "香水盒", weight_kg=0.5)
    p.put("duty free shop", "chocolate carton", "carton", "巧克力箱", weight_kg=3.2)
    p.put("duty free shop", "cash register", "register", "收银机", state="open")
    p.put("pharmacy", "cooler bag", "bag", "保温袋", colour="blue", weight_kg=1.5, label="insulin")
    p.put("pharmacy", "medicine parcel", "parcel", "药品包裹", weight_kg=0.8)
    p.put("quiet room", "prayer rug", "rug", "祈祷毯", weight_kg=1.1)
    p.put("business lounge", "newspaper stack", "papers", "报纸堆", weight_kg=2.0)
    p.put("north car park", "parking meter N", "meter", "北停车计费器", state="ok", truly_state="out of order")
    p.put("south car park", "parking meter S", "meter", "南停车计费器", state="ok")
    p.put("north car park", "red van", "vehicle", "红色面包车", colour="red", label="AB 417")
    p.put("south car park", "red car", "vehicle", "红色轿车", colour="red", label="XK 902")
    for belt in (1, 2, 3):
        state = {1: "running", 2: "running", 3: "stopped"}[belt]
        p.put(f"baggage belt {belt}", f"belt motor {belt}", "motor", f"{NUMERALS[belt]}号转盘电机", number=belt, state=state,
              truly={"reading": f"{40 + 15 * belt} degrees C"}, truly_state="stopped" if belt == 2 else None)  # fmt: skip
    p.put("baggage belt 1", "green suitcase", "suitcase", "绿色行李箱", colour="green", weight_kg=4.9, label="FRA")
    p.put("baggage belt 3", "brown suitcase", "suitcase", "棕色行李箱", colour="brown", weight_kg=4.7, label="MUC")
    p.put("baggage belt 2", "guitar case", "case", "吉他盒", weight_kg=4.2)
    p.put("information desk", "city map pile", "maps", "城市地图", weight_kg=0.9)
    p.put("information desk", "spare headset", "headset", "备用耳机", weight_kg=0.2)
    p.put("information desk", "hall clock", "clock", "大厅时钟", truly={"reading": "14:05"})
    p.put("lost and found", "lost passport", "passport", "遗失的护照", weight_kg=0.1, label="M. Rossi")
    p.put("lost and found", "lost umbrella", "umbrella", "遗失的雨伞", colour="yellow", weight_kg=0.5)
    p.put("lost and found", "lost teddy", "toy", "遗失的玩具熊", weight_kg=0.4)
    p.put("first aid post", "defibrillator", "safety", "AED", "除颤器", state="ready", truly={"battery": "96 %"}, weight_kg=2.9)
    p.put("first aid post", "stretcher", "stretcher", "担架", state="folded")
    p.put("staff canteen", "lunch box", "box", "午餐盒", weight_kg=0.8, label="crew LH")
    p.put("staff canteen", "microwave", "appliance", "微波炉", state="off")
    p.put("customs", "sealed crate", "crate", "封存箱", weight_kg=4.0, state="sealed")
    p.put("customs", "declaration forms", "forms", "申报表", weight_kg=0.6)
    p.put("taxi stand", "queue sign", "sign", "排队牌", truly={"text": "wait 10 minutes"})
    p.put("main hall", "trolley row", "trolleys", "行李车", state="full", truly={"count": 11})
    p.put("main hall", "flight board", "board", "航班信息屏", truly={"text": "AF 1123 delayed to 16:40"})
    p.put("main hall", "fire extinguisher 5", "safety", "五号灭火器", number=5, colour="red", state="ok")
    p.put("main hall", "fire extinguisher 6", "safety", "六号灭火器", number=6, colour="red", state="ok", truly_state="missing pin")
    return p

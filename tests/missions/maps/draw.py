"""Draw the maps that the hand-written missions need beside the shipped ones: ``python -m tests.missions.maps.draw [FOLDER]``.

Each site is rooms on both sides of a long passage. The same input gives the same bytes.
"""

import math
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from maps.shipped.plan_kit import FloorPlan, rect

NUMERALS = "零一二三四五六七八九"


class Strip(FloorPlan):
    """A floor plan of two rows of rooms with a passage between them; things line up along a room's outer wall."""

    def __init__(self, name: str, length: float, *, depth: float = 6.0, passage: float = 4.0) -> None:
        super().__init__(name, (-1.0, -1.0, length + 1.0, 2 * depth + passage + 1.0))
        self.length, self.depth, self.passage = length, depth, passage
        self.cursor = {"north": 0.0, "south": 0.0}
        self.inside: dict[str, tuple[float, float, bool]] = {}
        self.used: dict[str, int] = {}
        self.middle = depth + passage / 2
        self.box(0, 0, length, 2 * depth + passage)

    def hall(self, name: str, kind: str, aliases: tuple[str, ...], dock_aliases: tuple[str, ...]) -> None:
        """Name the passage, and put a dock at its west end."""
        low, high = self.depth + 0.1, self.depth + self.passage - 0.1
        self.place(name, rect(1.6, low, self.length - 0.1, high), kind, aliases)
        self.inside[name] = (1.6, self.length, False)
        self.hallway = name
        self.dock("charging dock", (0.9, self.middle, math.pi), dock_aliases)

    def add(
        self, side: str, width: float, name: str, kind: str, *aliases: str, door: str | None = "open", truly: str | None = None,
        door_name: str = "", door_aliases: tuple[str, ...] = (), hidden: bool = False,
    ) -> None:  # fmt: skip
        """The next room of a row; ``door`` None leaves its front open."""
        x = self.cursor[side]
        self.cursor[side] = x + width
        north = side == "north"
        y0, y1 = (self.depth + self.passage, 2 * self.depth + self.passage) if north else (0.0, self.depth)
        front = y0 if north else y1
        self.room(name, x, y0, x + width, y1, kind, list(aliases))
        self.inside[name] = (x, width, north)
        if hidden:
            self.hide(rect(x + 0.1, y0 + (0.1 if north else 0), x + width - 0.1, y1 - (0 if north else 0.1)))
        middle = x + width / 2
        if door is None:
            self.opening(x + 0.6, front - 0.2, x + width - 0.6, front + 0.2)
        else:
            self.door(
                door_name or f"{name} door", ((middle - 0.65, front), (middle + 0.65, front)), (name, self.hallway),
                list(door_aliases), door, truly,
            )  # fmt: skip

    def desk(self, room: str, name: str, *aliases: str, kind: str = "desk") -> None:
        """A spot to stand at, in the middle of a room's depth."""
        x, _, north = self.inside[room]
        number = self.used.get(f"desk {room}", 0)
        self.used[f"desk {room}"] = number + 1
        y = self.depth * 1.35 + self.passage if north else self.depth * 0.65
        self.inside[name] = (x + 1.2 + 2.4 * number, y, north)
        self.point(name, (x + 1.2 + 2.4 * number, y, math.pi / 2 if north else -math.pi / 2), kind, list(aliases))

    def put(self, where: str, name: str, kind: str, *aliases: str, on: bool = False, **more: Any) -> None:
        """A thing, at the next free spot along the room's outer wall, or (``on``) before a desk."""
        x, width, north = self.inside[where]
        number = self.used.get(where, 0)
        self.used[where] = number + 1
        if on:
            at = (x - 0.3 + 0.3 * number, width + (0.5 if north else -0.5))
        elif where == self.hallway:
            at = (x + 1.5 + 3.1 * number, self.depth + self.passage - 0.15 if number % 2 else self.depth + 0.15)
        else:
            at = (x + 0.7 + 0.9 * number, 2 * self.depth + self.passage - 0.3 if north else 0.3)
            if at[0] > x + width - 0.4:
                raise ValueError(f"{where!r} has no room for {name!r}")
        self.thing(name, at, kind, aliases, place=where, **more)


def office() -> FloorPlan:
    """An office floor: codes, meeting rooms, people's desks, two Toms."""
    p = Strip("office", 46.0)
    p.hall("corridor", "corridor", ("hallway", "走廊"), ("dock", "charger", "充电桩"))
    p.add("north", 6, "meeting room Alpha", "meeting room", "Alpha", "阿尔法会议室")
    p.add("north", 6, "meeting room Beta", "meeting room", "Beta", "贝塔会议室", door="closed")
    p.add("north", 6, "A-203", "office", "room 203", "203办公室")
    p.add("north", 6, "A-204", "office", "room 204", "204办公室")
    p.add("north", 5, "server closet", "server room", "机柜间", door="locked")
    p.add("north", 6, "copy room", "copy room", "print room", "复印室", door=None)
    p.add("north", 6, "kitchenette", "kitchen", "tea kitchen", "茶水间", door=None)
    p.add("north", 5, "mail room", "mail room", "post room", "收发室", truly="closed")
    p.add("south", 20, "open office", "office", "big room", "大办公室", door=None)
    p.add("south", 8, "reception", "reception", "front desk", "前台", door=None)
    p.add("south", 6, "HR office", "office", "human resources", "人事部")
    p.add("south", 6, "archive", "archive", "file room", "档案室", door="closed", truly="open")
    p.add("south", 6, "first aid room", "medical", "急救室")
    p.desk("open office", "Maya Okafor's desk", "Maya's desk", "Maya", "玛雅的工位")
    p.desk("open office", "Jonas Weber's desk", "Jonas' desk", "Jonas", "约纳斯的工位")
    p.desk("open office", "Li Na's desk", "Li Na", "李娜的工位", "李娜")
    p.desk("open office", "Tom Reed's desk", "Tom Reed", "汤姆里德的工位")
    p.desk("open office", "Tom Silva's desk", "Tom Silva", "汤姆席尔瓦的工位")
    p.desk("open office", "Priya's desk", "Priya", "普丽娅的工位")
    p.put("Maya Okafor's desk", "headset", "headset", "耳机", on=True, colour="black", weight_kg=0.3)
    p.put("Jonas Weber's desk", "signed contract", "document", "合同", on=True, weight_kg=0.1, number=4471)
    p.put("Li Na's desk", "green folder", "folder", "绿色文件夹", on=True, colour="green", weight_kg=0.4)
    p.put("Tom Reed's desk", "phone charger", "charger", "手机充电器", on=True, weight_kg=0.2)
    p.put("Priya's desk", "cactus", "plant", "仙人掌", on=True, state="healthy", weight_kg=0.6)
    p.put("meeting room Alpha", "whiteboard", "board", "白板", state="full", truly={"text": "launch moved to Friday"})
    p.put("meeting room Alpha", "conference phone", "phone", "会议电话", state="muted")
    p.put("meeting room Alpha", "water carafe", "carafe", "水瓶", state="empty", weight_kg=1.0)
    p.put("meeting room Beta", "projector remote", "remote", "投影遥控器", weight_kg=0.1)
    p.put("meeting room Beta", "wall screen", "screen", "墙上屏幕", state="off", truly_state="on")
    p.put("A-203", "safe", "safe", "保险箱", state="locked")
    p.put("A-203", "red folder", "folder", "红色文件夹", colour="red", weight_kg=0.4)
    p.put("A-203", "air conditioner 203", "air conditioner", "203空调", number=203, truly={"reading": "23 degrees C"})
    p.put("A-204", "blue folder", "folder", "蓝色文件夹", colour="blue", weight_kg=0.4)
    p.put("A-204", "air conditioner 204", "air conditioner", "204空调", number=204, truly={"reading": "27 degrees C"})
    p.put("A-204", "desk fan", "fan", "风扇", state="off", weight_kg=1.5)
    p.put("server closet", "UPS", "power", "不间断电源", state="on", truly={"reading": "88 %"})
    p.put("copy room", "printer P1", "printer", "一号打印机", number=1, state="ready", truly_state="paper jam")
    p.put("copy room", "printer P2", "printer", "二号打印机", number=2, state="ready")
    p.put("copy room", "paper box", "box", "一箱纸", weight_kg=2.5)
    p.put("copy room", "stapler", "tool", "订书机", weight_kg=0.3)
    p.put("copy room", "shredder", "machine", "碎纸机", state="full", truly_state="empty")
    p.put("kitchenette", "fridge", "appliance", "冰箱", state="closed", truly={"reading": "7 degrees C"})
    p.put("kitchenette", "espresso machine", "appliance", "咖啡机", state="on", truly={"beans": "low"})
    p.put("kitchenette", "milk carton", "carton", "牛奶", weight_kg=1.0)
    p.put("kitchenette", "sugar jar", "jar", "糖罐", weight_kg=0.5, colour="white")
    p.put("kitchenette", "dishwasher", "appliance", "洗碗机", state="running", truly_state="finished")
    p.put("mail room", "parcel 118", "parcel", "118号包裹", number=118, weight_kg=1.2, label="for Priya")
    p.put("mail room", "parcel 181", "parcel", "181号包裹", number=181, weight_kg=2.0, label="for HR")
    p.put("mail room", "letter tray", "tray", "信件盘", state="empty", truly={"count": 6})
    p.put("reception", "visitor badge 7", "badge", "7号访客证", number=7, weight_kg=0.1)
    p.put("reception", "visitor badge 9", "badge", "9号访客证", number=9, weight_kg=0.1)
    p.put("reception", "guest book", "book", "访客登记本", weight_kg=0.6)
    p.put("reception", "umbrella stand", "stand", "伞架", state="full")
    p.put("HR office", "payroll binder", "binder", "工资册", weight_kg=1.2, label="confidential")
    p.put("HR office", "key box", "box", "钥匙盒", state="locked", weight_kg=0.8)
    p.put("archive", "box 2019", "box", "2019年档案盒", number=2019, weight_kg=3.0)
    p.put("archive", "box 2020", "box", "2020年档案盒", number=2020, weight_kg=3.0)
    p.put("archive", "dehumidifier", "appliance", "除湿机", state="on", truly={"reading": "61 % humidity"})
    p.put("first aid room", "defibrillator", "safety", "AED", "除颤器", state="ready", weight_kg=2.9, truly={"battery": "low"})
    p.put("first aid room", "bandage box", "box", "绷带盒", weight_kg=0.4)
    p.put("corridor", "fire extinguisher", "safety", "灭火器", state="ok", colour="red")
    p.put("corridor", "water dispenser", "appliance", "饮水机", state="on", truly_state="leaking")
    p.put("open office", "lost scarf", "scarf", "围巾", seen=False, colour="grey", weight_kg=0.2)
    return p


def hotel() -> FloorPlan:
    """A hotel floor: rooms 301 to 311 (301, 310 and 311 sound alike), housekeeping, a guest who sleeps."""
    p = Strip("hotel", 48.0)
    p.hall("corridor", "corridor", ("hallway", "走廊"), ("dock", "charging station", "充电桩", "充电位"))
    doors = {302: "closed", 304: "closed", 306: "locked", 310: "open", 311: "open"}
    rooms = [("north", n) for n in range(301, 308)] + [("south", n) for n in (308, 309, 310, 311)]
    for side, number in rooms:
        spoken = "".join(NUMERALS[int(digit)] for digit in str(number))
        truly = {304: "open", 308: "closed"}.get(number)
        p.add(
            side, 5, f"room {number}", "guest room", f"{number}", f"{number}房", f"{spoken}房间", door=doors.get(number, "open"),
            truly=truly, door_name=f"door {number}", door_aliases=(f"{number}房门",),
        )  # fmt: skip
    p.add("north", 6, "linen room", "storage", "housekeeping", "布草间")
    p.add("north", 7, "breakfast room", "restaurant", "restaurant", "早餐厅", door=None)
    p.add("south", 6, "gym", "gym", "fitness room", "健身房")
    p.add("south", 8, "lift lobby", "lift", "elevators", "lobby", "电梯厅", door=None)
    p.add("south", 7, "back office", "office", "staff office", "办公室", door="closed")
    p.add("south", 7, "ice and vending corner", "corner", "vending corner", "自动售货角", door=None)
    for _, number in rooms:
        p.put(f"room {number}", f"minibar {number}", "minibar", f"{number}迷你吧", number=number, state="full",
              truly_state="empty" if number in (303, 309) else None)  # fmt: skip
    p.put("room 301", "room service tray", "tray", "送餐托盘", weight_kg=1.4)
    p.put("room 303", "forgotten charger", "charger", "落下的充电器", weight_kg=0.2, colour="white")
    p.put("room 305", "do not disturb sign", "sign", "请勿打扰牌", state="hung out")
    p.put("room 307", "bath towel", "towel", "浴巾", colour="white", weight_kg=0.6)
    p.put("room 310", "baby cot", "cot", "婴儿床", weight_kg=4.5)
    p.put("room 311", "thermostat 311", "thermostat", "311温控器", number=311, truly={"reading": "16 degrees C"})
    p.put("room 301", "thermostat 301", "thermostat", "301温控器", number=301, truly={"reading": "22 degrees C"})
    p.put("linen room", "towel stack", "towels", "一摞毛巾", weight_kg=3.0, colour="white")
    p.put("linen room", "spare pillow", "pillow", "备用枕头", weight_kg=0.7)
    p.put("linen room", "spare blanket", "blanket", "备用毛毯", weight_kg=1.2)
    p.put("linen room", "cleaning cart", "cart", "清洁车", state="stocked")
    p.put("linen room", "shampoo box", "box", "洗发水", weight_kg=1.0)
    p.put("breakfast room", "coffee urn", "appliance", "咖啡桶", state="hot", truly={"level": "15 %"})
    p.put("breakfast room", "fruit basket", "basket", "水果篮", weight_kg=1.8)
    p.put("breakfast room", "juice machine", "appliance", "果汁机", state="on", truly_state="error E4")
    p.put("breakfast room", "newspaper", "paper", "报纸", weight_kg=0.2)
    p.put("gym", "treadmill 1", "treadmill", "一号跑步机", number=1, state="off")
    p.put("gym", "treadmill 2", "treadmill", "二号跑步机", number=2, state="off", truly_state="running")
    p.put("gym", "yoga mat", "mat", "瑜伽垫", colour="purple", weight_kg=1.1)
    p.put("gym", "water bottle", "bottle", "矿泉水", weight_kg=0.5)
    p.put("lift lobby", "lost suitcase", "suitcase", "遗失的行李箱", colour="silver", weight_kg=4.8, label="K. Tanaka")
    p.put("lift lobby", "flower vase", "vase", "花瓶", state="dry", weight_kg=2.0)
    p.put("lift lobby", "lift display", "display", "电梯显示屏", truly={"text": "out of service"})
    p.put("back office", "master key", "key", "总钥匙", weight_kg=0.1)
    p.put("back office", "lost phone", "phone", "遗失的手机", weight_kg=0.2, label="room 309")
    p.put("back office", "key card printer", "printer", "房卡机", state="ready")
    p.put("ice and vending corner", "ice machine", "appliance", "制冰机", state="on", truly_state="empty")
    p.put("ice and vending corner", "snack machine", "appliance", "零食机", state="on")
    p.put("corridor", "fire alarm panel", "panel", "火警面板", state="ok", truly={"text": "zone 2 fault"})
    p.put("corridor", "shoe polisher", "appliance", "擦鞋机", state="off")
    return p


def school() -> FloorPlan:
    """A school's science wing: four microscopes, classrooms 2A and 2B, chemicals that must not go everywhere."""
    p = Strip("school", 40.0)
    p.hall("science hallway", "corridor", ("hallway", "corridor", "走廊"), ("dock", "charger", "充电座"))
    p.add("north", 10, "chemistry lab", "laboratory", "chem lab", "化学实验室")
    p.add("north", 10, "physics lab", "laboratory", "物理实验室")
    p.add("north", 10, "biology lab", "laboratory", "bio lab", "生物实验室", door="closed")
    p.add("north", 5, "prep room", "preparation room", "preparation room", "准备室")
    p.add("north", 5, "chemical store", "storage", "chemicals cupboard", "药品库", door="locked")
    p.add("south", 9, "classroom 2A", "classroom", "2A", "room 2A", "二年级A班教室", "2A教室")
    p.add("south", 9, "classroom 2B", "classroom", "2B", "room 2B", "二年级B班教室", "2B教室", truly="closed")
    p.add("south", 6, "teachers' room", "staff room", "staff room", "教师办公室")
    p.add("south", 8, "library", "library", "图书馆", door=None)
    p.add("south", 8, "storeroom", "storage", "store room", "储藏室", door="closed")
    p.put("chemistry lab", "fume hood", "hood", "通风橱", state="off", truly_state="on")
    p.put("chemistry lab", "beaker rack", "rack", "烧杯架", weight_kg=1.5)
    p.put("chemistry lab", "acid bottle", "bottle", "酸瓶", "盐酸", weight_kg=1.0, label="HCl 10 %")
    p.put("chemistry lab", "goggles box", "box", "护目镜盒", weight_kg=0.9)
    p.put("chemistry lab", "eyewash", "safety", "洗眼器", state="ok")
    p.put("chemistry lab", "hot plate", "appliance", "加热板", state="off", truly={"reading": "140 degrees C"}, truly_state="on")
    p.put("chemistry lab", "digital balance", "scale", "电子天平", truly={"reading": "0.02 g"})
    p.put("physics lab", "oscilloscope", "instrument", "示波器", state="off")
    p.put("physics lab", "power supply 1", "power supply", "一号电源", number=1, truly={"reading": "12.1 V"})
    p.put("physics lab", "power supply 2", "power supply", "二号电源", number=2, truly={"reading": "0.0 V"})
    p.put("physics lab", "pendulum", "instrument", "单摆", weight_kg=0.8)
    p.put("physics lab", "magnet set", "set", "磁铁", weight_kg=0.6, colour="red")
    p.put("physics lab", "laser pointer", "laser", "激光笔", weight_kg=0.1)
    p.put("biology lab", "microscope 1", "microscope", "一号显微镜", number=1, weight_kg=3.0)
    p.put("biology lab", "microscope 2", "microscope", "二号显微镜", number=2, weight_kg=3.0)
    p.put("biology lab", "microscope 3", "microscope", "三号显微镜", number=3, weight_kg=3.0)
    p.put("biology lab", "fish tank", "tank", "鱼缸", state="ok", truly={"reading": "24 degrees C"})
    p.put("biology lab", "skeleton model", "model", "骨骼模型", weight_kg=4.5)
    p.put("biology lab", "incubator", "appliance", "培养箱", truly={"reading": "37 degrees C"})
    p.put("prep room", "microscope 4", "microscope", "四号显微镜", number=4, weight_kg=3.0)
    p.put("prep room", "glove pack", "gloves", "手套", weight_kg=0.2)
    p.put("prep room", "sample fridge", "fridge", "样品冰箱", truly={"reading": "9 degrees C"})
    p.put("chemical store", "ethanol can", "can", "酒精桶", weight_kg=3.0)
    p.put("classroom 2A", "attendance sheet 2A", "document", "2A点名册", weight_kg=0.1)
    p.put("classroom 2A", "globe", "globe", "地球仪", weight_kg=1.5, colour="blue")
    p.put("classroom 2A", "window 2A", "window", "2A窗户", state="open")
    p.put("classroom 2B", "attendance sheet 2B", "document", "2B点名册", weight_kg=0.1)
    p.put("classroom 2B", "window 2B", "window", "2B窗户", state="open", truly_state="closed")
    p.put("classroom 2B", "exam papers", "document", "试卷", weight_kg=1.8, label="physics")
    p.put("teachers' room", "coffee pot", "appliance", "咖啡壶", state="warm", truly_state="empty", weight_kg=1.2)
    p.put("teachers' room", "laminator", "machine", "过塑机", state="off")
    p.put("teachers' room", "class tablet", "tablet", "平板电脑", weight_kg=0.5, truly={"battery": "12 %"})
    p.put("library", "atlas", "book", "地图册", weight_kg=2.0)
    p.put("library", "returns box", "box", "还书箱", state="empty", truly_state="full")
    p.put("library", "reading lamp", "lamp", "阅读灯", state="off", truly_state="on")
    p.put("storeroom", "ball pump", "pump", "打气筒", weight_kg=1.0)
    p.put("storeroom", "extension cord", "cord", "接线板", weight_kg=0.9, colour="orange")
    p.put("storeroom", "broom", "broom", "扫帚", weight_kg=0.8)
    p.put("science hallway", "notice board", "board", "公告栏", truly={"text": "science fair on 12 May"})
    p.put("science hallway", "fire blanket", "safety", "灭火毯", weight_kg=1.0)
    p.put("physics lab", "lost calculator", "calculator", "计算器", seen=False, weight_kg=0.2)
    return p


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


SITES: tuple[Callable[[], FloorPlan], ...] = (office, hotel, school, farm, airport)


def draw_maps(folder: Path) -> tuple[Path, ...]:
    """Write every site to its own folder below ``folder``; returns those folders."""
    written = []
    for draw in SITES:
        plan = draw()
        plan.write(folder / plan.name)
        written.append(folder / plan.name)
    return tuple(written)


if __name__ == "__main__":
    for path in draw_maps(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent):
        print(path)

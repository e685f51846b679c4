"""Nouns that mean the same: what English speakers call one kind of thing or room, and what it is in Chinese.

They are matched loosely, behind every name, alias, part of a name and kind that the map itself has.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from maps.linking.stems import stems

__all__ = ["CONTAINERS", "INSTRUMENTS", "LONGEST", "ROOMS", "USES", "chinese_of", "english_of"]

CONTAINERS = frozenset(
    "carton bottle can tin jar pack packet box bag sack jug tube roll stack pile bundle bale barrel drum bucket tray pot "
    "container canister case crate block bar sheet tub tank cylinder parcel package".split()
)
"""What a thing is often called by its contents instead of: "the milk" for a milk carton."""

INSTRUMENTS = frozenset("gauge meter sensor indicator detector display".split())
"""What is often called by what it measures, where that takes two words: "line pressure" for a line pressure gauge."""

ROOMS = frozenset("office room lab laboratory department hall desk area station wing building shop store zone corner".split())
"""What a place is often called by what it is for instead of: "HR" for an HR office."""

USES = frozenset(
    "meeting break waiting staff living dining bed bath class guest patient treatment control operating changing washing main "
    "back front left right north south east west upper lower inner outer first second third new old big small large work rest "
    "play parking loading packing charging storage pump server mail copy post test search help tool water power fire gas air "
    "hot cold wet dry red blue green yellow black white grey brown orange pink purple silver golden wooden plastic metal "
    "empty full heavy light spare hand foot first-aid".split()
)
"""Words before such a noun that do not stand for the whole."""

LONGEST = 3
"""Words of the longest noun."""

_ENGLISH = """
sofa = couch | sofa = settee | armchair = easy chair | television = tv | television = telly | fridge = refrigerator
freezer = deep freezer | cooker = stove | cooker = hob | oven = stove | tap = faucet | sink = basin | sink = washbasin
bin = trash can | bin = garbage can | bin = wastebasket | bin = rubbish bin | bin = dustbin | bin = waste bin
trash can = garbage can | cupboard = cabinet | wardrobe = closet | closet = cupboard | rug = carpet | curtain = drape
cushion = pillow | blanket = duvet | lamp = light | torch = flashlight | light bulb = bulb | phone = telephone
mobile phone = cell phone | phone = mobile | phone = smartphone | remote control = remote | laptop = notebook computer
computer = pc | computer = desktop | monitor = screen | display = screen | television = screen | headset = headphones
headphone = earphone | speaker = loudspeaker | photo = picture | picture = painting | photo = photograph | newspaper = paper
document = papers | folder = binder | folder = file | parcel = package | parcel = packet | package = box | box = carton
crate = box | box = case | tote = bin | suitcase = luggage | luggage = baggage | bag = sack | handbag = purse
backpack = rucksack | mug = cup | glass = tumbler | jug = pitcher | carafe = jug | pot = saucepan | bottle = flask | can = tin
jar = pot | plate = dish | bucket = pail | barrel = drum | barrel = cask | tank = cistern | medicine = medication
medicine = drug | tablet = pill | bandage = dressing | plaster = band-aid | stretcher = gurney | walking frame = walker
wheelchair = chair | cot = crib | stroller = pram | stroller = pushchair | nappy = diaper | dummy = pacifier
teddy = teddy bear | teddy bear = bear | football = soccer ball | football = ball | bicycle = bike | motorcycle = motorbike
car = vehicle | car = automobile | lorry = truck | van = truck | forklift = fork lift | trolley = cart | barrow = wheelbarrow
spanner = wrench | screwdriver = driver | toolbox = tool box | toolbox = toolkit | toolbox = tool kit | ladder = stepladder
hose = hosepipe | broom = brush | vacuum cleaner = hoover | vacuum cleaner = vacuum | mop = swab | sponge = cloth
towel = cloth | glove = mitten | jacket = coat | jumper = sweater | trousers = pants | boot = shoe | shoe = trainer
glasses = spectacles | key card = keycard | key card = access card | badge = id card | badge = name tag | gauge = meter
gauge = dial | meter = counter | pressure gauge = manometer | manometer = pressure meter | thermometer = temperature gauge
thermometer = temperature sensor | thermostat = temperature control | sensor = detector | smoke detector = smoke alarm
alarm = siren | extinguisher = fire extinguisher | first aid kit = first-aid box | first aid kit = first aid box
defibrillator = aed | engine = motor | fan = ventilator | air conditioner = ac | air conditioner = air con
air conditioner = air conditioning | heater = radiator | boiler = furnace | compressor = air compressor | switchboard = fuse box
panel = switchboard | socket = outlet | cable = cord | cable = wire | charger = charging cable | battery = accumulator
power supply = psu | printer = copier | scanner = reader | barcode scanner = scanner | register = till | cash register = till
counter = desk | desk = table | table = workbench | workbench = bench | shelf = rack | shelf = shelving | rack = shelving
bookcase = bookshelf | bookshelf = shelf | notice = sign | sign = board | whiteboard = board | blackboard = board
clock = watch | umbrella = brolly | plant = flower | flower = flowers | vase = flower vase | watering can = can
lawnmower = mower | rubbish = trash | rubbish = garbage | waste = rubbish | lift = elevator | toilet = restroom
toilet = bathroom | toilet = lavatory | toilet = washroom | toilet = wc | toilet = loo | bathroom = restroom
bathroom = washroom | shower = bathroom | lounge = living room | living room = sitting room | living room = parlour
dining room = dining area | canteen = cafeteria | canteen = lunchroom | break room = staff room | break room = coffee room
break room = lounge | restaurant = dining room | kitchen = kitchenette | bedroom = chamber | nursery = children's room
children's room = kids' room | children's room = playroom | study = home office | study = den | office = bureau
meeting room = conference room | meeting room = boardroom | hall = hallway | hallway = corridor | corridor = passage
corridor = passageway | lobby = foyer | lobby = entrance hall | entrance = entry | entrance = way in | exit = way out
reception = front desk | reception = reception desk | staircase = stairs | staircase = stairwell | stairs = stairway
car park = parking lot | car park = parking | parking lot = parking | garage = carport | yard = courtyard | yard = garden
garden = backyard | terrace = patio | porch = veranda | attic = loft | cellar = basement | storage = storeroom
storeroom = stockroom | storage room = storeroom | storage = warehouse | store = storeroom | store = shop
store room = storeroom | pantry = larder | laundry = laundry room | laundry = utility room | workshop = machine shop
laboratory = lab | classroom = schoolroom | gym = fitness room | gym = fitness centre | library = reading room
pharmacy = drugstore | pharmacy = dispensary | ward = patient room | patient room = sickroom
operating room = operating theatre | waiting room = waiting area | x-ray room = radiology | nurse station = nurses' station
nurse station = nurses' desk | guest room = hotel room | guest room = bedroom | server room = data room | server room = it room
control room = control centre | loading bay = loading dock | loading bay = bay | loading bay = ramp | shipping = dispatch
shipping = goods out | receiving = goods in | returns = returns desk | packing = packing area | packing station = packing table
cold storage = cold store | cold storage = cold room | cold store = freezer room | checkpoint = security checkpoint
security = security check | barn = stable | shed = hut | shed = outbuilding | field = meadow | paddock = pasture
coop = henhouse | coop = chicken coop | dock = charging station | dock = charger | charging dock = charging station
charging dock = charger | charging dock = dock | charging dock = base | charging station = charger
"""

_CHINESE = """
lamp 灯 电灯 台灯 | light 灯 电灯 | bulb 灯泡 | pump 泵 水泵 | valve 阀 阀门 | gauge 仪表 表计 | meter 仪表 计量表
pressure gauge 压力表 | thermometer 温度计 温度表 | thermostat 温控器 恒温器 | sensor 传感器 | clock 时钟 挂钟 | fan 风扇 风机
motor 电机 马达 | engine 发动机 | compressor 压缩机 | boiler 锅炉 | heater 加热器 暖气 | air conditioner 空调 | generator 发电机
transformer 变压器 | extinguisher 灭火器 | fire extinguisher 灭火器 | hydrant 消防栓 | alarm 报警器 | hose 水管 软管
pipe 管道 管子 | tank 罐 储罐 水箱 | cylinder 气瓶 | barrel 桶 | drum 油桶 | bucket 水桶 桶 | bin 垃圾桶 垃圾箱 | box 箱子 盒子
crate 箱子 板条箱 | carton 纸箱 | case 箱子 | tote 周转箱 | pallet 托盘 栈板 | tray 托盘 盘子 | parcel 包裹 | package 包裹
letter 信 信件 | envelope 信封 | suitcase 行李箱 箱子 | bag 袋子 包 | backpack 背包 | basket 篮子 | folder 文件夹
binder 活页夹 | document 文件 | paper 纸 | book 书 书本 | newspaper 报纸 | magazine 杂志 | map 地图 | passport 护照
badge 工牌 徽章 | key 钥匙 | key card 房卡 | wallet 钱包 | phone 手机 电话 | laptop 笔记本电脑 电脑 | computer 电脑
tablet 平板 平板电脑 | printer 打印机 | scanner 扫描仪 扫码枪 | projector 投影仪 | camera 相机 摄像头 | monitor 显示器
display 显示屏 屏幕 | screen 屏幕 | television 电视 电视机 | remote 遥控器 | remote control 遥控器 | radio 收音机 对讲机
headset 耳机 | charger 充电器 | battery 电池 | cable 电缆 线缆 | cord 电线 | server 服务器 | rack 架子 机柜 | shelf 架子 货架
cabinet 柜子 | cupboard 柜子 橱柜 | drawer 抽屉 | desk 桌子 书桌 办公桌 | table 桌子 | chair 椅子 | stool 凳子 | sofa 沙发
bed 床 病床 | cot 婴儿床 | pillow 枕头 | cushion 靠垫 垫子 | blanket 毯子 毛毯 | towel 毛巾 | sheet 床单 | rug 地毯
curtain 窗帘 | mat 垫子 | mirror 镜子 | vase 花瓶 | plant 植物 盆栽 | flower 花 | window 窗户 窗子 | picture 画 照片 | cup 杯子
mug 杯子 马克杯 | glass 玻璃杯 杯子 | bottle 瓶子 | can 罐头 罐子 | jar 罐子 | bowl 碗 | plate 盘子 | pot 锅 | pan 平底锅
kettle 水壶 | jug 水壶 | carafe 水壶 | watering can 洒水壶 | fridge 冰箱 | freezer 冰柜 冷冻柜 | oven 烤箱 | microwave 微波炉
toaster 烤面包机 | dishwasher 洗碗机 | washing machine 洗衣机 | dryer 烘干机 | coffee machine 咖啡机 | minibar 迷你吧
sink 水槽 洗手池 | tap 水龙头 | toy 玩具 | ball 球 | teddy bear 泰迪熊 | doll 娃娃 | umbrella 雨伞 伞 | shoe 鞋子 | boot 靴子
glove 手套 | jacket 外套 | helmet 头盔 安全帽 | glasses 眼镜 | hammer 锤子 | wrench 扳手 | screwdriver 螺丝刀 | drill 电钻
saw 锯子 | toolbox 工具箱 | tool 工具 | ladder 梯子 | broom 扫帚 | mop 拖把 | cart 推车 手推车 | trolley 推车 小推车
wheelchair 轮椅 | stretcher 担架 | bicycle 自行车 | car 汽车 | truck 卡车 货车 | forklift 叉车 | tractor 拖拉机
medicine 药 药品 | syringe 注射器 针管 | bandage 绷带 | mask 口罩 | first aid kit 急救箱 | sample 样品 | microscope 显微镜
scale 秤 | robot 机器人 | conveyor 传送带 | machine 机器 | button 按钮 | switch 开关 | panel 面板 | sign 标志 牌子
board 板 白板 | bale 草捆 | trough 水槽 饲料槽 | feed 饲料 | treadmill 跑步机 | instrument 仪器 | kitchen 厨房
bathroom 浴室 卫生间 洗手间 | toilet 厕所 卫生间 洗手间 | restroom 洗手间 卫生间 | bedroom 卧室 | living room 客厅
lounge 休息室 客厅 | dining room 饭厅 餐厅 | study 书房 | nursery 婴儿房 | children's room 儿童房 | hallway 走廊 过道
corridor 走廊 过道 | aisle 通道 过道 | lobby 大堂 大厅 | hall 大厅 | entrance 入口 | exit 出口 | reception 前台 | office 办公室
meeting room 会议室 | conference room 会议室 | break room 休息室 | staff room 员工室 休息室 | canteen 食堂 | cafeteria 食堂
restaurant 餐厅 | storage 储藏室 仓库 库房 | storage room 储藏室 | store 仓库 | warehouse 仓库 | workshop 车间
laboratory 实验室 | classroom 教室 | library 图书馆 图书室 | gym 健身房 | archive 档案室 | mail room 收发室 | copy room 复印室
server room 机房 | control room 控制室 | boiler room 锅炉房 | pump room 泵房 | pump house 泵房 | substation 变电站
laundry 洗衣房 | garage 车库 | garden 花园 | yard 院子 | balcony 阳台 | terrace 露台 | cellar 地下室 | basement 地下室
attic 阁楼 | staircase 楼梯 | stairs 楼梯 | lift 电梯 | elevator 电梯 | car park 停车场 | parking 停车场 | gate 大门 登机口
checkpoint 检查点 安检口 | baggage claim 行李提取处 | shop 商店 | counter 柜台 | ward 病房 | patient room 病房 | guest room 客房
pharmacy 药房 | waiting area 候诊区 等候区 | waiting room 候诊室 等候室 | nurse station 护士站 | treatment room 治疗室
operating room 手术室 | loading bay 装卸区 装货口 | receiving 收货区 | shipping 发货区 | packing 包装区 | sorting 分拣区
returns 退货区 | cold storage 冷库 | cold store 冷库 | greenhouse 温室 | barn 谷仓 牲口棚 | shed 棚子 工棚 | field 田地
paddock 围场 | coop 鸡舍 | dock 充电桩 充电座 | charging dock 充电桩 充电座 | charging station 充电站 充电桩
"""


@cache
def _english() -> dict[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Stemmed noun -> the stemmed nouns that mean the same, in both directions."""
    table: dict[tuple[str, ...], tuple[tuple[str, ...], ...]] = {}
    for one, other in _pairs():
        for key, value in ((one, other), (other, one)):
            if value not in table.get(key, ()):
                table[key] = (*table.get(key, ()), value)
    return table


def _pairs() -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    for entry in _ENGLISH.replace("\n", "|").split("|"):
        one, is_also, other = entry.partition(" = ")
        if is_also:
            yield stems(one), stems(other)


@cache
def _chinese() -> dict[tuple[str, ...], tuple[str, ...]]:
    table: dict[tuple[str, ...], tuple[str, ...]] = {}
    for entry in _CHINESE.replace("\n", "|").split("|"):
        words = entry.split()
        first = next((i for i, word in enumerate(words) if not word.isascii()), 0)
        if first:
            table[stems(" ".join(words[:first]))] = tuple(words[first:])
    return table


def english_of(noun: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """Other English nouns for a stemmed one."""
    return _english().get(noun, ())


def chinese_of(noun: tuple[str, ...]) -> tuple[str, ...]:
    """Chinese nouns for a stemmed English one."""
    return _chinese().get(noun, ())

"""Readings: how the Chinese characters that name places and things are said, in pinyin without tones."""

from itertools import pairwise

__all__ = ["READINGS"]

_TABLE = """
ban 办板班搬 bao 包保报 bei 北备杯被 ben 本 bian 边 biao 表标 bing 病冰兵 bu 部布步 cai 财材菜采 can 餐参 cang 仓舱苍
ce 厕测侧 cha 茶插查叉 chan 产 chang 场厂长常 che 车 chen 陈晨 cheng 城成承橙 chong 充冲 chu 厨出储除 chuang 窗床 chui 吹
da 大打 dan 单蛋担弹 dang 挡档 dao 道刀倒导 deng 灯登等 di 地底第低 dian 电店点 ding 顶订定 dong 东动冬洞 du 度读
duan 端段 dui 堆对队 er 二儿耳 fan 饭返反 fang 房放方防 fei 废飞非 fen 分粉 feng 风封峰 fu 副附服复 gan 干杆 gang 钢缸港
gao 高 ge 隔格个 gong 公工供共功 gou 购 gu 谷鼓 guan 管馆关官罐 guang 光广 gui 柜贵归 guo 锅国过 han 焊 hang 航行 hao 号好
he 合盒河核 hei 黑 hong 红烘 hou 后候 hu 护户湖 hua 化花画 huan 环换 huang 黄 hui 会回汇灰 huo 货火活
ji 机急记计技寄集吉鸡几 jia 家架加甲 jian 间检件建简 jiang 江讲 jiao 胶角教交 jie 接节结洁 jin 进金近禁 jing 井静景精净警
jiu 九酒旧救 ju 局具 juan 卷 kai 开 kao 考烤 ke 客科课 kong 空控 kou 口扣 ku 库裤 kuai 快块 la 垃拉 lan 蓝篮兰栏 lang 廊
lao 老 leng 冷 li 里理力立礼 lian 联连 liang 两量凉 liao 料疗 lin 林临 ling 零令铃灵 liu 六流留 lou 楼漏 lu 路炉录绿陆
luo 罗螺 ma 码马 mei 煤美媒 men 门 mian 面棉 mo 磨模 mu 木母 nan 南男难 nei 内 niu 牛 nuan 暖 nv 女 pai 排牌 pan 盘
pei 配培 peng 棚 pin 品拼 ping 平瓶屏 qi 七气器汽起齐 qian 前铅 qiang 墙枪 qin 琴 qing 青清轻 qiu 球 qu 区取去 quan 全泉
re 热 ren 人认 ri 日 rou 肉 ru 入 ruan 软 san 三 sang 桑 se 色 sha 沙 shan 山闪 shang 上商 shao 少 she 设社 shen 深审身
sheng 生升绳 shi 室十石实食时市试始士师史事示湿式是世 shou 收手首售 shu 书输数树 shua 刷 shui 水 si 四丝司私寺 song 送松
su 宿素 suo 所锁 ta 塔 tai 台太 tan 弹 tang 堂糖汤 tao 套陶 ti 梯体提 tian 天田 tiao 条 tie 铁贴 ting 厅停庭 tong 通桶同铜
tou 投 tu 图 tui 退推 tuo 托 wai 外 wan 万弯 wang 网王 wei 卫维位尾微 wen 温文 wu 五物屋武务 xi 西洗吸息系 xia 下
xian 线先鲜 xiang 箱香项巷 xiao 小消校 xie 鞋斜 xin 新心信 xing 行形 xiu 修休 xu 需 xue 血学雪 xun 巡 ya 压 yan 研烟盐眼验
yang 样阳氧 yao 药要 ye 夜叶液 yi 一医衣以艺仪议 yin 阴引印银 ying 影应婴营 yong 用 you 右有油邮 yu 鱼雨浴育语
yuan 院园员原 yue 月乐阅 yun 运 za 杂 zai 再 zao 造早 ze 责 zha 闸 zhai 窄 zhan 站展 zhang 张帐 zhao 照 zhe 折 zhen 针真诊
zheng 正证整 zhi 纸制质值只治止 zhong 中重终钟种 zhou 周轴 zhu 主注住驻 zhua 抓 zhuan 转砖 zhuang 装桩状 zhun 准
zi 资子自字紫 zong 总 zu 组 zuo 左作座坐
""".split()

READINGS = {character: said for said, characters in pairwise(_TABLE) if said.isascii() for character in characters}
"""Characters to syllables."""

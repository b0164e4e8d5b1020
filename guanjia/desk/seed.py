"""What a desk begins with: ways to turn to it, kinds of cases, and a tree of what people call about.

Channels and types come from the catalogue (DESK-001, DESK-002); the tree is ours. All are rows afterwards, and what a
company has changed stays as it is.
"""

from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from guanjia.customers import names
from guanjia.rulebook import catalogue, realises

from .models import CaseType, Category, Channel
from .states import COMPLAINT_TYPE, CONSULTATION, HOME, PUBLIC, REPAIR

BRANCH = {CONSULTATION: "consultation", "enquiry": "consultation", COMPLAINT_TYPE: "complaint", REPAIR: "repair"}
ANSWERABLE = ("enquiry", CONSULTATION, "suggestion", "praise", "help")
LADDER = {
    REPAIR: ["engineering_head", "office_manager"],
    COMPLAINT_TYPE: ["desk_supervisor", "dept_head", "office_manager"],
    "whistle_blow": ["supervision"],
}
USUAL_LADDER = ["desk_supervisor", "office_manager"]


class Topic(NamedTuple):
    """One line of the tree: urgency and importance 1-3, 3 the most."""

    code: str
    name: str
    type: str
    craft: str = ""
    work_class: str = "other"
    urgency: int = 2
    importance: int = 2
    place: str = ""
    keywords: str = ""


TREE: dict[tuple[str, str], tuple[Topic, ...]] = {
    ("water", "给排水"): (
        Topic("leak", "漏水", REPAIR, "water", "leak", 3, 3, HOME, "漏水 渗水 滴水 爆管 水管破 天花板滴 往下滴 淹水"),
        Topic("no_water", "停水", REPAIR, "water", "other", 3, 3, "", "停水 断水 没水 没有水"),
        Topic("low_pressure", "水压不足", REPAIR, "water", "other", 2, 2, HOME, "水压 水很小 水小"),
        Topic("blocked", "下水堵塞", REPAIR, "water", "other", 2, 2, HOME, "堵塞 下水道堵 马桶堵 地漏 下水慢 不通"),
        Topic("backflow", "污水反涌", REPAIR, "water", "other", 3, 2, HOME, "反水 返水 反涌 倒灌 污水溢"),
        Topic("tap", "龙头洁具", REPAIR, "water", "other", 1, 1, HOME, "水龙头 花洒 洁具 角阀 马桶水箱"),
        Topic("water_quality", "水质异常", COMPLAINT_TYPE, "water", "other", 2, 3, "", "水质 水黄 浑浊 水有味 二次供水"),
    ),
    ("electric", "电气"): (
        Topic("no_power", "停电", REPAIR, "electric", "safety", 3, 3, "", "停电 断电 没电 跳闸"),
        Topic("lamp", "照明不亮", REPAIR, "electric", "other", 1, 2, PUBLIC, "灯不亮 路灯 楼道灯 照明 灯坏"),
        Topic("socket", "开关插座", REPAIR, "electric", "other", 2, 2, HOME, "插座 开关 灯具 接线"),
        Topic("wiring", "线路异常", REPAIR, "electric", "safety", 3, 3, "", "冒烟 火花 漏电 电线 线路老化 触电"),
        Topic("charging", "电动车充电", CONSULTATION, "electric", "safety", 2, 2, PUBLIC, "充电桩 电动车充电 飞线 充电"),
    ),
    ("lift", "电梯"): (
        Topic("lift_trapped", "电梯困人", REPAIR, "lift", "safety", 3, 3, PUBLIC, "困人 困在电梯 关在电梯 被困"),
        Topic("lift_broken", "电梯故障", REPAIR, "lift", "safety", 3, 2, PUBLIC, "电梯故障 电梯坏 电梯停 电梯抖 电梯异响 电梯门"),
        Topic("lift", "电梯", REPAIR, "lift", "safety", 2, 3, PUBLIC, "电梯 加装电梯 改装电梯"),
    ),
    ("building", "房屋本体"): (
        Topic("roof", "屋面外墙渗漏", REPAIR, "civil", "leak", 2, 3, PUBLIC, "屋顶漏 外墙渗 顶楼渗 屋面"),
        Topic("crack", "墙面开裂", REPAIR, "civil", "works", 2, 2, "", "裂缝 开裂 空鼓 墙皮 鼓包"),
        Topic("falling", "墙砖脱落", REPAIR, "civil", "safety", 3, 3, PUBLIC, "脱落 掉落 砸 瓷砖掉 外墙砖"),
        Topic("door", "门窗", REPAIR, "civil", "other", 2, 2, HOME, "门窗 门锁 窗户 玻璃 入户门 门坏"),
        Topic("quality", "房屋质量", COMPLAINT_TYPE, "civil", "works", 1, 3, HOME, "房屋质量 质量问题 交房 精装修 偷工减料"),
    ),
    ("access", "门禁安防"): (
        Topic("gate_control", "门禁", REPAIR, "security", "safety", 2, 2, PUBLIC, "门禁 门禁卡 刷卡 人脸识别 单元门"),
        Topic("intercom", "对讲", REPAIR, "security", "other", 1, 2, "", "对讲 可视门铃 门铃"),
        Topic("barrier", "道闸", REPAIR, "security", "other", 2, 2, PUBLIC, "道闸 抬杆 车牌识别 闸机"),
        Topic("camera", "监控", CONSULTATION, "security", "safety", 2, 2, PUBLIC, "监控 摄像头 调取录像"),
        Topic("theft", "失窃治安", "help", "", "safety", 3, 3, "", "被盗 偷 失窃 小偷 治安 打架"),
        Topic("guards", "保安服务", COMPLAINT_TYPE, "", "management_service", 2, 2, PUBLIC, "保安 门岗 巡逻 外来人员 陌生人"),
    ),
    ("fire", "消防燃气"): (
        Topic("fire_lane", "消防通道占用", COMPLAINT_TYPE, "", "safety", 3, 3, PUBLIC, "消防通道 消防车道 堵消防 疏散通道 楼道堆"),
        Topic("fire_gear", "消防设施", REPAIR, "security", "safety", 2, 3, PUBLIC, "消防栓 灭火器 烟感 喷淋 消防设施 消防设备"),
        Topic("gas", "燃气异味", "help", "", "safety", 3, 3, "", "燃气 煤气 天然气 煤气味"),
        Topic("flue", "油烟排放", COMPLAINT_TYPE, "", "management_service", 2, 2, PUBLIC, "油烟 烟道 烟囱 排烟"),
    ),
    ("environment", "环境卫生"): (
        Topic("cleaning", "保洁", COMPLAINT_TYPE, "cleaning", "management_service", 1, 2, PUBLIC, "保洁 卫生 打扫 脏 扫地 清洁"),
        Topic("rubbish", "垃圾清运", COMPLAINT_TYPE, "cleaning", "management_service", 2, 2, PUBLIC, "垃圾 垃圾站 垃圾桶 清运 建筑垃圾"),
        Topic("smell", "异味臭气", COMPLAINT_TYPE, "cleaning", "management_service", 2, 2, PUBLIC, "臭 异味 恶臭 臭气"),
        Topic("pests", "虫鼠", COMPLAINT_TYPE, "cleaning", "management_service", 1, 2, "", "蟑螂 老鼠 蚊子 蚊虫 白蚁 灭鼠"),
        Topic("green", "绿化", COMPLAINT_TYPE, "cleaning", "management_service", 1, 2, PUBLIC, "绿化 树木 修剪 草坪 毁绿"),
        Topic("river", "水体河道", COMPLAINT_TYPE, "", "management_service", 1, 2, PUBLIC, "河道 内河 黑臭 淤泥 湖水"),
    ),
    ("order", "公共秩序"): (
        Topic("noise", "噪音", COMPLAINT_TYPE, "", "management_service", 2, 2, "", "噪音 噪声 扰民 吵 广场舞 麻将 半夜施工 夜间施工 敲打"),
        Topic("parking", "停车", COMPLAINT_TYPE, "", "management_service", 2, 2, PUBLIC, "停车 车位 乱停 占位 地下车库 车库 挪车"),
        Topic(
            "illegal_works",
            "装修违章",
            COMPLAINT_TYPE,
            "",
            "management_service",
            2,
            3,
            HOME,
            "违章 违建 私搭 乱建 拆承重墙 承重墙 私改 破墙 装修违规 住改商 群租",
        ),
        Topic("occupied", "占用公共部位", COMPLAINT_TYPE, "", "management_service", 2, 2, PUBLIC, "占用 公共区域 公摊 侵占 架空层 圈占"),
        Topic("throwing", "高空抛物", COMPLAINT_TYPE, "", "safety", 3, 3, PUBLIC, "高空抛物 抛物 扔东西 乱扔"),
        Topic("pets", "宠物", COMPLAINT_TYPE, "", "management_service", 1, 2, PUBLIC, "狗 遛狗 宠物 狗叫 养犬 猫"),
        Topic("hawkers", "摊贩广告", COMPLAINT_TYPE, "", "management_service", 1, 1, PUBLIC, "摆摊 小广告 占道 推销 烧烤"),
        Topic("neighbours", "邻里纠纷", "dispute", "", "management_service", 2, 2, "", "邻里 邻居 楼上 楼下 吵架"),
    ),
    ("charges", "收费"): (
        Topic("fee", "物业费", CONSULTATION, "", "management_service", 1, 2, "", "物业费 管理费 缴费 交费 欠费"),
        Topic(
            "overcharge", "收费争议", COMPLAINT_TYPE, "", "management_service", 2, 3, "", "乱收费 多收 收费标准 违规收费 收费太贵 涨价 收费"
        ),
        Topic("parking_fee", "停车费", COMPLAINT_TYPE, "", "management_service", 1, 2, "", "停车费 停车收费 月租 车位费"),
        Topic("utility_fee", "水电费", CONSULTATION, "", "management_service", 1, 2, "", "水费 电费 水电费 公摊水电 抄表"),
        Topic("deposit", "押金退还", CONSULTATION, "", "management_service", 1, 2, "", "押金 退押金 保证金 装修押金"),
        Topic("invoice", "发票收据", "enquiry", "", "management_service", 1, 1, "", "发票 收据 开票"),
        Topic("fund", "维修资金", CONSULTATION, "", "management_service", 1, 2, "", "维修基金 维修资金 公共收益 账目公开"),
    ),
    ("service", "物业服务"): (
        Topic("attitude", "服务态度", COMPLAINT_TYPE, "", "management_service", 2, 3, "", "态度 骂人 不耐烦 辱骂 服务差 霸道"),
        Topic(
            "inaction",
            "处理不力",
            COMPLAINT_TYPE,
            "",
            "management_service",
            2,
            3,
            "",
            "不作为 推诿 没人管 不处理 不解决 拖延 无人理会 物业不管",
        ),
        Topic(
            "management",
            "业委会与管理",
            COMPLAINT_TYPE,
            "",
            "management_service",
            2,
            2,
            "",
            "管理混乱 换物业 业委会 业主委员会 业主大会 前期物业",
        ),
        Topic("praise", "表扬感谢", "praise", "", "management_service", 1, 1, "", "表扬 感谢 锦旗 点赞"),
        Topic("advice", "意见建议", "suggestion", "", "management_service", 1, 2, "", "建议 希望增设 希望增加"),
    ),
    ("affairs", "事务办理"): (
        Topic("move_in", "入住搬家", "application", "", "management_service", 1, 2, HOME, "入住 搬家 搬入 搬出 交接"),
        Topic("works_permit", "装修办理", "application", "", "management_service", 1, 2, HOME, "装修申请 装修手续 办理装修 施工证"),
        Topic("release", "放行条", "application", "", "management_service", 2, 1, "", "放行条 放行 大件出门"),
        Topic("certificate", "产权证件", CONSULTATION, "", "management_service", 1, 2, "", "产权证 房产证 不动产证 办证 开证明"),
        Topic("sales_promise", "销售承诺", COMPLAINT_TYPE, "", "management_service", 1, 2, "", "虚假宣传 开发商 售楼 延期交房 购房合同"),
        Topic("lost", "失物招领", "help", "", "management_service", 2, 1, "", "丢了 遗失 捡到 失物 走失"),
    ),
}


def plant(company_id: UUID) -> int:
    """Write the rows that a company does not have yet; returns how many."""
    return _plant(Channel, company_id, _channels()) + _plant(CaseType, company_id, _types()) + _tree(company_id)


def _channels() -> list[dict[str, Any]]:
    channels = catalogue.load()["DESK-001"].param("channels")
    return [{"code": code, "name": name, "ordinal": n} for n, (code, name) in enumerate(channels.items(), 1)]


def _types() -> list[dict[str, Any]]:
    types = catalogue.load()["DESK-002"].param("types")
    return [
        {
            "code": code,
            "name": name,
            "ordinal": n,
            "branch": BRANCH.get(code, "general"),
            "is_answerable": code in ANSWERABLE,
            "ladder": LADDER.get(code, USUAL_LADDER),
        }
        for n, (code, name) in enumerate(types.items(), 1)
    ]


def _tree(company_id: UUID) -> int:
    groups = [_sounded({"code": code, "name": name, "ordinal": n * 100}) for n, (code, name) in enumerate(TREE, 1)]
    added = _plant(Category, company_id, groups)
    parents = dict(Category.objects.unscoped("rights").filter(company_id=company_id).values_list("code", "pk"))
    leaves = [
        _sounded(topic._asdict() | {"keywords": topic.keywords.split(), "parent_id": parents[group], "ordinal": n * 100 + m})
        for n, ((group, _name), topics) in enumerate(TREE.items(), 1)
        for m, topic in enumerate(topics, 1)
    ]
    return added + _plant(Category, company_id, leaves)


def _sounded(row: dict[str, Any]) -> dict[str, Any]:
    """With its pinyin and its initials: 「ls」 and 「loushui」 find 漏水."""
    pinyin, initials = _sound(row["name"])
    return row | {"pinyin": pinyin, "initials": initials}


@cache
def _sound(name: str) -> tuple[str, str]:
    return names.pinyin(name, person=False), names.initials(name, person=False)


def _plant(model: Any, company_id: UUID, rows: list[dict[str, Any]]) -> int:
    there = set(model.objects.unscoped("rights").filter(company_id=company_id).values_list("code", flat=True))
    new = [model(company_id=company_id, **row) for row in rows if row["code"] not in there]
    model.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)


realises("DESK-001", by=_channels, as_="seed")
realises("DESK-002", by=_types, as_="seed")

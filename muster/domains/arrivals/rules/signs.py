"""The signs by which a bulletin's structure is known: levels, headings, totals, blocks, ends, changes."""

# ruff: noqa: E501 (a pattern is read as one)

from __future__ import annotations

import re

LEVELS = {"高": "high", "中": "middle", "低": "low", "封控": "sealed", "管控": "controlled", "防范": "watched"}
DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九十")} | {"两": 2, "〇": 0}
N = r"[0-9]{1,6}|[一二三四五六七八九十百两]{1,6}"
LEVEL = r"(?:(?P<{0}>高|中|低)风险(?:等级)?(?:地区|区域|乡镇街道|街道乡镇|街乡镇?|镇街|乡镇|街道|县（市、?区）|县市区|市县区?|县区|点位|区|(?=:)|(?:(?<=\A[高中低]风险)|(?<=[\n）、][高中低]风险))(?=\n))|(?:临时)?(?P<{0}z>封控|管控|防范)(?:区域|区))"
NUMBERING = re.compile(
    r"^(?:[0-9]{1,3}[.、)）:](?![0-9]+号)|（[0-9一二三四五六七八九十]{1,3}）|[一二三四五六七八九十]{1,3}[、.]|[①-⑳●•·*◆■▪-])+"
)
HEADING = re.compile(
    r"(?:^|(?<=[\n。;:,、）])|(?<=[0-9]日))(?:[一二三四五六七八九十0-9]{1,2}[、.]|（[一二三四五六七八九十0-9]+）)?"
    r"(?:(?P<who>[\u4e00-\u9fff]{2,12})(?:新增|现有|共有|划定)|(?:其中)?(?P<where>[\u4e00-\u9fff]{2,12}?(?:[省市州盟区县旗]|地区))|"
    r"(?:现?将)?(?:以下|下列)(?:区域|地区|点位|范围)?(?:划定|调整|升级?|降级?|降低|列|确定)为|(?:划定|调整|升级?|降级?|降低|列|确定)为|(?:(?:以下|下列)(?:区域|地区|点位|范围)?)?(?P<ends>(?:解除|取消|退出|撤销))|(?:全国|全省|全市|全区|现有|我省|我市|目前|本土|新增|其中)*)" + LEVEL.format("a")
    + rf"(?:（(?:共计?|合计)?(?:{N})[个处]?）|(?:共计?|合计|:)?(?:{N})[个处](?=[:\n,名清范分如包列有为]|$))?(?:名单|清单|范围|,?分别|,?具体|,?分布在|如下|包括|列表|有|为|是)*"
    + rf"(?:[:\n]|$|(?<=个),(?:分别)?[为是]:?)(?!(?:{N})[个处])"
    + rf"|(?:{N})[个处][^。;:,、\n（]{{0,10}}(?:（[^）]{{0,200}}）)?为?" + LEVEL.format("b") + r"(?:（[^）]{0,200}）)?(?:分别)?(?:为|是|有|如下|包括)?:",
    re.MULTILINE,
)  # fmt: skip
TOTAL = re.compile(
    rf"(?<!除)(?<!除去)(?P<n>{N})[个处][^。;:,、\n（]{{0,10}}(?:（[^）]{{0,200}}）)?为?" + LEVEL.format("a")
    + r"|" + LEVEL.format("b") + rf"(?:（(?:共计?|合计)?(?P<m>{N})[个处]?）|(?:共计?|合计|:)?(?P<k>{N})[个处])"
)  # fmt: skip
# What follows the place: `甲小区（高风险）`, `甲小区:中风险地区`, `甲小区为低风险区`; a day before it.
AFTER = re.compile(
    r"(?P<place>.{2,60}?)(?:[:（]|均?为|属于?)?(?P<level>[高中低])风险(?:等级)?(?:地区|区域|街道|乡镇|区)?）?"
)
DAY = re.compile(r"^(?:自|从)?(?:[0-9]{4}年)?[0-9]{1,2}月[0-9]{1,2}日(?:[0-9]{1,2}[时点:](?:[0-9]{1,2}分?)?)?起[:,]?")
NO_PLACE = re.compile(r"截至|[0-9][时日]|其[余他]|境外|全国|疫情")
# After a number: its list is in the lines under it. The county that a line begins with.
UNDER = re.compile(r"[。:;,]?(?:具体|名单|分别|详情)?(?:如下|为)?[。:]?\n")
COUNTY = re.compile(
    r"^(?:[0-9一二三四五六七八九十]{1,3}[.、]|（[0-9一二三四五六七八九十]{1,3}）)?([\u4e00-\u9fff]{1,6}?[区县市旗])"
)
NAME_AT_END = re.compile(r"[\u4e00-\u9fff]{2,14}\Z")
ENDED = re.compile(r"(?:解除|取消|退出|撤销)(?:原|了|以下|下列)?\Z")
NONE = re.compile(
    r"(?:无|没有|均?已?清零.{0,4}?)(?P<what>(?:中、高|高、中|中高|高中|高|中|低))风险(?:等级)?(?:地区|区域|区)"
)
ALL_LOW = re.compile(r"(?:全国|全省|全市|境内|全部|其余)[^。\n]{0,12}(?:均为|全为|全部为)低风险")
BLOCK = re.compile(
    rf"(?P<place>[^,;。、:\n（）]{{1,60}})(?:（(?:共计?|合计)?(?P<n>{N})[个处]?）:?|:(?:共计?)?(?P<m>{N})[个处][:。]?|:(?![0-9]+号))"
)
# A line of nothing but counts; a name with the count after it; who signed the bulletin.
COUNTED = re.compile(rf"^(?>[^、,;。:\n（）0-9个处]{{2,12}}(?:{N})[个处][、,;。]?)+$")
COUNT_AT_END = re.compile(rf"(.*?)(?:共?({N})[个处])?[:。]?", re.DOTALL)
OF_DIVISION = re.compile(rf"(.{{2,16}}?)(?:{N})[个处](?:（(.+)）)?")  # `郑州市2个`, `大连市2个（甲街道、乙街道）`
SIGNED = re.compile(
    r"^([\u4e00-\u9fff]{2,12}?[省市州盟区县旗])[\u4e00-\u9fff]{0,20}(?:指挥部|领导小组|委员会|人民政府)", re.MULTILINE
)
STOP = re.compile(
    r"更新情况|境外|专家提醒|温馨提[示醒]|健康提[示醒]|联防联控|卫生?健康?委|关闭|打印|责任编辑|来源[:于]|备注[:]|^注:|以上地区|其[余他](?:地区|区域)?(?:均|全部|都|为|风险等级|维持|保持)|"
    r"请(?:广大|市民|有|在|以上|各|大家)|务必|密切关注|核酸检测|健康码|做好|由[高中低]风险|人员[应须请]|疫情防控|特此[通公]告|(?:封控|管控|防范)区(?:内|域)?(?:实行|实施|采取|严格)",
    re.MULTILINE,
)
CHANGE = re.compile(
    r"(?P<places>[^。;\n]+?)(?:由(?:原)?(?P<old>[高中低])风险(?:地区|区域|区)?)?(?:调整|调升|调降|上调|下调|升级|降级|降低|提升|升|降|列|确?定|划定?)(?:划)?为(?P<new>[高中低])风险(?:地区|区域|区)?,?"
)
# `甲小区解除高风险区管控`: what is lifted is low from then on.
LIFT_FIRST = re.compile(r"解除(?P<places>[^。;\n]+?)的?(?P<old>[高中])风险(?:地区|区)")  # `解除甲小区高风险区管控`
LIFT = re.compile(r"(?P<places>[^。;\n]+?)(?:解除|退出)(?:原)?(?P<old>[高中])风险(?:地区|区)(?![0-9]*个|[:\n])")


def number(text: str) -> int:
    """`12`, `十二`, `二十` as a number."""
    if text.isdigit():
        return int(text)
    total = value = 0
    for char in text:
        if char == "百":
            total, value = total + (value or 1) * 100, 0
        elif char == "十":
            total, value = total + (value or 1) * 10, 0
        else:
            value = DIGITS[char]
    return total + value

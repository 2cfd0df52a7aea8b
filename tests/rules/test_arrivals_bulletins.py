"""Bulletins: counts, headings, what is one place and what is two, and where places lie."""

import json
from functools import partial
from pathlib import Path

import pytest

from muster.domains.arrivals.rules import divisions, known, places, zones
from muster.domains.arrivals.rules.bulletins import read
from muster.domains.arrivals.rules.lines import plain
from muster.domains.arrivals.rules.pieces import take_apart
from muster.domains.arrivals.rules.signs import number

pytestmark = pytest.mark.skipif(not divisions.TABLE.exists(), reason="`make` has not built the division table")
DATA = Path(__file__).resolve().parents[3] / "shared/data/2_linelists/cn_riskareas"


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("甲小区、乙小区,丙社区;丁村", 4),
        ("十二化建小区16、17号楼", 1),
        ("长丰园小区1期2号楼、2期15号楼、伟丰花园小区13号楼", 2),
        ("明月路以南、文汇西路以北、维扬路以西、新城河路以东区域", 1),
        ("国防街片区（东至和平街、南至民主街、西至正阳路、北至国防街）,雷允村", 2),
        ("新南大街、新南三巷、南巷、新联路所包围区域;仙湖社区", 2),
        ("百官街道（城南社区、大通超市（舜杰路店）除外）,曹娥街道", 2),
        ("龙光街27号、龙光街29号、龙光街65号", 1),
        ("沙井街76号、金丽路20号", 2),
        ("（甲小区、乙小区", 2),  # a bracket that never closes hides nothing
    ],
)
def test_what_is_one_place(text, places):
    assert len(take_apart(text)) == places


@pytest.mark.parametrize(("text", "value"), [("12", 12), ("十二", 12), ("二十", 20), ("一百零三", 103), ("两", 2)])
def test_numbers(text, value):
    assert number(text) == value


LISTS = {
    "provinces in lines": (
        "全国1个高风险地区,2个中风险地区。\n高风险地区(1个)\n云南:1个\n瑞丽市姐告国门社区\n中风险地区（2个）\n"
        "江苏（2个）：\n南京市江宁区禄口街道\n扬州市广陵区湾头镇A路以西,B路以东的区域内",
        {"high": 1, "middle": 2},
    ),
    "running text": (
        "全国现有3个中风险地区：广东省广州市（2个）：荔湾区东沙街道，冲口街；广东省深圳市（1个）：宝安区福永街道。\n境外均为高风险地区。",
        {"middle": 3},
    ),
    "no stop between blocks": (
        "2个中风险地区为：广东省东莞市（1个）：南城街道百悦尚城2栋广东省深圳市（1个）：宝安区福永街道",
        {"middle": 2},
    ),
    "none": ("全国境内无中、高风险地区。境外（除澳门为低风险外）仍全部为高风险地区。", {"high": 0, "middle": 0}),
    "numbers in words": (
        "全市现有两个高风险区。\n高风险区（二个）：\n1.青岛市李沧区九水街道\n2.青岛市李沧区浮山路街道",
        {"high": 2},
    ),
    "three tiers": (
        "青岛市李沧区\n一、封控区（2个）\n1、李沧区九水街道甲小区\n2、李沧区九水街道乙小区\n二、管控区（1个）\n李沧区九水街道\n"
        "三、防范区（1个）\n李沧区浮山路街道",
        {"sealed": 2, "controlled": 1, "watched": 1},
    ),
    "a table's rows": (
        "全国2个中风险地区\n序号 省份 城市 区县 地区 等级\n1 山东省 青岛市 李沧区 九水街道 中风险\n"
        "2 山东省 青岛市 崂山区 中韩街道 中风险",
        {"middle": 2},
    ),
    "a table's cells, one to a line": (
        "中风险地区（2个）\n1\n山东省\n青岛市\n李沧区\n九水街道\n2\n山东省\n青岛市\n崂山区\n中韩街道",
        {"middle": 2},
    ),
    "counties of the bulletin's own city": (
        "兰州市新增高风险区2个：\n城关区：\n（1）雁南街道天庆嘉园15号楼\n七里河区：\n（1）西湖街道金港城",
        {"high": 2},
    ),
    "2020: the count after the places": (
        "湖北省共有高风险地区3个，中风险地区2个。高风险地区：武汉市江岸区、江汉区、硚口区（3个）；中风险地区：黄石市大冶市、十堰市张湾区（2个）；其他均为低风险地区。",
        {"high": 3, "middle": 2},
    ),
    "2020: a county is one place": (
        "全国现有高风险地区2个、中风险地区1个。高风险地区：上海市闵行区（1个）、浦东新区北蔡镇（1个）。中风险地区：吉林省长春市（1个）：宽城区奋进街道。",
        {"high": 2, "middle": 1},
    ),
    "2022: a county over numbered places": (
        "郑州市新增高风险区3个、中风险区1个\n一、高风险区\n（一）中原区\n1.林山寨街道甲院5号楼\n2.桐柏路街道乙院3号楼\n（二）管城回族区\n"
        "1.城东路街道丙院\n二、中风险区\n中原区林山寨街道甲院（高风险区除外）\n三、低风险区\n中原区、管城回族区除中高风险区以外的其他区域。",
        {"high": 3, "middle": 1},
    ),
    "2022: headings with a city": (
        "吉林省共有高风险地区6个，其中长春市高风险地区2个：九台区、绿园区西新镇；吉林市高风险地区4个：昌邑区、船营区、高新区、经开区。",
        {"high": 6},
    ),
    "2022: a table without the province": (
        "高风险区（共2个）\n序号 区县 街道 具体区域\n1 武侯区 簇桥街道 甲花园1栋\n2 青羊区 草市街街道 乙小区\n"
        "中风险区（共1个）\n1 锦江区 书院街街道 70号院",
        {"high": 2, "middle": 1},
    ),
    "low areas as well": (
        "全国共有高风险区2个，低风险区1个\n高风险区\n安徽省宿州市泗县（2个）\n泗城镇甲小区\n大庄镇王沟村\n低风险区\n甘肃省兰州市七里河区",
        {"high": 2, "low": 1},
    ),
    "2020: a level with a colon before its number, streets under their county": (
        "截至2月3日9时，全国高风险地区：2个，中风险地区：1个。\n一、高风险地区：\n（一）黑龙江省\n黑河市爱辉区花园街道\n黑河市爱辉区西兴街道\n"
        "二、中风险地区：\n（一）黑龙江省\n黑河市北安市和平街道",
        {"high": 2, "middle": 1},
    ),
    "2020: counties by level": (
        "风险等级评估（2020年3月18日）\n中风险市县（2个）：硚口区、武昌区。\n高风险市县（1个）：江汉区。",
        {"high": 1, "middle": 2},
    ),
    "full-width digits, a city over its numbered streets": (
        "共有高风险地区 ２ 个，中风险地区 １ 个\n高风险地区（２个）\n"
        "河北省石家庄市\n１．裕华区东苑街道\n２．长安区育才街道\n"
        "中风险地区（１个）\n河北省邢台市南宫市凤岗街道",
        {"high": 2, "middle": 1},
    ),
    "2022: a county named over its own streets": (
        "成都市新增3个高风险区、1个中风险区。\n一、新增高风险区\n（一）武侯区\n武侯区玉林街道甲街2号院；\n武侯区浆洗街街道乙街9号院。\n"
        "（二）锦江区\n锦江区成龙路街道丙苑；\n二、新增中风险区\n武侯区玉林街道芳草街社区",
        {"high": 3, "middle": 1},
    ),
    "2022: a county with its number over its streets": (
        "高风险区3个\n金水区2个\n1.经八路街道甲院1号楼\n2.花园路街道乙院\n上街区1个\n1.济源路街道丙院",
        {"high": 3},
    ),
    "2022: places counted as 处, what is left out named": (
        "西安市划定封控区2处、管控区1处、防范区1处\n封控区：\n1.雁塔区电子城街道甲花园1号楼\n2.莲湖区青年路街道乙国际2号楼\n"
        "管控区：\n雁塔区电子城街道甲花园除1号楼以外的区域\n防范区：\n雁塔区电子城街道除封控区、管控区以外的区域\n"
        "封控区实行“区域封闭、足不出户、服务上门”。特此通告",
        {"sealed": 2, "controlled": 1, "watched": 1},
    ),
    "2022: headings between ornaments": (
        "共有高风险区2个、中风险区1个\n▲高风险区▲\n◎ 城关区：雁南街道甲院4号楼\n◎ 七里河区：西湖街道乙院\n"
        "【中风险区】\n◎ 城关区：雁南街道甲院",
        {"high": 2, "middle": 1},
    ),
    "the number, then the places in a sentence": (
        "高风险地区3个，分别是：扬州市邗江区双桥街道、邗江区蒋王街道；南京市江宁区禄口街道。中风险地区1个，为南京市建邺区沙洲街道甲村。",
        {"high": 3, "middle": 1},
    ),
    "a number under none": (
        "高风险区：无\n中风险区：2个\n渭城区渭阳街道甲花园1号楼\n秦都区人民路街道乙小区",
        {"middle": 2},
    ),
    "2020: streets and townships as a kind": (
        "截至6月20日，北京市有1个高风险街乡镇，2个中风险街乡镇。\n高风险街乡：丰台区花乡地区。\n中风险街乡：西城区金融街街道、海淀区永定路街道。",
        {"high": 1, "middle": 2},
    ),
    "2022: the number in a line, the list under it": (
        "新疆生产建设兵团第八师石河子市划定高风险区3个。具体如下：\n1.石河子市向阳街道1小区3号楼；\n2.石河子市红山街道22小区；\n"
        "3.石河子市新城街道4小区5栋。",
        {"high": 3},
    ),
    "2022: the number in a line under its heading": (
        "一、高风险地区\n共2个，分别是：江苏省徐州市睢宁县、江苏省徐州市邳州市。\n二、中风险地区\n共1个，是江苏省徐州市新沂市。",
        {"high": 2, "middle": 1},
    ),
    "2022: numbers within a line": (
        "沭阳县划定高风险区2个、中风险区2个。"
        "高风险区：1.沭城街道甲花园2幢 2.梦溪街道乙苑3幢。\n中风险区：（1）沭城街道丙社区（2）梦溪街道丁社区",
        {"high": 2, "middle": 2},
    ),
    "2022: what is lifted is not counted": (
        "一、高风险区（1个）\n凤台县顾桥镇甲小区\n二、解除中风险区（2个）\n凤台县城关镇乙小区\n凤台县凤凰镇丙社区\n其他区域风险等级不变。",
        {"high": 1},
    ),
    "2022: a number before the colon of a county, one place with signs in it": (
        "西安市现有中风险地区3个：\n雁塔区2个：电子城街道甲公寓；长延堡街道乙村一队、二组和乙村东侧空地\n碑林区1个：长乐坊街道丙、丁宿舍",
        {"middle": 3},
    ),
    "2022: temporarily controlled": (
        "海淀区划定临时管控区2个：\n1.北太平庄街道甲小区\n2.学院路街道乙小区\n高风险区1个：清河街道丙家园5号楼",
        {"controlled": 2, "high": 1},
    ),
    "headings in brackets of their own, ways down by strokes": (
        "【高风险地区】1个\n河南省/周口市/太康县/城关回族镇\n【中风险地区】2个\n河南省/郑州市/二七区/长江路街道\n湖北省/武汉市/洪山区/关山街道",
        {"high": 1, "middle": 2},
    ),
    "2022: cities with their numbers within a list": (
        "全省共有中风险地区4个，分布在：郑州市2个，为二七区京广路街道、管城区南曹街道；商丘市2个（虞城县城关镇、睢阳区古宋街道）。",
        {"middle": 4},
    ),
    "2022: numbers of several counties, none of all": (
        "日喀则市桑珠孜区高风险区2个：城南街道甲组、城北街道乙居委会；拉孜县高风险区1个：曲下镇丙村",
        {"high": 3},
    ),
    "2022: provinces, cities and counties in lines of their own": (
        "高风险区（2个）：\n\n辽宁省\n\n葫芦岛市\n\n绥中县高岭镇\n\n绥中县前卫镇\n\n低风险区（2个）\n\n江苏省无锡市\n锡山区\n安徽省宿州市\n泗县",
        {"high": 2, "low": 2},
    ),
    "2022: what it is in particular, and what ends": (
        "泰州市高港区：高风险区共2个，具体为：口岸街道甲小区1号楼、2号楼，刁铺街道乙小区；\n以下区域解除中风险区：\n1.永安洲镇丙村",
        {"high": 2},
    ),
    "in brackets": ("目前全国有1个中风险地区（云南省瑞丽市姐告国门社区）。", {"middle": 1}),
}


@pytest.mark.parametrize("name", LISTS)
def test_lists(name):
    text, declared = LISTS[name]
    reading = read(text)
    assert reading.declared == declared
    assert reading.agrees, reading


def test_a_bulletin_that_contradicts_itself_is_not_bent():
    reading = read("全国有3个中风险地区：\n山东省青岛市：李沧区九水街道，崂山区中韩街道。")
    assert reading.agrees is False
    assert reading.disagreements() == ["middle: 3 declared, 2 found"]


def test_nothing_declared_is_not_agreement():
    assert read("请广大市民做好个人防护。").agrees is None


def test_a_change_of_level():
    reading = read("自2021年1月5日起，将青岛市李沧区九水街道、崂山区中韩街道由低风险地区调整为中风险地区。")
    assert [(area.county, area.level, before) for area, before in reading.changes] == [
        ("李沧区", "middle", "low"),
        ("崂山区", "middle", "low"),
    ]


def test_what_is_set_to_a_level_in_a_list_of_its_own():
    reading = read(
        "一、调整为高风险区\n1.武汉市洪山区珞南街道洪珞社区\n二、将以下区域划定为中风险区：\n1.武汉市江汉区常青街道\n三、解除中风险区\n"
        "1.武汉市江岸区台北街道"
    )
    assert [(area.county, area.level) for area in reading.areas] == [("洪山区", "high"), ("江汉区", "middle")]
    assert [(area.county, area.level, before) for area, before in reading.changes] == [("江岸区", "low", "middle")]


def test_numbers_by_county_are_no_places():
    reading = read("兰州市高风险区18个、中风险区2个\n高风险区：城关区12个、七里河区6个\n中风险区：安宁区2个")
    assert reading.declared == {"high": 18, "middle": 2}
    assert reading.areas == []  # no place is listed: the count does not agree, and says so
    assert reading.agrees is False


@pytest.mark.parametrize(
    ("text", "county", "was", "now"),
    [
        ("一、将金水区未来路街道甲院由高风险区调整为中风险区；", "金水区", "high", "middle"),
        ("决定将城关区雁北街道甲院由中风险区降为低风险区。\n兰州市疫情防控领导小组", "城关区", "middle", "low"),
        ("11月24日0时起，解除金水区未来路街道甲院高风险区管控。", "金水区", "high", "low"),
        ("自10月28日零时起，将肃州区东南街街道甲社区一带（北至乙路，南至丙路）划为高风险区。", "肃州区", "", "high"),
    ],
)
def test_how_a_change_is_said(text, county, was, now):
    ((area, before),) = read(text).changes
    assert (area.county, before, area.level) == (county, was, now)


def test_what_is_lifted_is_low():
    reading = read("洛阳市西工区王城路街道6号院解除高风险区管控，降为低风险区；涧西区天津路街道退出中风险区。")
    assert [(area.county, area.level, before) for area, before in reading.changes] == [
        ("西工区", "low", "high"), ("涧西区", "low", "middle"),
    ]  # fmt: skip


def test_the_county_named_before_goes_on_until_another_is_named():
    reading = read(
        "全国有4个中风险地区：\n河北省石家庄市（4个）：藁城区增村镇小果庄村、刘家佐村，正定县孔村，高新区赵村新区小区。"
    )
    assert [area.county for area in reading.areas] == ["藁城区", "藁城区", "正定县", "裕华区"]
    assert reading.areas[0].street == "增村镇"


@pytest.mark.parametrize(
    ("text", "within", "county"),
    [
        ("德宏州瑞丽市弄岛镇", "", "瑞丽市"),
        ("管城区航海东路街道正商蓝钻", "4101", "管城回族区"),
        ("科左后旗吉尔嘎朗镇", "1505", "科尔沁左翼后旗"),
        ("达茂联合旗小文公乡", "1502", "达尔罕茂明安联合旗"),
        ("满洲里扎赉诺尔区第二街道", "1507", "扎赉诺尔区"),
        ("金普新区先进街道桃园社区", "2102", "金州区"),
        ("鲤城街道新海宏花园", "3503", "仙游县"),
        ("咸水沽镇丰达园", "12", "津南区"),
        ("高新区赵村新区小区", "1301", "裕华区"),  # a zone with a code like a county's
        ("经济技术开发区新农小区7号楼", "2207", "宁江区"),
        ("新区秦川园区秦川镇酷派酒店", "6201", "永登县"),
        ("高新区中和街道长城馨苑小区", "5101", "双流区"),  # the street decides, the zone reaches into several counties
        ("宽城区奋进街道", "2201", "宽城区"),  # the county that is named decides
        ("松山湖高新技术产业开发区台科片区", "4419", "东莞市"),
        ("江夏经济开发区栗庙还建小区", "4201", "江夏区"),  # a zone that bears its county's name
        ("云龙示范区大丰安置房", "4302", "石峰区"),
        ("阿尔丁街道熙华公寓", "1502", "昆都仑区"),  # 阿尔丁大街街道
        ("胜利办胜利小区西区", "4109", "华龙区"),  # 胜利路街道
        ("新华街道小寺社区", "2102", "庄河市"),  # two counties have the street, one of them the community
        ("新华街道", "2102", ""),
        ("朝阳区汉庭酒店", "2102", ""),  # not the city of Chaoyang in the same province
        ("白金公寓", "1301", ""),  # the table cannot know
    ],
)
def test_where_a_place_lies(text, within, county):
    assert divisions.title(places.find(text, within).code)[2] == county


def test_an_earlier_list_tells_what_the_table_cannot():
    areas = read("全国有1个中风险地区：\n河北省石家庄市（1个）：桥西区白金公寓。").areas
    assert known.recall(known.learn(areas), "1301", "白金公寓。") == "130104"
    assert known.recall(known.learn(areas), "1302", "白金公寓") == ""
    assert places.find("白金公寓3号楼", "1301", recalled=partial(known.recall, known.learn(areas))).code == "130104"


@pytest.mark.parametrize(
    ("listed", "asked"),
    [
        ("桥西区晨曦湖畔24号楼", "晨曦湖畔小区"),
        ("桥西区晨曦湖畔小区", "晨曦湖畔3幢"),
        ("桥西区石家庄晨曦电子有限公司", "晨曦电子有限公司。"),
        ("桥西区晨曦中学", "晨曦中学区域"),
    ],
)
def test_an_estate_is_the_same_by_its_building_its_kind_and_without_its_city(listed, asked):
    learned = known.learn(read(f"全国有1个中风险地区：\n河北省石家庄市（1个）：{listed}。").areas)
    assert known.recall(learned, "1301", asked) == "130104"
    assert known.recall(learned, "1301", "晨曦路24号楼") == ""  # of a road neither number nor building tells


def test_an_earlier_list_of_a_city_without_counties_tells_the_town():
    areas = read("全国有2个中风险地区：\n广东省东莞市（2个）：大朗镇蔡边村，麻涌镇甲小区78、80号楼。").areas
    assert known.recall(known.learn(areas), "4419", "蔡边村").startswith("4419")
    assert len(known.recall(known.learn(areas), "4419", "甲小区2号楼")) == 9


@pytest.mark.parametrize(
    ("text", "within", "county"),
    [
        ("定区子午路以南", "4308", "永定区"),
        ("19幢，杨舍镇君临新城6号楼", "3205", "张家港市"),
        ("长安路2358号吴江科技创业园", "3205", "吴江区"),
        ("孟定诚信寄售行", "5309", "耿马傣族佤族自治县"),
        ("文汇路旧址天王二区宿舍", "6104", "渭城区"),  # a community's name in the middle
        ("白金公寓", "1301", ""),
    ],
)
def test_what_is_only_probable_is_asked_for_apart(text, within, county):
    assert divisions.title(places.find(text, within).code)[2] == ""
    assert divisions.title(places.likely(text, within))[2] == county


def test_every_zone_lies_in_a_county_of_its_city():
    table = divisions.names()
    assert all(zone in table and county in table and zone[:4] == county[:4] for zone, county in zones.INSIDE.items())
    for within, named in zones.NAMED.items():
        city = divisions.city_of(within)
        for zone, (county, source) in named.items():
            code = divisions.below(within)[zone]
            assert divisions.title(code)[2] == county
            seats = {seat[:6] for seat in divisions.streets(city).get(source, ())}
            assert seats == {code} if source[-1] in "道镇" else source in ("named", "early", "office", "reply", "page")


def test_signs_and_blanks():
    assert plain("中风险地区（26 个）\n爱达 88 小区") == "中风险地区（26个）\n爱达88小区"


@pytest.mark.skipif(not DATA.exists(), reason="the public bulletins are not here (../shared/data)")
def test_the_bulletins_of_2020_to_2022_agree_with_themselves():
    lines = (DATA / "riskarea_bulletins_dev.jsonl").read_text().splitlines()
    agreeing = [read(json.loads(line)["text"]).agrees for line in lines]
    assert agreeing.count(True) / len(agreeing) >= 0.95

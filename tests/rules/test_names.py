"""Names: the pinyin they are found by, and the mask that hides them."""

import pytest

from muster.kernel.people.names import keys, mask, search_keys, surname_of, tidy
from muster.kernel.people.surnames import COMPOUNDS, SINGLES


@pytest.mark.parametrize(
    ("name", "key", "initials"),
    [
        ("王小明", "wangxiaoming", "wxm"),
        ("单雄信", "shanxiongxin", "sxx"),
        ("曾国藩", "zengguofan", "zgf"),
        ("仇英", "qiuying", "qy"),
        ("解缙", "xiejin", "xj"),
        ("查良镛", "zhaliangyong", "zly"),
        ("朴树", "piaoshu", "ps"),
        ("任正非", "renzhengfei", "rzf"),
        ("区永强", "ouyongqiang", "oyq"),
        ("盖叫天", "gejiaotian", "gjt"),
        ("翟天临", "zhaitianlin", "ztl"),
        ("缪昌期", "miaochangqi", "mcq"),
        ("尉迟恭", "yuchigong", "ycg"),
        ("欧阳锋", "ouyangfeng", "oyf"),
        ("歐陽鋒", "ouyangfeng", "oyf"),
        ("单于飞", "chanyufei", "cyf"),
        ("万俟卨", "moqixie", "mqx"),
        ("长孙无忌", "zhangsunwuji", "zswj"),
        ("澹台灭明", "tantaimieming", "ttmm"),
        ("吕布", "lvbu", "lb"),
        ("欧阳", "ouyang", "oy"),
        ("李单", "lidan", "ld"),  # the reading of a surname holds for surnames only
        ("王 Wei", "wangwei", "ww"),
        ("阿依古丽.麦麦提", "ayigulimaimaiti", "ayglmmt"),
        ("John  Smith", "johnsmith", "js"),
        ("Jürgen Müller", "jurgenmuller", "jm"),
        ("김철수", "김철수", "김"),
        ("", "", ""),
        ("12", "", ""),
    ],
)
def test_names_are_found_by_pinyin_and_initials(name, key, initials):
    assert keys(name) == (key, initials)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("王小明", "王*"),
        ("王明", "王*"),
        ("欧阳锋", "欧阳*"),
        ("欧阳", "欧*"),
        ("John Smith", "J*** S***"),
        ("阿依古丽·麦麦提", "阿*·麦*"),
        ("김철수", "김***"),
        ("王", "王*"),
        ("12", "1*"),
        ("", ""),
    ],
)
def test_the_mask_shows_the_surname_and_not_how_long_the_name_is(name, shown):
    assert mask(name) == shown


def test_one_form_of_a_name():
    assert tidy(" 王 小\u3000明 ") == "王小明"
    assert tidy("Ｊｏｈｎ   Smith") == "John Smith"
    assert tidy("Иван  Петров") == "Иван Петров"
    assert tidy("古丽•买买提") == tidy("古丽.买买提") == "古丽·买买提"
    assert tidy("J. Smith") == "J. Smith"


def test_what_is_typed_finds_what_is_stored():
    for typed in ("Lü Bu", "lyu bu", "LV BU", "lvbu"):
        assert keys("吕布")[0] in search_keys(typed)
    for typed in ("Lyudmila", "Nyusha"):
        assert keys(typed)[0] in search_keys(typed)
    assert search_keys("Müller") == ["muller"]


def test_every_surname_has_a_plain_reading():
    for surname, reading in SINGLES.items():
        assert len(surname) == 1 and reading.isascii() and reading.isalpha()
    for surname, reading in COMPOUNDS.items():
        assert len(surname) == 2 and len(reading) == 2 and "".join(reading).isalpha()
        assert surname_of(surname + "三") == surname and surname_of(surname) == surname[0]

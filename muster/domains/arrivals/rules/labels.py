"""Records with a label before each value (`区域:上海市浦东新区 级别:高风险 地点:北蔡镇`), in one line or in several."""

from __future__ import annotations

import re

_WHERE = (
    r"省份?|地?市|城市|县|区|(?:所[属在])?(?:区域|区县|县区|县市区|地区|行政区划?|街道|乡镇|镇街|街镇|街道乡镇)|社区|小区|"
    r"(?:具体|详细|所在|风险)?(?:地[点址]|位置|范围|点位|区域|名称|区域名称|点位名称)"
)
_LABEL = re.compile(
    rf"(?:^(?:[0-9]{{1,3}}[.、)）])?|(?<=[ \t,;、|]))(?:(?P<where>{_WHERE})|"
    r"(?P<level>(?:风险)?(?:等级|级别|类别))|序号|日期|(?:划定|调整|开始)?时间|备注)[ \t]*:"
)


def unlabelled(lines: list[str]) -> list[str]:
    """The lines with each record as one line: its places, with the sign of its level before them where it has one.

    A record ends where a label comes again. A line that only begins like one (`地点:甲村`) is left.
    """
    found: list[str] = []
    record: dict[str, str] = {}
    kept: list[str] = []
    for line in [*lines, "."]:
        labels = list(_LABEL.finditer(line.strip()))
        if not line.strip() and record:
            continue
        for label, after in zip(labels, [*labels[1:], None], strict=True) if labels and not labels[0].start() else ():
            if label[0] in record:
                found += _row(record, kept)
                record, kept = {}, []
            value = line.strip()[label.end() : after.start() if after else None].strip(" \t,;、|。")
            record[label[0]] = f"{label.lastgroup or ''}\0{value}"
        if labels and not labels[0].start():
            kept.append(line)
        else:
            found += [*_row(record, kept), line]
            record, kept = {}, []
    return found[:-1]


def _row(record: dict[str, str], lines: list[str]) -> list[str]:
    values = [value.partition("\0") for value in record.values()]
    places = [value for kind, _, value in values if kind == "where"]
    level = next((value[:1] for kind, _, value in values if kind == "level" and value[:1] in "高中低"), "")
    if not places or len(record) < 2:
        return lines
    return [f"\x01{level}{''.join(places)}" if level else "".join(places)]

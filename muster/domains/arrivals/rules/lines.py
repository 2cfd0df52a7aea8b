"""A bulletin's lines in one form (signs, blanks, rows of tables), and with what stands in brackets masked."""

from __future__ import annotations

import html
import re
import unicodedata

from . import divisions, labels, signs, tables
from .signs import N

# `上调至中风险`, `转为低风险`; a heading that a full stop ends before its places.
_REACHED = re.compile(
    r"(?:(?:上|下)?调整?|上升|下降|提升|升级?|降级?|降低|恢复|回落)(?:至|到|成)(?=[高中低]风险)|(?:调[高低]?|转|变更?|恢复)为(?=[高中低]风险)"
)
_STOPPED = re.compile(
    rf"^((?:[0-9一二三]{{1,2}}[.、]|（[0-9一二三]{{1,2}}）)?[高中低]风险(?:地区|区域|区)(?:（?(?:共计?)?(?:{N})[个处]）?)?)。"
    r"(?=[\u4e00-\u9fff])(?!(?!除)[^。\n]{0,12}风险|[^。\n]{0,6}[无为])",
    re.MULTILINE,
)
_ORNAMENTS = "#▪◾▸➤✦‣▲△▼▽★☆◎○□◇※►▶→◄◀ \t"
_CIRCLED = {ord("①") + n: f"（{n + 1}）" for n in range(20)}
_BRACKETS = str.maketrans(
    {"(": "（", ")": "）", "〔": "（", "〕": "）", "〖": "【", "〗": "】", "“": "", "”": "", '"': ""}
)
# Two lines or more that end with a level are no headings: `甲小区:高风险区`.
_ZONE = "(?:[高中低]风险(?:地区|区)|(?:封控|管控|防范)区域?)"
_TOLD_AFTER = re.compile(rf"^(?:[^:\n]{{2,60}}:{_ZONE}[。;]?(?:\n|\Z)){{2,}}", re.MULTILINE)
_LEVEL_AT_END = re.compile(rf":({_ZONE})(?=[。;]?$)", re.MULTILINE)
_COUNTED_UP = re.compile(r"^[ \t]*([0-9]{1,3})[ \t]+(?=[\u4e00-\u9fff]+[ \t]*$)", re.MULTILINE)
# Cells that are all towns, or all villages, stand beside one another: `金融街街道 月坛街道`.
_ALIKE = tuple(re.compile(rf"..(?:{kind})$") for kind in ("街道|镇|乡", "村", "社区", "小区"))
_COUNT = re.compile(rf"（(?:共计?|合计)?(?:{N})[个处]?）")


def plain(text: str) -> str:
    """One form of signs, no blanks inside lines; the cells of a table that came one to a line are rows again."""
    text = _unmarked(text.replace("…", "").replace("”“", "、").translate(_CIRCLED))
    text = unicodedata.normalize("NFKC", text).translate(_BRACKETS)
    text = re.sub(r"[\0-\x08\u200b-\u200f\u202a-\u202e\u2600-\u26ff\ufe0f\ufeff\U0001f000-\U0001faff]", "", text)
    text = _REACHED.sub("调整为", text)
    text = _STOPPED.sub(r"\1:", text)
    text = re.sub(
        rf"(?:^|(?<=[:。;,\n]))([高中低]风险(?:地区|区))新增(?=[\u4e00-\u9fff])(?!(?:{N})[个处])", r"\1:", text
    )
    text = re.sub(r"【([高中低]风险)】", r"\1区", text)
    text = re.sub(r"【([高中低]风险[^【】\n]{0,6})】", r"\1", text)
    text = re.sub(r"(?<=风险区)（(?:封控|管控|防范)区域?）|(?<=[控范]区)（[高中低]风险(?:地区|区域|区)）", "", text)
    text = re.sub(r"^([^\n·]{0,6}[\u4e00-\u9fff]{2,3})·(?=[\u4e00-\u9fff]{2,10}[:（])", r"\1", text, flags=re.MULTILINE)
    text = re.sub(r"(?<=乡)（地区）乡|（地区）(?=[乡镇])", "", text)
    text = re.sub(rf"（(?:共|新增)?({N})([个处])([高中低]风险(?:地区|区)?)）:?", r"\3（\1\2）:", text)
    text = re.sub(
        r"(?<=[省市州盟区县旗])[—―]{1,2}+(?![高中低]风险)|(?<=风险)[—―]{1,2}+|(?<=风险[地]区)[—―]{1,2}+|(?<=风险区)[—―]{1,2}+|[—―]{1,2}+(?=[高中低]风险)",
        ":",
        text,
    )
    text = re.sub(
        r"(?:新疆(?:生产建设)?)?兵团第[一二三四五六七八九十]{1,3}师(?=[\u4e00-\u9fff]{2,6}市)|第[一二三四五六七八九十]{1,3}师(?=[\u4e00-\u9fff]{2,6}市)",
        "新疆",
        text,
    )
    text = re.sub(r"(?<=[省市州盟区县旗道镇乡村])[ \t]*(?:[/>·→]|-(?!-))[ \t]*(?=[\u4e00-\u9fff])", "", text)
    text = re.sub(r"(?<=\S)[ \t]{1,8}(?=[0-9]{1,3}[.)][ \t]*[\u4e00-\u9fff])", "\n", text)
    text = re.sub(
        r"^[ \t]*([高中低]风险(?:地区|区)?)[ \t]*:[ \t]*([0-9]{1,4})[ \t]*$", r"\1（\2个）", text, flags=re.MULTILINE
    )
    text = re.sub(
        r"^（([\u4e00-\u9fff]{2,12}[省市州盟区县旗])）(?=$|[\u4e00-\u9fff]{2,9}[市区县旗])",
        r"\1",
        _counted_up(text),
        flags=re.MULTILINE,
    )
    text = "\n".join(_numbered(line) for line in tables.spelled_out(labels.unlabelled(text.splitlines())))
    text = re.sub(rf"^（({signs.STREET.pattern})）(?=[\u4e00-\u9fff])", r"\1:", text, flags=re.MULTILINE)
    text = "\n".join(_street_heads(text.split("\n")))
    lines = [_row(line.lstrip(_ORNAMENTS + "【").rstrip(_ORNAMENTS + "】")) for line in text.splitlines()]
    text = "\n".join(line for line in _rows(lines) if line)
    text = _TOLD_AFTER.sub(lambda rows: _LEVEL_AT_END.sub(r"（\1）", rows[0]), text)
    # the number in a line of its own under the heading
    return re.sub(rf"([高中低]风险(?:地区|区))[:。]?\n(?=(?:共计?|合计)(?:{N})[个处])", r"\1", text)


def _unmarked(text: str) -> str:
    """Without what a web page left in it: tags that end a line end one, other tags and entities are gone."""
    if "<" in text:
        text = re.sub(r"<(?:br|/?(?:p|div|li|tr|h[1-6]))\b[^<>]{0,300}>", "\n", text, flags=re.IGNORECASE)
        text = re.sub(r"</?t[dh]\b[^<>]{0,300}>", "\t", text, flags=re.IGNORECASE)
        text = re.sub(r"</?[a-zA-Z][^<>]{0,300}>", "", text)
    text = text.replace("**", "")
    return html.unescape(text) if "&" in text else text


def _counted_up(text: str) -> str:
    """`1 甲村`, `2 乙村`: a stop after the numbers of lines that count upwards from 1."""
    numbers = [int(found[1]) for found in _COUNTED_UP.finditer(text)]
    return _COUNTED_UP.sub(r"\1.", text) if numbers[:2] == [1, 2] else text


def _numbered(line: str) -> str:
    """Places that are numbered within a line, （1）甲（2）乙, in lines of their own."""
    first = line.find("（1）")
    if first < 0 or line.find("（2）", first) < 0:
        return line
    return re.sub(r"（[0-9]{1,3}）(?=[\u4e00-\u9fff])", r"\n\g<0>", line)


def _street_heads(lines: list[str]) -> list[str]:
    """A street's name without a number, over a line with one that is no street: `永定门外街道`, `1.甲社区`."""
    found = []
    for line, after in zip(lines, [*lines[1:], ""], strict=True):
        rest = signs.NUMBERING.sub("", after := after.strip())
        over = rest != after and not signs.STREET.fullmatch(rest) and not signs.LEVEL_WORD.search(rest)
        heads = over and signs.STREET.fullmatch(line.strip())
        found.append(f"{line.strip()}:" if heads else line)
    return found


def _row(line: str) -> str:
    """A line without blanks; a level that stands in a cell of its own goes to the front of its row."""
    if line.startswith("\x01"):
        return re.sub(r"\s+", "", line)
    cells = [cell for cell in re.split(r"[\s|]+", line.strip()) if cell and cell != "市辖区"]
    cells = [cell for before, cell in zip(["", *cells], cells, strict=False) if cell != before]  # 北京市 北京市 朝阳区
    if cells and re.match(r"[\u4e00-\u9fff]", rest := signs.NUMBERING.sub("", cells[0])):
        cells[0] = rest
    if len(cells) > 1 and any(all(each.search(cell) for cell in cells) for each in _ALIKE):
        return "、".join(cells)
    if cells and (cells[0] in ("序号", "编号") or tables.heads(cells)):
        return ""
    level = next((cell for cell in cells if re.fullmatch(r"[高中低]风险(?:地区)?", cell)), "")
    if level and len(cells) > 2:
        cells = [cell for cell in cells if cell != level and not re.fullmatch(r"[0-9]+", cell)]
        return f"\x01{level[0]}{''.join(cells)}"
    if len(cells) > 2 and cells[0].isdigit() and divisions.is_name(cells[1]):
        cells = cells[1:]
    return "".join(cells)


def _rows(lines: list[str]) -> list[str]:
    """Joins cells between serial numbers that stand alone in a line and count upwards from 1."""
    serials = [index for index, line in enumerate(lines) if re.fullmatch(r"[0-9]{1,4}", line)]
    if len(serials) < 2 or [int(lines[index]) for index in serials[:2]] != [1, 2]:
        return lines
    found = lines[: serials[0]]
    for start, end in zip(serials, [*serials[1:], len(lines)], strict=True):
        cells = [line for line in lines[start + 1 : end] if line]
        span = next((i for i, cell in enumerate(cells) if not divisions.is_name(cell)), len(cells) - 1) + 1
        last = end == len(lines) or int(lines[end]) == 1  # the next table begins
        found.append(_row(" ".join(cells[:span] if last else cells)))
        found += cells[span:] if last else []
    return found


def masked(text: str) -> str:
    """The text with what stands in brackets blanked, unless it is only a count or there is such a count in it."""
    opened: list[int] = []
    counts: set[int] = set()  # brackets with a count in them
    blank: list[tuple[int, int]] = []
    for at, char in enumerate(text):
        if char == "（":
            opened.append(at)
        elif char == "）" and opened:
            start = opened.pop()
            if start in counts or _COUNT.fullmatch(text, start, at + 1):
                counts.update(opened[-1:])
                continue
            while blank and blank[-1][0] > start:
                blank.pop()
            blank.append((start, at + 1))
    ends = [0, *(end for _, end in blank)]
    return (
        "".join(text[end:start] + "＿" * (after - start) for end, (start, after) in zip(ends, blank, strict=False))
        + text[ends[-1] :]
    )

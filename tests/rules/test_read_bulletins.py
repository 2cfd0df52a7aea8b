"""`muster read-bulletins`: what it prints, what it fills in, and lines that are no records."""

import json

import pytest
from click.testing import CliRunner

from muster.domains.arrivals.rules import divisions
from muster.site.commands.read_bulletins_ import command

pytestmark = pytest.mark.skipif(not divisions.TABLE.exists(), reason="`make` has not built the division table")


def test_the_command_prints_each_file(tmp_path):
    file = tmp_path / "bulletins.jsonl"
    text = "全国有1个中风险地区：\n河北省石家庄市（1个）：桥西区白金公寓。"
    file.write_text(json.dumps({"source": "S", "file": "a.txt", "publish_date": "2021-01-06", "text": text}) + "\n")
    printed = CliRunner().invoke(command, [str(file), "--json"])
    (record,) = json.loads(printed.output)
    assert (record["file"], record["declared"], record["found"], record["agrees"]) == ("a.txt", 1, 1, True)
    assert record["areas"] == [
        {
            "province": "河北省",
            "city": "石家庄市",
            "county": "桥西区",
            "street": "",
            "place": "白金公寓",
            "level": "middle",
        }
    ]
    assert "1 of 1 agree" in CliRunner().invoke(command, [str(file)]).output


def test_the_command_fills_a_county_from_the_files_other_bulletins_and_says_so(tmp_path):
    file = tmp_path / "bulletins.jsonl"
    texts = (
        "河北省石家庄市（1个）：桥西区白金公寓",
        "河北省石家庄市（1个）：白金公寓",
        "云南省临沧市（1个）：孟定诚信寄售行",
    )
    file.write_text("\n".join(json.dumps({"file": "x", "text": f"全国有1个中风险地区：\n{text}。"}) for text in texts))
    areas = [record["areas"][0] for record in json.loads(CliRunner().invoke(command, [str(file), "--json"]).output)]
    assert [(area["county"], area.get("county_by")) for area in areas] == [
        ("桥西区", None), ("桥西区", "lists"), ("耿马傣族佤族自治县", "guess"),
    ]  # fmt: skip


def test_the_command_names_lines_that_are_wrong_and_prints_the_others(tmp_path):
    file = tmp_path / "bulletins.jsonl"
    one = {"file": "乙.txt", "text": "全国有1个中风险地区：\u2028河北省石家庄市（1个）：桥西区白金公寓。"}
    lines = [
        b"not json", b"", b"[]", b'{"text": 5}', b"{}", b"[" * 20_000, b'{"file": "\\ud800", "text": "\\ud800"}',
        *(json.dumps(one, ensure_ascii=False).encode(encoding) for encoding in ("utf-8", "gb18030", "utf-8")),
    ]  # fmt: skip
    file.write_bytes(b"\xef\xbb\xbf" + b"\r\n".join(lines))
    done = CliRunner().invoke(command, [str(file), "--json"])
    assert done.exit_code == 1
    assert [line.split()[1] for line in done.stderr.splitlines()] == ["1", "3", "6"]
    assert [(row["file"], row["found"]) for row in json.loads(done.stdout)] == [
        ("", 0), ("", 0), ("?", 0), ("乙.txt", 1), ("乙.txt", 1), ("乙.txt", 1),
    ]  # fmt: skip
    file.write_bytes("\n".join(json.dumps(one, ensure_ascii=False) for _ in range(2)).encode("utf-16"))
    done = CliRunner().invoke(command, [str(file)])
    assert (done.exit_code, "2 of 2 agree" in done.output) == (0, True)

"""docs/adding-a-ledger.md is tried: its ledger takes the place of the list page of adding-a-domain.md, and is used."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import textwrap

import pytest

from tests import database
from tests.house.test_adding_a_domain import BLOCK, SETTINGS, USE
from tests.house.test_adding_a_domain import PAGE as DOMAIN

PAGE = DOMAIN.with_name("adding-a-ledger.md")
LIST_PAGE = re.compile(r'@page\("posters/", name="posters:list".*?\n\n\n', re.DOTALL)

TRY = """
from muster.kernel.posts.models import SYSTEM
poster = actions.put_up(by=town.worker, area=GRID + "002")
import csv, io, re, warnings
warnings.simplefilter("ignore")
text = client.get("/posters/", headers={"accept-language": "en"}).content.decode()
assert text.count('<th scope="row">') == 2 and "They are gone" in text
found = client.get("/ledgers/posters.posters/rows.json?show=gone&sort=-up_since").json()["rows"]
assert found == []
row = {"deed": "torn", "row": str(poster.id), "op": str(ids.uuid7())}
preview = client.post("/ledgers/posters.posters/do/", row, headers={"accept-language": "en"}).content.decode()
assert "will be done for 1 row" in preview
client.post("/ledgers/posters.posters/do/", row | {"sure": "yes", "op": str(ids.uuid7())})
assert [r["area"] for r in client.get("/ledgers/posters.posters/rows.json?show=gone").json()["rows"]] == [GRID + "002"]
form = {"kind": "csv", "purpose": "work", "op": str(ids.uuid7())}
file = b"".join(client.post("/ledgers/posters.posters/export/?sort=-area", form, headers={"accept-language": "en"}))
assert [line[1] for line in csv.reader(io.StringIO(file.decode()))] == ["State", "Gone", "Hangs"]
assert outsider.get("/ledgers/posters.posters/rows.json").json()["rows"] == []
print("tried")
"""


@pytest.fixture
def empty_clone(worker_database):
    """A fresh database of its own: the domain adds tables, and all of it is dropped again."""
    name = f"t_{os.getpid()}_ledger"
    worker_database.clone_template(name)
    yield database.database.owner_url(database.CLUSTER, name)
    worker_database.drop(name)


def test_the_page_can_be_followed(tmp_path, empty_clone):
    files = dict(BLOCK.findall(DOMAIN.read_text(encoding="utf-8")))
    ours = dict(BLOCK.findall(PAGE.read_text(encoding="utf-8")))
    assert set(ours) == {"posters/ledgers.py", "posters/models.py"}
    assert ours["posters/ledgers.py"].count("\n") <= 40
    files["posters/pages.py"], dropped = LIST_PAGE.subn("", files["posters/pages.py"])
    assert dropped == 1
    del files["posters/templates/posters/list.html"]
    files["posters/models.py"] = files["posters/models.py"].rstrip() + "\n\n" + ours["posters/models.py"]
    files["posters/ledgers.py"] = ours["posters/ledgers.py"]
    for name, text in files.items():
        path = tmp_path / name.replace("0002_walls.py", "0002_walls.later")  # after makemigrations has run
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    for package in ("posters", "posters/migrations"):
        (tmp_path / package / "__init__.py").touch()
    (tmp_path / "with_posters.py").write_text(textwrap.dedent(SETTINGS).format(folder=str(tmp_path)))
    environment = {
        **os.environ,
        "PYTHONPATH": f"{tmp_path}{os.pathsep}{PAGE.parents[1]}",
        "DJANGO_SETTINGS_MODULE": "with_posters",
        "DATABASE_URL": empty_clone,
    }
    use = USE.removesuffix('print("tried")\n') + TRY
    done = subprocess.run([sys.executable, "-c", use], env=environment, capture_output=True, text=True, timeout=120)
    assert done.stdout.strip().endswith("tried"), done.stderr[-3000:]

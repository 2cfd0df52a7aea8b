"""docs/adding-a-domain.md is tried: its files are added as a domain, migrated, used through the page, and removed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from tests import database

PAGE = Path(__file__).resolve().parents[2] / "docs" / "adding-a-domain.md"
BLOCK = re.compile(r"```(?:python|django)\n(?:# |\{# )(posters/\S+?)(?: #\})?\n(.*?)```", re.DOTALL)

SETTINGS = """
import muster.domains
muster.domains.__path__.append({folder!r})
from muster.site.settings import *
DOMAINS = [*DOMAINS, "muster.domains.posters"]
INSTALLED_APPS = [*INSTALLED_APPS[:-1], "muster.domains.posters", INSTALLED_APPS[-1]]
"""

USE = """
import django
django.setup()
from django.core.management import call_command
call_command("makemigrations", "posters", verbosity=0)
from pathlib import Path
import muster.domains.posters.migrations as written
walls = Path(written.__file__).with_name("0002_walls.later")
walls.rename(walls.with_suffix(".py"))
from django.conf import settings
from muster.site.database import prepare
prepare(settings.HOME, settings.MUSTER_URLS["owner"])
from django.test import Client
from django.test.utils import setup_test_environment
setup_test_environment()
from muster.domains.posters import actions
from muster.domains.posters.models import Poster
from muster.kernel import ids
from muster.kernel.duties.models import Duty
from muster.kernel.posts.logins import acting
from tests.town import GRID, build_town, sign_in
town = build_town()
poster = actions.put_up(by=town.worker, area=GRID + "001", op=ids.uuid7())
client = Client()
sign_in(client, town.worker)
assert "1号楼" in client.get("/posters/", headers={"accept-language": "zh-hans"}).content.decode()
op = str(ids.uuid7())
for _ in range(2):
    assert client.post(f"/posters/{poster.id}/torn/", {"op": op}).status_code == 302
with acting():
    assert Duty.objects.open().filter(kind="posters.renew").count() == 1
outsider = Client()
sign_in(outsider, town.far_worker)
assert "1号楼" not in outsider.get("/posters/").content.decode()
assert outsider.post(f"/posters/{poster.id}/torn/", {"op": str(ids.uuid7())}).status_code == 404
actions.put_up(by=town.worker, area=GRID + "001")
with acting():
    assert not Duty.objects.open().exists()
    assert Poster.objects.count() == 1
print("tried")
"""


@pytest.fixture
def empty_clone(worker_database):
    """A fresh database of its own: the domain adds tables, and all of it is dropped again."""
    name = f"t_{os.getpid()}_posters"
    worker_database.clone_template(name)
    yield database.database.owner_url(database.CLUSTER, name)
    worker_database.drop(name)


def test_the_page_can_be_followed(tmp_path, empty_clone):
    files = dict(BLOCK.findall(PAGE.read_text(encoding="utf-8")))
    assert len(files) == 6
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
    done = subprocess.run([sys.executable, "-c", USE], env=environment, capture_output=True, text=True, timeout=120)
    assert done.stdout.strip().endswith("tried"), done.stderr[-3000:]

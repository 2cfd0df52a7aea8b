"""The house as drawn: import directions, sizes, routes, documents, migrations."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from itertools import groupby, pairwise
from pathlib import Path

import pytest
from django.core.management import call_command
from django.urls import get_resolver

from muster.kernel.declare import DUTIES, FACTS, MENU, PERMISSIONS
from muster.kernel.operations.actions import ACTIONS
from muster.kernel.plans import editions
from muster.kernel.posts.roles import ROLES
from muster.site import reference
from muster.site import urls as urls  # makes every route
from muster.web.page import routes

ROOT = Path(__file__).resolve().parents[2]
SOURCES = [path for path in sorted((ROOT / "muster").rglob("*.py")) if "migrations" not in path.parts]
TESTS = sorted((ROOT / "tests").rglob("*.py"))
# Pages that need no sign-in, named one by one: each is rate-limited and tells nothing about others.
FOR_THE_PUBLIC = {
    "arrivals:declare",
    "arrivals:declared",
    "goods:provenance",
    "arrivals:lane_time",
    "intake:public",
    "offline:standing",
    "screening:open_link",
    "screening:shown",
    "teams:serve",
    "antigen:own",
    "premises:scan",
    "premises:desk",
    "premises:screen",
    "premises:paper",
    "premises:owed",
    "premises:book",
    "premises:door",
    "premises:gathering",
    "premises:guests",
    "premises:mine",
    "premises:open_mine",
    "premises:contest_status",
    "premises:leave_mine",
    "premises:proof",
    "premises:verify",
    "premises:verify_offline",
    "units:name_people",
}
VAGUE = {"utils", "helpers", "common", "manager", "misc"}


def lines(path: Path) -> int:
    return path.read_text(encoding="utf-8").count("\n")


def test_imports_go_one_way():
    tool = shutil.which("lint-imports", path=str(Path(sys.executable).parent))
    done = subprocess.run([tool, "--no-cache"], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", [*SOURCES, *TESTS], ids=lambda path: str(path.relative_to(ROOT)))
def test_files_and_functions_stay_small(path):
    assert lines(path) <= 400
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno - node.lineno < 60, f"{node.name} in line {node.lineno}"


def test_kernel_and_web_stay_under_six_thousand_lines():
    own = [path for path in SOURCES if path.relative_to(ROOT / "muster").parts[0] in ("kernel", "web")]
    assert sum(map(lines, own)) < 6000


def test_no_room_has_a_vague_name():
    assert not [path for path in SOURCES if path.stem in VAGUE or VAGUE & set(path.parts)]


def test_kernel_web_and_ledger_know_no_domain():
    for path in SOURCES:
        if path.relative_to(ROOT / "muster").parts[0] in ("kernel", "web", "ledger"):
            assert not re.search(r"if .*\bdomain\s*==", path.read_text(encoding="utf-8")), path


def test_code_asks_the_clock():
    asks = re.compile(r"timezone\.now\(|datetime\.now\(|date\.today\(|\bnow\(\)")
    for path in SOURCES:
        if path.name == "clock.py" and path.parent.name == "kernel":
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            found = asks.search(line.replace("clock.now()", "").replace("def now()", ""))
            assert not found, f"{path.relative_to(ROOT)}:{number}: {line.strip()}"


def views(patterns):
    for pattern in patterns:
        if hasattr(pattern, "url_patterns"):
            yield from views(pattern.url_patterns)
        else:
            yield pattern.callback


def test_every_view_was_made_by_page():
    known = {id(route.view) for route in routes()}
    bare = [view for view in views(get_resolver().url_patterns) if id(view) not in known]
    assert not bare


def test_every_route_needs_a_declared_permission_or_is_public():
    public = {route.name for route in routes() if route.public}
    assert {route.needs for route in routes() if not route.public} <= set(PERMISSIONS)
    assert {name for name in public if not name.startswith(("web:", "api:", "demo:"))} == FOR_THE_PUBLIC


def test_every_action_is_a_declared_permission():
    assert {name for name in ACTIONS if not name.startswith("test.")} <= set(PERMISSIONS)


def test_permissions_name_roles_that_exist():
    for permission in PERMISSIONS.values():
        assert permission.roles <= set(ROLES), permission.name


def test_duties_are_proven_by_declared_facts_and_stated_in_every_plan_they_may_run_under():
    for duty in DUTIES.values():
        assert duty.proof in FACTS, duty.name
        assert set(duty.roles) <= set(ROLES)
        for plan in editions():
            for value in (duty.minutes, duty.escalate_minutes):
                if isinstance(value, str):
                    plan.value(value)


def test_no_two_files_of_tests_have_one_name():
    names = sorted(path.name for path in TESTS if path.name.startswith("test_"))
    assert len(names) == len(set(names)), [one for one, next_ in pairwise(names) if one == next_]


def test_menus_lead_somewhere():
    from django.urls import reverse

    for entry in MENU:
        assert reverse(entry.route)
    groups = [group for group, _entries in groupby(MENU, key=lambda entry: str(entry.group)) if group]
    assert len(groups) == len(set(groups)), f"the orders of a group must follow one another: {groups}"


def test_the_reference_is_fresh():
    assert reference.FILE.read_text(encoding="utf-8") == reference.text(), "run: python -m muster.site.reference"


def test_no_migration_is_missing(db):
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)

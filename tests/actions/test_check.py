"""The data's fsck finds what was made wrong behind the actions' back, and the other commands keep an installation."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from datetime import timedelta

import pytest
from click.testing import CliRunner
from django.db import ProgrammingError, transaction

from muster.domains.screening.actions import record_result
from muster.kernel import ids
from muster.kernel.areas.models import Installation
from muster.kernel.controls.actions import begin_control
from muster.kernel.facts.models import Fact
from muster.kernel.operations.errors import Invalid
from muster.kernel.people.models import Identifier
from muster.kernel.posts.access import log_access
from muster.kernel.posts.actions import post_of_key
from muster.kernel.posts.logins import ACT, acting, connection
from muster.kernel.posts.models import SYSTEM, AccessLog, SetupLink
from muster.site import database
from muster.site.check import checks, problems
from muster.site.cli import COMMANDS, main
from muster.site.forgetting import forget
from muster.site.installing import found
from muster.site.periodic import seal_all
from tests.town import build_town, make_person


@pytest.fixture
def town(db, clock):
    return build_town()


@pytest.fixture
def busy(town, clock):
    """A positive result with what follows from it, a control and a duty."""
    sampled = clock.now - timedelta(hours=10)
    given = {"person": town.wang, "disease": "covid19", "sampled_at": sampled, "result": "positive"}
    with acting(), transaction.atomic(using=ACT):
        result = record_result(by=SYSTEM, ref="R1", **given)
        begin_control(
            person=town.li.id, area=town.li.home, kind="exposure", fact=result.fact_id, subject=ids.uuid7(),
            measure="home", ends_on=clock.now.date() + timedelta(days=7), tests=[], disease="covid19",
            plan="covid19-cn-8", by=SYSTEM, now=clock.now,
        )  # fmt: skip
    seal_all()
    return result


def muster(*arguments, code=0, **options):
    done = CliRunner().invoke(main, list(map(str, arguments)), env={"LANG": "C"}, **options)
    assert done.exit_code == code, done.output
    return done.output


def broken(worker_database, *statements):
    """Do something that no action would do, as the owner, with triggers and foreign keys off."""
    with worker_database.owner.transaction():
        worker_database.owner.execute("SET LOCAL session_replication_role = 'replica'")
        for statement in statements:
            worker_database.owner.execute(statement)


def test_sound_data_passes_every_check(busy):
    assert list(problems()) == []
    assert muster("check") == f"ok: {len(checks())} checks\n"
    assert json.loads(muster("check", "--json")) == []


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("DELETE FROM controls_evidence", "every open control has evidence that stands"),
        ("UPDATE duties_dutycount SET open = open + 1", "counters of duties equal the duties"),
        ("UPDATE duties_duty SET closed_at = due_at", "every closed duty has its proof"),
        ("""UPDATE facts_fact SET data = '{"result": "negative"}'""", "the seals over the facts are whole"),
        ("DELETE FROM facts_factseal WHERE number = 1", "the seal of every sealed fact is there"),
        ("UPDATE screening_result SET superseded_at = received_at", "a superseded result has its correction"),
        ("UPDATE screening_result SET result = 'negative'", "every result has its fact"),
        ("UPDATE people_person SET canonical_id = NULL", "merged records lead to one that stands"),
        ("UPDATE people_person SET present = '999999'", "areas of people and places exist"),
        ("UPDATE controls_control SET ended_at = began_at", "every ended control has the fact that ended it"),
    ],
)
def test_each_wrong_is_found_and_named(busy, worker_database, statement, sentence):
    broken(worker_database, statement)
    said = muster("check", code=1)
    assert f"Does not hold: {sentence}" in said
    assert json.loads(muster("check", "--json", code=1))
    assert "王" not in said


def test_two_open_controls_through_a_merge_are_found(busy, town, worker_database, clock):
    broken(
        worker_database,
        f"UPDATE people_person SET merged_into_id = '{town.li.id}', canonical_id = '{town.li.id}' WHERE ref = 'zhang'",
    )  # noqa: E501
    broken(
        worker_database,
        "CREATE TEMP TABLE copied AS SELECT * FROM controls_control",
        f"UPDATE copied SET id = gen_random_uuid(), person_id = '{town.zhang.id}'",
        "INSERT INTO controls_control SELECT * FROM copied",
        "DROP TABLE copied",
    )
    assert "one open control per person and disease" in muster("check", code=1)


def test_what_outlived_its_time_is_forgotten_and_stays_so(town, clock, worker_database):
    with acting():
        make_person("old", "钱学", town.wang.home, phone="13800138000")
    clock.advance(days=400)
    said = muster("purge")
    assert "people_identifier" in said
    with acting():
        assert not Identifier.objects.exists()
        assert Fact.objects.filter(kind="people.purged").exists()
    assert list(problems()) == []
    with acting():
        late = make_person("back", "孙武", town.wang.home, phone="13800138001")
    broken(worker_database, f"UPDATE people_person SET created_at = '2020-01-01' WHERE id = '{late.id}'")
    assert "purged personal data is gone" in muster("check", code=1)
    assert forget()["people_identifier (contact)"] == 1


def test_the_access_log_ends_after_the_plans_time_and_not_a_line_before(town, clock, worker_database):
    log_access(by=town.worker, event="opened_file", area=town.wang.home)
    clock.advance(days=1000)
    log_access(by=town.worker, event="opened_file", area=town.wang.home)
    assert forget()["posts_accesslog"] == 0  # 1,095 days: retention.log_days
    clock.advance(days=96)
    assert forget()["posts_accesslog"] == 1
    assert list(problems()) == []
    with acting():
        [left] = AccessLog.objects.all()
        [fact] = Fact.objects.filter(kind="people.purged", data__table="posts_accesslog")
        assert fact.data["count"] == 1
        with pytest.raises(ProgrammingError), transaction.atomic(using=ACT):
            left.delete()
        with connection().cursor() as cursor:  # whatever is asked, half a year stays
            cursor.execute("SELECT posts_forget_log('2099-01-01')")
            assert cursor.fetchone() == (0,)
    broken(
        worker_database,
        "INSERT INTO posts_accesslog (id, at, post_id, user_id, event, field, purpose, area)"
        " SELECT gen_random_uuid(), '2021-01-01', post_id, user_id, event, field, purpose, area FROM posts_accesslog",
    )
    assert "purged log is gone" in muster("check", code=1)


def test_procedures_are_listed(town):
    rows = json.loads(muster("procedures", "--json"))
    assert {"name": "positive_result", "on": "screening.result_positive"}.items() <= rows[0].items() | {
        item for row in rows for item in row.items()
    }
    assert "screening.result_corrected" in muster("procedures")


def test_the_head_of_the_seals_is_printed(busy):
    head = json.loads(muster("seal", "--head"))
    assert head["number"] == 1 and re.fullmatch("[0-9a-f]{64}", head["hash"])


def test_a_key_is_shown_once_and_revoked_by_name(town, clock):
    key = muster("key", "lab", "--name", "analyser").strip()
    with acting():
        assert post_of_key(key, clock.now).organisation_id == town.laboratory.id
    assert muster("key", "lab", "--name", "analyser", "--revoke") == "1 keys revoked.\n"
    with acting():
        assert post_of_key(key, clock.now) is None
    assert muster("key", "unknown", code=1).startswith("Error: ")
    assert muster("key", "unknown", "--create")


def test_identifiers_are_encrypted_anew(town, monkeypatch):
    with acting():
        old = make_person("x", "钱学", town.wang.home, phone="13800138000").identifiers.get()
    before = database.secrets(database_home())
    assert "1 identifiers" in muster("rotate-keys")
    after = database.secrets(database_home())
    assert after["keys"]["current"] != before["keys"]["current"]
    with acting():
        new = Identifier.objects.get()
    assert new.key_id == after["keys"]["current"] and bytes(new.value_enc) != bytes(old.value_enc)
    assert new.blind_index == old.blind_index


def database_home():
    from django.conf import settings

    return settings.HOME


def test_an_installation_is_founded_once(db, clock):
    assert muster("check", code=1) == "Error: There is no installation in this database yet; run `muster init`.\n"
    said = muster("init", "--name", "渭城区")
    assert "/setup/" in said
    assert muster("init", "--no-input", "--name", "新名") == "This installation was ready already.\n"
    with acting():
        assert (Installation.objects.get().name, Installation.objects.get().kind) == ("新名", "live")
        assert SetupLink.objects.count() == 1
    assert "Days are cut" in muster("init", "--no-input", "--timezone", "Europe/Berlin", code=1)
    assert "no time zone" in muster("init", "--no-input", "--timezone", "Mars/Base", code=1)
    with pytest.raises(Invalid):
        found(kind="demo")
    assert muster("init", input="") != ""


def test_serve_refuses_a_demonstration(db, clock):
    found("演示", kind="demo")
    assert "demo" in muster("serve", code=1)
    assert "demo" in muster("init", "--no-input", code=1)


def test_the_help_lists_every_command_and_each_has_its_own():
    said = muster("--help")
    for name in COMMANDS:
        assert re.search(rf"^  {name} ", said, re.MULTILINE)
        assert muster(name, "--help").startswith("Usage: ")


def test_a_database_of_another_version_is_refused_before_anything_is_changed(db, worker_database):
    later = "('people', '0099_from_tomorrow')"
    broken(worker_database, f"INSERT INTO django_migrations (app, name, applied) SELECT *, now() FROM (VALUES {later})")
    try:
        assert "muster.kernel.people.0099_from_tomorrow" in muster("migrate", code=1)
    finally:
        broken(worker_database, f"DELETE FROM django_migrations WHERE (app, name) = {later}")
    assert "up to date" in muster("migrate")


@pytest.mark.slow
def test_a_fresh_home_from_init_to_trace(tmp_path, fresh_home):
    environment = {**os.environ, "MUSTER_HOME": str(fresh_home / "home"), "LANG": "C"}
    for name in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE"):
        environment.pop(name, None)

    def run(*arguments, code=0):
        command = [sys.executable, "-m", "muster.site.cli", *map(str, arguments)]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)
        assert done.returncode == code, done.stderr
        return done.stdout

    assert (
        "run `muster init`"
        in subprocess.run(
            [sys.executable, "-m", "muster.site.cli", "check"],
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
        ).stderr
    )
    run("init", "--no-input", "--name", "Test", "--timezone", "Asia/Shanghai")
    stay = "2021-11-29T08:00,2021-11-29T09:00,venue_code"
    (tmp_path / "presence.csv").write_text(f"person,place,entered_at,left_at,source\na,x,{stay}\nb,x,{stay}\n")
    (tmp_path / "cases.csv").write_text("ref,person,disease,onset_on\nC1,a,covid19,2021-11-30\n")
    assert run("import", "presence", tmp_path / "presence.csv", "--create-missing").startswith("presence: 2 new")
    assert run("import", "cases", tmp_path / "cases.csv").startswith("cases: 1 new")
    (row,) = json.loads(run("trace", "C1", "--as-of", "2021-11-30T12:00", "--json"))
    assert (row["person"], row["minutes"]) == ("b", 60)
    assert run("check").startswith("ok: ")

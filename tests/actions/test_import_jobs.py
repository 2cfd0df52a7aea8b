"""A list from a page: preview, commit as a job, the same list again, a killed worker, undo."""

from __future__ import annotations

import io

import pytest
from python_calamine import CalamineWorkbook

from muster.domains.tracing.models import Case, Chain, Contact
from muster.kernel.facts.models import Fact
from muster.kernel.operations.errors import Invalid, Refused
from muster.kernel.people.models import Household, Identifier, Person, PersonDetails
from muster.kernel.posts.logins import acting
from muster.kernel.posts.models import SYSTEM
from muster.ledger.imports import actions, jobs, working
from muster.ledger.imports.models import Import, ImportPart, ImportRow, SenderMapping
from muster.ledger.imports.plain import plain_workbook
from muster.ledger.imports.rejected import workbook
from tests.town import FAR_GRID, GRID, NEXT_GRID, build_town

COMMUNITY = GRID[:12]

HEADER = ["编号", "姓名", "电话", "身份证号", "所属网格"]
CARD = "11010519491231002X"


@pytest.fixture
def town(db, clock):
    return build_town()


@pytest.fixture
def send(town, run_jobs):
    """Sends rows as a csv file and has them read; answers the import."""

    def run(*rows, ledger="people", by=None, header=HEADER, title=(), name="list.csv", **said):
        text = "\n".join(",".join(map(str, row)) for row in (*title, header, *rows))
        sent = actions.send(by=by or town.headquarters, ledger=ledger, name=name, content=text.encode(), **said)
        run_jobs()
        return fresh(sent)

    return run


def fresh(sent):
    with acting():
        return Import.objects.get(pk=sent.pk)


def rows_of(sent):
    with acting():
        return {row.number: row for row in sent.rows.order_by("number")}


def verdicts(sent):
    return {number: row.verdict for number, row in rows_of(sent).items()}


def commit(sent, by, run_jobs):
    actions.commit(by=by, sent=sent)
    run_jobs()
    return fresh(sent)


def test_nothing_is_written_before_the_commit_and_the_same_list_again_is_unchanged(town, send, run_jobs):
    rows = [["a", "王建国", "13800138000", "", GRID], ["b", "李秀英", "1", "", GRID], ["c", "欧阳锋", "", CARD, GRID]]
    sent = send(*rows)
    assert (sent.state, verdicts(sent)) == ("ready", {2: "new", 3: "error", 4: "new"})
    bad = rows_of(sent)[3]
    assert (bad.column, bad.about) == ("phone", "b · 李*") and bad.reason
    with acting():
        assert not Person.objects.filter(ref="a").exists()
    sent = commit(sent, town.headquarters, run_jobs)
    assert (sent.state, sent.done, sent.taken) == ("done", 2, {"new": 2, "changed": 0, "refused": 0})
    with acting():
        assert Person.objects.get(ref="a").label == "王*"
        assert Fact.objects.filter(kind="imports.taken", subject=sent.pk).count() == 1
    again = send(*rows)
    assert (again.totals["new"], again.totals["unchanged"], again.totals["error"]) == (0, 2, 1)
    with pytest.raises(Invalid):
        actions.commit(by=town.headquarters, sent=again)


def test_what_changes_is_shown_masked(town, send, run_jobs):
    commit(send(["a", "王建国", "13800138000", "", GRID]), town.headquarters, run_jobs)
    sent = send(["a", "王建军", "13900139000", "", NEXT_GRID])
    row = rows_of(sent)[2]
    assert row.verdict == "changed"
    assert row.changes == {"area": [GRID, NEXT_GRID], "name": ["王*", "王*"], "phone": ["", "+86139****9000"]}
    assert commit(sent, town.headquarters, run_jobs).taken["changed"] == 1
    with acting():
        assert PersonDetails.objects.get(person__ref="a").name == "王建军"


def test_a_possible_duplicate_is_shown_side_by_side_and_never_stops_the_list(town, send, run_jobs):
    commit(send(["a", "欧阳锋", "13800138000", CARD, GRID]), town.headquarters, run_jobs)
    sent = send(["z", "欧阳锋", "", CARD, NEXT_GRID])
    row = rows_of(sent)[2]
    with acting():
        known = Person.objects.get(ref="a")
    assert (row.verdict, row.other) == ("duplicate", known.pk)
    assert row.changes["name"] == ["欧阳*", "欧阳*"] and row.changes["area"] == [GRID, NEXT_GRID]
    assert commit(sent, town.headquarters, run_jobs).taken["new"] == 1


def test_rows_outside_the_posts_area_are_errors(town, send):
    sent = send(["a", "王", "", "", GRID], ["b", "李", "", "", FAR_GRID], by=town.community)
    assert verdicts(sent) == {2: "new", 3: "error"}
    assert rows_of(sent)[3].column == "area"
    with pytest.raises(Refused):
        send(["C1", "x"], ledger="cases", header=["编号", "人员"], by=town.community)
    with pytest.raises(Refused):
        actions.send(by=town.worker, ledger="people", name="x.csv", content=b"x")


def test_a_list_without_areas_belongs_to_the_sender(town, send, run_jobs):
    sent = send(["a", "王"], header=["编号", "姓名"], by=town.community)
    commit(sent, town.community, run_jobs)
    with acting():
        assert Person.objects.get(ref="a").home == COMMUNITY


def test_what_a_senders_headers_mean_is_remembered_and_can_be_corrected(town, send, run_jobs):
    header = ["工号", "称呼", "呼号"]
    row = ["7", "王建国", "13800138000"]
    sent = send(row, header=header, sender="中山街道")
    assert sent.state == "unreadable" and sent.fault
    assert [each["header"] for each in sent.mapping] == header
    wishes = {"headers": {"工号": "ref", "称呼": "name", "呼号": "phone"}}
    actions.correct(by=town.headquarters, sent=sent, wishes=wishes)
    run_jobs()
    sent = fresh(sent)
    assert verdicts(sent) == {2: "new"}
    commit(sent, town.headquarters, run_jobs)
    with acting():
        assert SenderMapping.objects.get().headers == wishes["headers"]
    again = send(row, header=header, sender="中山街道")
    assert verdicts(again) == {2: "unchanged"}
    assert {each["how"] for each in again.mapping} == {"remembered"}
    assert send(row, header=header, sender="另一街道").state == "unreadable"


def test_doubtful_days_wait_until_the_user_says_which(town, send, run_jobs):
    header = ["编号", "姓名", "出生日期"]
    sent = send(["a", "王", "03/04/2020"], header=header)
    assert verdicts(sent) == {2: "review"}
    actions.correct(by=town.headquarters, sent=sent, wishes={"order": "dmy"})
    run_jobs()
    assert verdicts(fresh(sent)) == {2: "new"}


def test_a_killed_worker_leaves_a_list_that_is_gone_on_with(town, send, clock, run_jobs, monkeypatch):
    monkeypatch.setattr(jobs, "BATCH", 2)
    sent = send(*([f"p{n}", "王", "", "", GRID] for n in range(5)))
    actions.commit(by=town.headquarters, sent=sent)
    turn = working.begin(by=SYSTEM, sent=sent.pk, state="taking")
    with acting():
        judged, options = jobs.judge(fresh(sent))
    assert working.take(by=SYSTEM, sent=sent.pk, turn=turn, judged=judged, indexes=[0, 1], options=options)
    assert (fresh(sent).state, fresh(sent).done) == ("taking", 2)  # and here it was killed
    clock.advance(minutes=10)
    jobs.resume()
    run_jobs()
    done = fresh(sent)
    assert (done.state, done.done, done.total, done.taken["new"]) == ("done", 5, 5, 5)
    assert not working.take(by=SYSTEM, sent=sent.pk, turn=turn, judged=judged, indexes=[2], options=options)
    with acting():
        assert Person.objects.filter(ref__startswith="p").count() == 5


def everything():
    """All that is stored of people and cases."""
    with acting():
        numbers = sorted(bytes(each.blind_index) for each in Identifier.objects.all())
        people = sorted(Person.objects.values_list("ref", "label", "home", "sex", "born_on"), key=str)
        details = sorted(PersonDetails.objects.values_list("name", "address", "initials"))
        cases = sorted(Case.objects.values_list("ref", "onset_on", "classification"))
        return people, details, numbers, cases, Chain.objects.count(), Contact.objects.count()


def test_an_import_is_undone_exactly(town, send, run_jobs):
    commit(send(["a", "王建国", "13800138000", "", GRID]), town.headquarters, run_jobs)
    before = everything()
    sent = send(["a", "王建军", "13900139000", CARD, NEXT_GRID], ["n", "李", "13900139001", "", GRID])
    commit(sent, town.headquarters, run_jobs)
    assert everything() != before
    actions.undo(by=town.headquarters, sent=sent)
    assert everything() == before
    assert fresh(sent).state == "undone"
    with acting():
        assert Fact.objects.filter(kind="imports.undone", subject=sent.pk).exists()


def test_households_go_with_the_list_that_brought_them_unless_others_live_there(town, send, run_jobs):
    head = ["编号", "姓名", "户号"]
    first = send(["h1", "王建国", "户1"], ["h2", "李秀英", "户2"], header=head)
    commit(first, town.headquarters, run_jobs)
    second = send(["h3", "王小明", "户1"], header=head)
    commit(second, town.headquarters, run_jobs)
    actions.undo(by=town.headquarters, sent=first)
    with acting():
        assert list(Household.objects.filter(ref__startswith="户").values_list("ref", flat=True)) == ["户1"]
    actions.undo(by=town.headquarters, sent=second)
    with acting():
        assert Household.objects.filter(ref="户1").exists()  # the first list made it, and is undone already
        assert not Person.objects.filter(ref__in=["h1", "h2", "h3"]).exists()


CASES = ["病例编号", "姓名", "电话", "发病日期", "病种"]
WU = ["C7", "吴用", "13700137000", "2021-11-20", "新冠"]


def test_cases_and_contacts_are_undone_unless_something_depends_on_them(town, send, run_jobs):
    before = everything()
    cases = commit(send(WU, ledger="cases", header=CASES), town.headquarters, run_jobs)
    assert cases.taken["new"] == 1
    header = ["病例编号", "姓名", "电话", "末次接触时间"]
    contacts = send(["C7", "林冲", "13700137001", "2021-11-21"], ledger="contacts", header=header)
    assert verdicts(contacts) == {2: "new"}
    contacts = commit(contacts, town.headquarters, run_jobs)
    with pytest.raises(Invalid):
        actions.undo(by=town.headquarters, sent=cases)
    assert fresh(cases).state == "done"
    actions.undo(by=town.headquarters, sent=contacts)
    actions.undo(by=town.headquarters, sent=cases)
    assert everything() == before


def test_a_changed_row_that_was_changed_again_keeps_the_import(town, send, run_jobs):
    commit(send(["a", "王建国", "", "", GRID]), town.headquarters, run_jobs)
    sent = commit(send(["a", "王建军", "", "", GRID]), town.headquarters, run_jobs)
    commit(send(["a", "王建民", "", "", GRID]), town.headquarters, run_jobs)
    with pytest.raises(Invalid):
        actions.undo(by=town.headquarters, sent=sent)
    with acting():
        assert PersonDetails.objects.get(person__ref="a").name == "王建民"


def test_rejected_rows_come_back_in_the_senders_own_layout(town, run_jobs):
    rows = [
        ["", "人员清单", "", ""],
        ["", "姓名", "备注", "电话"],
        ["", "王", "=1+1", 13800138000.0],
        ["", "李", "x", "12"],
    ]  # fmt: skip
    content = plain_workbook(rows, "名单")
    sent = actions.send(by=town.headquarters, ledger="people", name="名单.xlsx", content=content)
    run_jobs()
    with acting():
        judged = jobs.judge(fresh(sent))[0]
    back = CalamineWorkbook.from_filelike(io.BytesIO(workbook(judged))).get_sheet_by_index(0)
    cells = back.to_python()
    assert [cell for cell in cells[0] if cell] == ["人员清单"]
    assert "姓名" in cells[1] and "原因" in cells[1]
    assert len(cells) == 3 and cells[2][-2] == 4.0 and "phone" in cells[2][-1]


def test_files_are_encrypted_and_end(town, send, clock, run_jobs):
    sent = commit(send(["a", "王建国", "13800138000", CARD, GRID]), town.headquarters, run_jobs)
    with acting():
        stored = b"".join(bytes(part.data_enc) for part in ImportPart.objects.all())
        shown = str(list(ImportRow.objects.values()))
    for secret in ("13800138000", CARD, "王建国"):
        assert secret.encode() not in stored and secret not in shown
    clock.advance(days=31)
    assert working.forget(by=SYSTEM) == 1
    with acting():
        assert not ImportPart.objects.exists() and not ImportRow.objects.exists()
    with pytest.raises(Invalid):
        actions.undo(by=town.headquarters, sent=sent)


def test_a_list_can_be_dropped_and_a_wrong_file_says_so(town, send):
    wrong = send(["x", "y"], header=["foo", "bar"])
    assert wrong.state == "unreadable" and wrong.fault
    actions.drop(by=town.headquarters, sent=wrong)
    with acting():
        assert fresh(wrong).state == "dropped" and not ImportPart.objects.filter(sent=wrong).exists()

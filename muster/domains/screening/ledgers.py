"""The lists of screening: results, rounds, and boxes of samples."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from muster.kernel import clock, plans
from muster.kernel.areas.queries import children
from muster.kernel.people.models import Organisation
from muster.kernel.posts.permissions import may, visible_to
from muster.kernel.posts.roles import LABORATORY
from muster.ledger import columns, filters
from muster.ledger.declaring import Ledger, register
from muster.web.area_names import area_name
from muster.web.templatetags.muster import due, moment, state_badge

from . import doubting, progress, queries
from .models import RESULT_NAMES, Batch, Box, Correction, Laboratory, Regime, Result, Round, SamplingSite
from .models.corrections import OUTCOME_TONES, OUTCOMES, REASONS_WHY
from .models.custody import BOX_STATES, BOX_TONES
from .models.rounds import CLOSED, POOL_SIZES, ROUND_STATES, ROUND_TONES

TONES = {"negative": "ok", "positive": "late", "pool_suspect": "warn", "invalid": "off", "untested": "wait"}
HOURS = 12  # that a round is planned for, unless somebody says otherwise
ONES_OWN = 100  # areas below the post that are offered as a choice


def here_or_own(rows: QuerySet[Any], post: Any) -> QuerySet[Any]:
    """What is of the post's range; for a laboratory what it was sent, or sent itself."""
    if post.organisation_id:
        return rows.filter(laboratory=post.organisation_id)
    return visible_to(rows, post)


def _reference(row: Result) -> Any:
    if not row.corrects:
        return row.ref
    return format_html(
        '{} <span class="soft">{}</span>', row.ref, gettext("corrects %(ref)s") % {"ref": row.corrects.ref}
    )


def _found(row: Result) -> Any:
    if row.superseded_at:
        return format_html("<s>{}</s> {}", row.result_title, state_badge(_("superseded"), "off"))
    badge = state_badge(row.result_title, TONES[row.result])
    if not (held := row.held):
        return badge
    url = reverse("screening:correction", args=[held])
    return format_html('{} <a class="tap" href="{}">{}</a>', badge, url, state_badge(_("correction held"), "warn"))


def _with_doubts(rows: list[Result]) -> None:
    """Which of these results somebody wants corrected to something else."""
    held = dict(doubting.waiting().filter(result__in=rows).values_list("result_id", "id"))
    for row in rows:
        row.held = held.get(row.pk)


FILE_COLUMNS = _("ref, person, disease, sampled_at, result, ct_orf, ct_n, corrects, reason, remark")


def _of_laboratory(request: HttpRequest) -> dict[str, Any]:
    """A laboratory sees the state of its keys, and sends files from here."""
    own = request.post_held.role == LABORATORY
    return {
        "own": own,
        "may_send": may(request.post_held, "screening.load_results"),
        "keys": queries.keys_of(request.post_held) if own else [],
        "file_columns": FILE_COLUMNS,
        "file_label": _("File (csv or xlsx)"),
    }


RESULTS = Ledger(
    name="screening.results", title=_("Results"), model=Result, route="screening:results", path="screening/results/",
    needs="screening.see_results", counter="screening_result", scope=here_or_own, person="person", order="-received_at",
    source=lambda: Result.objects.prefetch_related("corrects", "laboratory"), empty=_("No results yet."),
    template="screening/results.html", beside=_of_laboratory, ready=_with_doubts,
    columns=(
        columns.text("ref", _("Reference"), html=_reference),
        columns.whom(),
        columns.words("result", _("Result"), RESULT_NAMES, html=_found),
        columns.moment("sampled_at", _("Sampled")),
        columns.moment("received_at", _("Received"), sort=True),
        columns.number("ct_orf", _("Ct ORF")),
        columns.number("ct_n", _("Ct N")),
        columns.moment("superseded_at", _("Superseded")),
        columns.text("corrects", _("Corrects"), "corrects.ref", shown=False),
        columns.text("laboratory", _("Laboratory"), "laboratory.name", shown=False),
        columns.area("area", _("Where"), shown=False),
        columns.text("disease", _("Disease"), shown=False),
    ),
    filters=(
        filters.choice("result", _("Result"), RESULT_NAMES, also={"found": (_("Not negative"), ~Q(result="negative"))}),
        filters.within(),
    ),
)  # fmt: skip


def _held_batches(request: HttpRequest) -> dict[str, Any]:
    """Batches of tubes of which something waits for a second person, above the list."""
    post = request.post_held
    rows = Batch.objects.filter(held__gt=0, settled_at=None).order_by("sent_at")
    own = rows.filter(laboratory_id=post.organisation_id) if post.organisation_id else visible_to(rows, post)
    batches = list(own[:50]) if may(post, "screening.see_batches") else []
    names = queries.laboratory_names(row.laboratory_id for row in batches)
    return {"batches": [(row, names.get(row.laboratory_id, "")) for row in batches]}


CORRECTIONS = Ledger(
    name="screening.corrections", title=_("Held results"), model=Correction, route="screening:corrections",
    path="screening/corrections/", needs="screening.see_results", scope=here_or_own, person="person",
    opens="screening:correction", order="-sent_at", live="duties", first="show=waiting",
    few="a correction that changes a result is rare: some hundreds in a year",
    source=lambda: Correction.objects.prefetch_related("result", "laboratory"),
    empty=_("No correction of a person's result waits."), template="screening/corrections.html", beside=_held_batches,
    columns=(
        columns.text("ref", _("Reference")),
        columns.whom(),
        columns.words("was", _("Reported result"), RESULT_NAMES, TONES, "result.result"),
        columns.words("found", _("Correction"), RESULT_NAMES, TONES),
        columns.words("reason", _("Reason"), REASONS_WHY),
        columns.words("outcome", _("State"), OUTCOMES, OUTCOME_TONES),
        columns.moment("sent_at", _("Sent at"), sort=True),
        columns.yes_no("machine", _("By"), _("A machine"), _("A person"), ("info", "info"),
                       lambda row: row.sent_user is None),
        columns.moment("settled_at", _("Decided")),
        columns.text("laboratory", _("Laboratory"), "laboratory.name", shown=False),
        columns.area("area", _("Where"), shown=False),
    ),
    filters=(
        filters.which("show", _("State"), {word: (title, Q(outcome=word)) for word, title in OUTCOMES.items()}),
        filters.within(),
    ),
)  # fmt: skip


def _with_sums(rows: list[Round]) -> None:
    sums = progress.totals(rows)
    for row in rows:
        row.sums = sums.get(row.id)


def _planning(request: HttpRequest) -> dict[str, Any]:
    """The form that plans a round, below the list."""
    post, able = request.post_held, may(request.post_held, "screening.plan_round")
    begin = (clock.now() + timedelta(hours=1)).replace(minute=0, second=0, microsecond=0)
    values = {"starts_at": begin, "ends_at": begin + timedelta(hours=HOURS), "pool_size": 10}
    diseases = {plan.disease for plan in plans.editions() if plan.rounds and plan.sizing}
    return {
        "may_plan": able,
        "below": list(children(post.area)[:ONES_OWN]) if able else [],
        "ticked": request.POST.getlist("area"),
        "diseases": [(name, name) for name in sorted(diseases)],
        "pools": [(size, gettext("%(size)s to a tube") % {"size": size}) for size in POOL_SIZES],
        "regimes": list(Regime.objects.filter(ended_at=None).order_by("area", "who")) if able else [],
        "values": request.POST or values,
    }


ROUNDS = Ledger(
    name="screening.rounds", title=_("Testing rounds"), model=Round, route="screening:rounds", path="screening/rounds/",
    needs="screening.see_rounds", scope=lambda rows, post: rows, opens="screening:round", order="-starts_at",
    few="one for a series of tests of an area: some hundreds", ready=_with_sums, empty=_("No round has been planned."),
    template="screening/rounds.html", beside=_planning,
    columns=(
        columns.text("round", _("Round"), lambda row: (
            f"{area_name(row.area)} · {gettext('round %(number)s') % {'number': row.ordinal}}")),
        columns.words("state", _("State"), ROUND_STATES, ROUND_TONES),
        columns.moment("starts_at", _("From"), sort=True),
        columns.moment("ends_at", _("Until")),
        columns.number("expected", _("Expected"), lambda row: row.sums.expected if row.sums else row.people),
        columns.number("sampled", _("People sampled"), "sums.sampled"),
        columns.number("missing", _("Not sampled"), "sums.missing"),
        columns.text("disease", _("Disease"), shown=False),
        columns.number("pool_size", _("Samples in a tube"), shown=False),
        columns.area("area", _("Area"), shown=False),
    ),
    filters=(
        filters.which("show", _("State"), {
            "planned": (ROUND_STATES["planned"], Q(opened_at=None, closed_at=None)),
            "open": (ROUND_STATES["open"], Q(opened_at__isnull=False, closed_at=None)),
            "closed": (ROUND_STATES["closed"], Q(closed_at__isnull=False)),
        }),
        filters.within(),
    ),
)  # fmt: skip


def _packing(request: HttpRequest) -> dict[str, Any]:
    """Laboratories with their load, and the forms that pack a box and set a laboratory, below the list."""
    post = request.post_held
    packs, sets, own = may(post, "screening.pack_box"), may(post, "screening.set_laboratory"), post.role == LABORATORY
    still = Round.objects.exclude(opened_at=None).order_by("-starts_at")[:20] if packs else ()
    sites = visible_to(SamplingSite.objects.filter(closed_at=None), post).order_by("area", "name")
    organisations = Organisation.objects.filter(kind="laboratory").order_by("name")
    return {
        "laboratories": [] if own else _loads(),
        "may_pack": packs,
        "rounds": [row for row in still if row.state != CLOSED],
        "sites": [(site.id, site.name) for site in sites[:300]] if packs else [],
        "may_set": sets,
        "organisations": [(row.id, row.name) for row in organisations[:100]] if sets else [],
        "values": request.POST,
    }


def _loads() -> list[tuple[Laboratory, int, int]]:
    """Each laboratory with its tubes, on their way or being tested, as a share of a day's; first who is done first."""
    labs = list(Laboratory.objects.order_by("name")[:100])
    loads = queries.untested()
    found = [(lab, loads.get(lab.pk, 0), 100 * loads.get(lab.pk, 0) // lab.tubes_a_day) for lab in labs]
    return sorted(found, key=lambda row: row[1] / row[0].tubes_a_day)


def _standing(value: str) -> Q | None:
    still = Q(received_at=None)
    return {
        "packed": still & Q(carried_at=None),
        "carried": still & Q(carried_at__isnull=False),
        "received": Q(received_at__isnull=False),
        "late": still & Q(due_at__lt=clock.now()),
    }.get(value)


BOXES = Ledger(
    name="screening.boxes", title=_("Sample boxes"), model=Box, route="screening:boxes", path="screening/boxes/",
    needs="screening.see_boxes", scope=here_or_own, opens="screening:box", order="-packed_at", live="duties",
    source=lambda: Box.objects.prefetch_related("site", "laboratory"), empty=_("No box of samples yet."),
    late=lambda row: row.received_at is None and row.due_at < clock.now(), template="screening/boxes.html",
    beside=_packing,
    columns=(
        columns.text("code", _("Box"), sort=True),
        columns.words("state", _("State"), BOX_STATES, BOX_TONES),
        columns.number("tubes", _("Tubes")),
        columns.text("site", _("Sampling site"), "site.name"),
        columns.text("laboratory", _("Laboratory"), "laboratory.name"),
        columns.moment("packed_at", _("Time packed"), sort=True),
        columns.moment("due_at", _("At the laboratory by"),
                       html=lambda row: moment(row.received_at) if row.received_at else due(row.due_at)),
        columns.moment("carried_at", _("On the way since"), shown=False),
        columns.moment("received_at", _("Received"), shown=False),
        columns.area("area", _("Area"), shown=False),
    ),
    filters=(
        filters.Filter("show", _("State"), _standing, lambda post: [*BOX_STATES.items(), ("late", _("Late"))],
                       parts=({"received_at"},)),
        filters.within(),
    ),
)  # fmt: skip

register(RESULTS, CORRECTIONS, ROUNDS, BOXES)

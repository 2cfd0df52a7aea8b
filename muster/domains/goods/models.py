"""Batches of imported goods, the lots that they are split into, who holds these, and what was found.

A batch enters at one holder as its first lot. A handover takes a quantity out of a lot and, once the other side has
counted it, makes a lot of it there. In every lot `received = on_hand + moved + sold + destroyed`.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from muster.kernel import ids
from muster.kernel.areas.fields import AreaCodeField
from muster.kernel.people.models import Person, Place

from . import words


class Holder(models.Model):
    """An enterprise that handles imported goods, at one place."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    place = models.OneToOneField(Place, on_delete=models.PROTECT, related_name="goods_holder")
    area = AreaCodeField()
    name = models.TextField()
    kind = models.TextField(choices=list(words.HOLDER_KINDS.items()))
    licence = models.TextField(default="")
    since = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["area", "id"], name="goods_holder_area")]
        constraints = [models.CheckConstraint(condition=Q(kind__in=list(words.HOLDER_KINDS)), name="goods_holder_kind")]


class Staff(models.Model):
    """Somebody who handles goods at a holder. `label` is the masked name; their tests follow from their employer."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    holder = models.ForeignKey(Holder, on_delete=models.PROTECT, related_name="staff", db_index=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="goods_staff")
    place_id = models.UUIDField()
    area = AreaCodeField()
    label = models.TextField(default="")
    since = models.DateTimeField()
    left_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["area"], name="goods_staff_area")]
        constraints = [
            models.UniqueConstraint(fields=["holder", "person"], condition=Q(left_at=None), name="goods_staff_once")
        ]


class Batch(models.Model):
    """Goods of one import, as the enterprise declared them, and what became of them.

    `declared` is the quantity that was announced, `entered` what was counted on arrival. `held_at` bars every lot of
    the batch from moving; `released_at` says that the exit certificate was issued. Quantities are whole `unit`s.
    `number` is ours, `maker_number` that of the maker on the boxes: one certificate may cover several.
    """

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    number = models.TextField(unique=True)
    owner = models.ForeignKey(Holder, on_delete=models.PROTECT, related_name="batches", db_index=False)
    first = models.ForeignKey(Holder, on_delete=models.PROTECT, related_name="entries", db_index=False)
    area = AreaCodeField()
    owner_place = models.UUIDField()
    first_place = models.UUIDField()
    plan = models.TextField()
    product = models.TextField()
    origin = models.TextField()
    unit = models.TextField(choices=list(words.UNITS.items()))
    declared = models.IntegerField()
    entered = models.IntegerField(null=True)
    certificate = models.TextField()
    maker_number = models.TextField(default="")
    port = models.TextField(default="")
    disinfection = models.TextField(default="")
    report = models.TextField(default="")
    declared_at = models.DateTimeField()
    expected_at = models.DateTimeField()
    arrived_at = models.DateTimeField(null=True)
    disinfected_at = models.DateTimeField(null=True)
    released_at = models.DateTimeField(null=True)
    held_at = models.DateTimeField(null=True)
    lift_asked_by = models.UUIDField(null=True)
    state = models.TextField(choices=list(words.BATCH_STATES.items()), default="declared")

    class Meta:
        indexes = [
            models.Index(fields=["area", "id"], name="goods_batch_area"),
            models.Index(fields=["expected_at", "id"], name="goods_batch_expected"),
            models.Index(fields=["state", "area", "id"], name="goods_batch_state"),
            models.Index(fields=["owner_place"], name="goods_batch_owner"),
            models.Index(fields=["first_place"], name="goods_batch_first"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "certificate", "product", "maker_number"], name="goods_batch_once"
            ),
            models.CheckConstraint(
                condition=Q(declared__gt=0) & (Q(entered=None) | Q(entered__gt=0)), name="goods_batch_quantity"
            ),
            models.CheckConstraint(condition=Q(unit__in=list(words.UNITS)), name="goods_batch_unit"),
            models.CheckConstraint(
                condition=Q(arrived_at=None, entered=None) | Q(arrived_at__isnull=False, entered__isnull=False),
                name="goods_batch_arrived",
            ),
            models.CheckConstraint(
                condition=Q(released_at=None) | Q(arrived_at__isnull=False, disinfected_at__isnull=False),
                name="goods_batch_released",
            ),
            models.CheckConstraint(
                condition=Q(state="held", held_at__isnull=False)
                | Q(state="released", held_at=None, released_at__isnull=False)
                | Q(state="arrived", held_at=None, released_at=None, arrived_at__isnull=False)
                | Q(state="declared", held_at=None, arrived_at=None),
                name="goods_batch_state",
            ),
        ]

    @property
    def exit_number(self) -> str:
        """The number of its exit certificate."""
        return f"E-{self.number}"


class Lot(models.Model):
    """What one holder received of a batch at once: the first at entry, others by a handover from their `parent`."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="lots")
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="parts")
    holder = models.ForeignKey(Holder, on_delete=models.PROTECT, related_name="lots", db_index=False)
    place_id = models.UUIDField()
    area = AreaCodeField()
    received = models.IntegerField()
    on_hand = models.IntegerField()
    moved = models.IntegerField(default=0)
    sold = models.IntegerField(default=0)
    destroyed = models.IntegerField(default=0)
    since = models.DateTimeField()
    sealed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["area", "id"], name="goods_lot_area"),
            models.Index(fields=["since", "id"], name="goods_lot_since"),
            models.Index(fields=["place_id", "id"], name="goods_lot_place"),
            models.Index(fields=["area", "id"], condition=Q(on_hand__gt=0), name="goods_lot_here"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(received=F("on_hand") + F("moved") + F("sold") + F("destroyed")), name="goods_lot_adds_up"
            ),
            models.CheckConstraint(
                condition=Q(received__gt=0, on_hand__gte=0, moved__gte=0, sold__gte=0, destroyed__gte=0),
                name="goods_lot_quantities",
            ),
            models.UniqueConstraint(fields=["batch"], condition=Q(parent=None), name="goods_lot_first"),
        ]


class Handover(models.Model):
    """A quantity on its way from a lot to another holder, until that side has counted it; then `made` is its lot.

    `area`/`place_id` are the sender's, `to_area`/`to_place` the receiver's: both sides see it. `counted` is what the
    receiver counted, where it is not what was sent. The receiver sees no lot of the sender: what they have to know of
    it stands here, too.
    """

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="handovers")
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="handovers")
    sender = models.ForeignKey(Holder, on_delete=models.PROTECT, related_name="+", db_index=False)
    to = models.ForeignKey(Holder, on_delete=models.PROTECT, related_name="+", db_index=False)
    made = models.OneToOneField(Lot, on_delete=models.PROTECT, null=True, related_name="came_by")
    area = AreaCodeField()
    place_id = models.UUIDField()
    to_area = AreaCodeField()
    to_place = models.UUIDField()
    quantity = models.IntegerField()
    counted = models.IntegerField(null=True)
    state = models.TextField(choices=list(words.HANDOVER_STATES.items()), default="sent")
    sent_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["to_place"], condition=Q(state__in=("sent", "differs")), name="goods_handover_coming"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="goods_handover_quantity"),
            models.CheckConstraint(
                condition=Q(state="received", made__isnull=False) | (~Q(state="received") & Q(made=None)),
                name="goods_handover_made",
            ),
            models.CheckConstraint(condition=Q(state__in=list(words.HANDOVER_STATES)), name="goods_handover_state"),
        ]


class Removal(models.Model):
    """A quantity that left a lot for good: sold, destroyed, sent back, lost. `reference` names the paper."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="removals")
    area = AreaCodeField()
    place_id = models.UUIDField()
    quantity = models.IntegerField()
    why = models.TextField(choices=list(words.REMOVALS.items()))
    reference = models.TextField(default="")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="goods_removal_quantity"),
            models.CheckConstraint(condition=Q(why__in=list(words.REMOVALS)), name="goods_removal_why"),
        ]


class Sampling(models.Model):
    """Samples of one lot and its surroundings at one time, by what they are of, and their one result."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="samplings")
    area = AreaCodeField()
    place_id = models.UUIDField()
    outer = models.IntegerField(default=0)
    inner = models.IntegerField(default=0)
    environment = models.IntegerField(default=0)
    staff = models.IntegerField(default=0)
    taken_at = models.DateTimeField()
    result = models.TextField(choices=list(words.RESULTS.items()), default="", blank=True)
    report = models.TextField(default="")
    result_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(outer__gte=0, inner__gte=0, environment__gte=0, staff__gte=0), name="goods_sampling_numbers"
            ),
            models.CheckConstraint(condition=Q(result__in=list(words.RESULTS)), name="goods_sampling_result"),
            models.CheckConstraint(
                condition=Q(result="", result_at=None) | (~Q(result="") & Q(result_at__isnull=False)),
                name="goods_sampling_reported",
            ),
            models.UniqueConstraint(fields=["lot"], condition=Q(result=""), name="goods_sampling_one"),
        ]


class Handling(models.Model):
    """Who of a holder's staff had a lot in their hands."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="handlings", db_index=False)
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="handlings", db_index=False)
    area = AreaCodeField()
    place_id = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["lot", "staff"], name="goods_handling_once")]


class Finding(models.Model):
    """A breach at a holder, the clock until it is put right, and the penalty that the authority gave."""

    id = models.UUIDField(primary_key=True, default=ids.uuid7)
    holder = models.ForeignKey(Holder, on_delete=models.PROTECT, related_name="findings", db_index=False)
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, null=True, related_name="findings", db_index=False)
    area = AreaCodeField()
    place_id = models.UUIDField()
    plan = models.TextField()
    kind = models.TextField(choices=list(words.FINDING_KINDS.items()))
    note = models.TextField()
    found_at = models.DateTimeField()
    found_by = models.UUIDField()
    due_at = models.DateTimeField()
    state = models.TextField(choices=list(words.FINDING_STATES.items()), default="open")
    answer = models.TextField(default="")
    closed_at = models.DateTimeField(null=True)
    penalty = models.TextField(choices=[("", ""), *words.PENALTIES.items()], default="", blank=True)
    penalty_number = models.TextField(default="")
    penalty_yuan = models.IntegerField(null=True)
    penalty_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["area", "id"], name="goods_finding_area"),
            models.Index(fields=["due_at", "id"], name="goods_finding_due"),
            models.Index(fields=["state", "due_at", "id"], name="goods_finding_state"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=list(words.FINDING_KINDS)), name="goods_finding_kind"),
            models.CheckConstraint(condition=Q(state__in=list(words.FINDING_STATES)), name="goods_finding_state"),
            models.CheckConstraint(condition=Q(penalty_yuan=None) | Q(penalty_yuan__gt=0), name="goods_finding_yuan"),
            models.CheckConstraint(
                condition=Q(penalty="", penalty_at=None) | (~Q(penalty="") & Q(penalty_at__isnull=False)),
                name="goods_finding_penalty",
            ),
        ]

"""What people, places and areas add to the house."""

from django.utils.translation import gettext_lazy as _

from muster.kernel.declare import fact, permission, personal
from muster.kernel.posts.roles import (
    ADMINISTRATOR,
    COMMUNITY,
    DUTY_DESK,
    GRID,
    HEADQUARTERS,
    INVESTIGATOR,
    ISOLATION_SITE,
    LABORATORY,
    STREET,
)

_FIELD = (DUTY_DESK, INVESTIGATOR, STREET, COMMUNITY, GRID, ISOLATION_SITE, HEADQUARTERS)

fact("areas.moved", _("An area got another code; live rows followed"), "area")
fact("people.merged", _("Two records were found to be one person"), "person")
fact("people.unmerged", _("A merge of two records was undone"), "person")
fact("people.purged", _("Personal data whose time was over was deleted"), "purge")

permission("areas.load_areas", ADMINISTRATOR)
permission("areas.load_boundaries", ADMINISTRATOR)
permission("areas.move_area", ADMINISTRATOR)
permission("people.load_people", ADMINISTRATOR, HEADQUARTERS)
permission("people.load_places", ADMINISTRATOR, HEADQUARTERS)
permission("people.bare_people", ADMINISTRATOR, HEADQUARTERS, INVESTIGATOR, LABORATORY)
permission("people.bare_places", ADMINISTRATOR, HEADQUARTERS, INVESTIGATOR)
permission("people.add_person", *_FIELD)
permission("people.merge_persons", HEADQUARTERS, INVESTIGATOR, STREET, COMMUNITY)
permission("people.unmerge_person", HEADQUARTERS, INVESTIGATOR, STREET, COMMUNITY)
permission("people.open_file", *_FIELD)
permission("people.reveal", *_FIELD)
permission("people.rotate_identifiers")
permission("people.purge")

# Each column, the class it belongs to, and the plan's key for the days it stays after the last thing that needed it.
for _table, _columns, _kind in (
    ("people_persondetails", ("name", "name_key", "initials"), "identity"),
    ("people_persondetails", ("address",), "contact"),
    ("people_persondetails", ("note",), "note"),
    ("people_identifier", ("value_enc", "blind_index"), "identity"),
    ("people_person", ("label", "ref", "born_on"), "identity"),
):
    for _column in _columns:
        personal(_table, _column, _kind, f"retention.{_kind}_days")

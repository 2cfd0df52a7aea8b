"""What tracing adds to the house."""

from django.utils.translation import gettext_lazy as _

from muster.kernel.declare import duty, fact, menu, permission, personal
from muster.kernel.people.personal import PARTS, Part, keeps
from muster.kernel.posts.roles import COMMUNITY, GRID, HEADQUARTERS, INVESTIGATOR, STREET

fact("tracing.incident_opened", _("An incident was opened"), "incident")
fact("tracing.incident_closed", _("An incident was closed: every contact is settled"), "incident")
fact("tracing.step_done", _("A step of the response was done"), "incident")
fact("tracing.case_opened", _("A case was opened"), "case")
fact("tracing.diagnosis_proposed", _("A diagnosis was signed by one person"), "case")
fact("tracing.diagnosis_decided", _("A second person signed or refused a diagnosis"), "case")
fact("tracing.case_classified", _("A case was classified"), "case")
fact("tracing.case_traced", _("The contacts of a case were found"), "case")
fact("tracing.source_set", _("The source of a case was stated"), "case")
fact("tracing.ring_previewed", _("A second ring is too large to follow without asking"), "ring")
fact("tracing.ring_decided", _("An investigator decided on a second ring"), "ring")
fact("tracing.contact_found", _("A contact was found"), "contact")
fact("tracing.contact_notified", _("A contact was told"), "contact")
fact("tracing.contact_released", _("A contact was released"), "contact")
fact("tracing.contact_cleared", _("A contact was cleared by the owner of the chain"), "contact")
fact("tracing.contact_converted", _("A contact became a case"), "contact")
fact("tracing.contact_withdrawn", _("A person is no contact any more: the case was not one"), "contact")
fact("tracing.chain_owner_set", _("A chain was given an owner"), "chain")
fact("tracing.chain_cleared", _("The last contact of a chain was settled"), "chain")
fact("tracing.letter_sent", _("A co-operation letter was sent"), "letter")
fact("tracing.letter_replied", _("A co-operation letter was answered for every person on it"), "letter")

LEADS = (INVESTIGATOR, HEADQUARTERS)
FIELD = (INVESTIGATOR, HEADQUARTERS, STREET, COMMUNITY, GRID)

permission("tracing.see_incidents", *LEADS)
permission("tracing.see_cases", *LEADS)
permission("tracing.see_contacts", *LEADS, STREET, COMMUNITY)
permission("tracing.see_contact", *FIELD)
permission("tracing.open_incident", INVESTIGATOR)
permission("tracing.open_case", INVESTIGATOR)
permission("tracing.describe_case", INVESTIGATOR)
permission("tracing.add_note", INVESTIGATOR)
permission("tracing.read_notes", INVESTIGATOR)
permission("tracing.propose_diagnosis", INVESTIGATOR)
permission("tracing.sign_diagnosis", INVESTIGATOR)
permission("tracing.trace_case", INVESTIGATOR)
permission("tracing.confirm_contacts", INVESTIGATOR)
permission("tracing.decide_ring", INVESTIGATOR)
permission("tracing.add_told_contact", INVESTIGATOR)
permission("tracing.notify_contact", *FIELD)
permission("tracing.clear_contact", *LEADS)
permission("tracing.set_source", INVESTIGATOR)
permission("tracing.set_chain_owner", *LEADS)
permission("tracing.record_step", *LEADS)
permission("tracing.close_incident", *LEADS)
permission("tracing.send_letter", INVESTIGATOR)
permission("tracing.print_letter", INVESTIGATOR)
permission("tracing.record_reply", INVESTIGATOR)
# Only procedures and the command line do these: each follows from a fact, never from a wish.
permission("tracing.classify_case")
permission("tracing.withdraw_case")
permission("tracing.convert_contacts")
permission("tracing.mark_controlled")
permission("tracing.mark_tested")
permission("tracing.mark_told")
permission("tracing.release_contacts")
permission("tracing.withdraw_contacts")
permission("tracing.load_cases")
permission("tracing.load_contacts")

duty(
    "tracing.trace_case",
    title=_("Find the contacts of the case"),
    role=INVESTIGATOR,
    proof="tracing.case_traced",
    minutes="deadlines.trace_minutes",
    escalate_minutes="escalation.district_minutes",
    url="tracing:case",
)
duty(
    "tracing.sign_diagnosis",
    title=_("Sign or refuse the diagnosis"),
    role=INVESTIGATOR,
    proof="tracing.diagnosis_decided",
    minutes="deadlines.report_minutes",
    escalate_minutes="escalation.district_minutes",
    url="tracing:case",
)
duty(
    "tracing.confirm_ring",
    title=_("Decide on a large second ring"),
    role=INVESTIGATOR,
    proof="tracing.ring_decided",
    minutes="deadlines.trace_minutes",
    escalate_minutes="escalation.district_minutes",
    url="tracing:ring",
)
duty(
    "tracing.notify_contact",
    title=_("Tell the contact"),
    role=GRID,
    proof="tracing.contact_notified",
    minutes="deadlines.visit_minutes",
    escalate_minutes="escalation.grid_minutes",
    url="tracing:contact",
)
duty(
    "tracing.write_letter",
    title=_("Write about the contact to where they are"),
    role=INVESTIGATOR,
    proof="tracing.contact_notified",
    minutes="deadlines.visit_minutes",
    escalate_minutes="escalation.district_minutes",
    url="tracing:contact",
)
duty(
    "tracing.answer_letter",
    title=_("Get the co-operation letter answered"),
    role=INVESTIGATOR,
    proof="tracing.letter_replied",
    minutes="deadlines.letter_reply_minutes",
    escalate_minutes="escalation.district_minutes",
    url="tracing:letter",
)

menu(_("Incidents"), "tracing:incidents", needs="tracing.see_incidents", order=10, group=_("Tracing"))
menu(_("Cases"), "tracing:cases", needs="tracing.see_cases", order=15, group=_("Tracing"))
menu(_("Contacts"), "tracing:contacts", needs="tracing.see_contacts", order=20, group=_("Tracing"))

for _table, _columns, _kind in (
    ("tracing_case", ("severity", "outcome", "outcome_on", "first_visit_on", "admitted_on"), "health"),
    ("tracing_casenote", ("text", "details", "from_at", "to_at", "place_id"), "note"),
    ("tracing_contact", ("place_id", "places", "first_at", "last_at"), "place"),
):
    for _column in _columns:
        personal(_table, _column, _kind, f"retention.{_kind}_days")
keeps("tracing_case", "person_id", "closed_at")
keeps("tracing_contact", "person_id", "ended_at")

_DAYS = "first_at = date_trunc('day', x.first_at, 'UTC'), last_at = date_trunc('day', x.last_at, 'UTC')"
for _kind, _part in (
    ("note", Part("tracing_casenote", "true", "DELETE FROM tracing_casenote x")),
    (
        "health",
        Part(
            "tracing_case",
            "x.severity <> '' OR x.outcome <> '' OR x.first_visit_on IS NOT NULL OR x.admitted_on IS NOT NULL",
            "UPDATE tracing_case x SET severity = '', outcome = '', outcome_on = NULL, first_visit_on = NULL,"
            " admitted_on = NULL",
        ),
    ),
    (  # the day of a contact stays, the hour and the place go
        "place",
        Part(
            "tracing_contact",
            "x.place_id IS NOT NULL OR x.places <> '{}' OR x.first_at <> date_trunc('day', x.first_at, 'UTC')",
            f"UPDATE tracing_contact x SET place_id = NULL, places = '{{}}', {_DAYS}",
        ),
    ),
):
    PARTS[_kind] = (*PARTS.get(_kind, ()), _part)

"""What goods add to the house."""

from django.utils.translation import gettext_lazy as _

from muster.kernel.declare import duty, fact, menu, names, permission, personal
from muster.kernel.people.personal import PARTS, Part, keeps
from muster.kernel.posts.roles import (
    COMMUNITY,
    DUTY_DESK,
    ENTERPRISE,
    GRID,
    HEADQUARTERS,
    INVESTIGATOR,
    MARKET,
    STREET,
)

fact("goods.holder_added", _("An enterprise that handles imported goods was registered"), "enterprise")
fact("goods.staff_added", _("Somebody who handles imported goods was registered"), "staff")
fact("goods.staff_left", _("Somebody handles imported goods no longer"), "staff")
fact("goods.declared", _("A batch of imported goods was declared before it enters"), "batch")
fact("goods.declaration_corrected", _("What was declared of a batch was corrected before it arrived"), "batch")
fact("goods.arrived", _("A batch arrived and was counted"), "batch")
fact("goods.sampled", _("A lot and its surroundings were sampled"), "lot")
fact("goods.result_reported", _("The result of a lot's samples was reported"), "lot")
fact("goods.disinfected", _("Every item of a batch was disinfected"), "batch")
fact("goods.released", _("A batch was released with an exit certificate"), "batch")
fact("goods.sent", _("A quantity of a lot was sent on"), "handover")
fact("goods.handover_ended", _("Both sides agree on a quantity that was handed over, or it was taken back"), "handover")
fact("goods.count_differs", _("The receiver counted another quantity than was sent"), "handover")
fact("goods.removed", _("A quantity of a lot was sold, destroyed, sent back or lost"), "lot")
fact("goods.held", _("A batch was held, with all that was made of it"), "batch")
fact("goods.city_informed", _("The city was informed of a batch that is held"), "batch")
fact("goods.sealed", _("A lot that is held was put under seal"), "lot")
fact("goods.disposed", _("Nothing is left of a lot that is held"), "lot")
fact("goods.staff_tested", _("Somebody who handled held goods was tested"), "staff")
fact("goods.lift_asked", _("A first person asks to lift a hold"), "batch")
fact("goods.hold_lifted", _("A second person lifted a hold"), "batch")
fact("goods.breach_found", _("A breach of the rules on imported goods was found"), "finding")
fact("goods.breach_answered", _("An enterprise says that a breach is put right"), "finding")
fact("goods.breach_checked", _("It was checked whether a breach is put right"), "finding")
fact("goods.punished", _("The authority imposed a penalty"), "finding")

WATCHERS = (GRID, COMMUNITY, STREET, HEADQUARTERS, DUTY_DESK, INVESTIGATOR)
permission("goods.see_goods", ENTERPRISE, MARKET, *WATCHERS)
permission("goods.add_holder", MARKET, HEADQUARTERS)
permission("goods.add_staff", ENTERPRISE, MARKET)
permission("goods.staff_left", ENTERPRISE, MARKET)
permission("goods.declare", ENTERPRISE, MARKET)
permission("goods.declare_list", ENTERPRISE, MARKET)
permission("goods.correct_declaration", ENTERPRISE, MARKET)
permission("goods.arrive", ENTERPRISE, MARKET)
permission("goods.record_sampling", ENTERPRISE, MARKET, HEADQUARTERS)
permission("goods.record_result", MARKET, HEADQUARTERS, INVESTIGATOR)
permission("goods.record_disinfection", ENTERPRISE, MARKET)
permission("goods.release", MARKET, HEADQUARTERS)
permission("goods.send", ENTERPRISE)
permission("goods.receive", ENTERPRISE)
permission("goods.take_back", ENTERPRISE)
permission("goods.settle", MARKET)
permission("goods.remove", ENTERPRISE, MARKET)
permission("goods.hold", MARKET, HEADQUARTERS, INVESTIGATOR)
permission("goods.seal", ENTERPRISE, MARKET)
permission("goods.inform_city", HEADQUARTERS)
permission("goods.ask_lift", MARKET, HEADQUARTERS, INVESTIGATOR)
permission("goods.lift", MARKET, HEADQUARTERS)
permission("goods.note_tested")
permission("goods.find_breach", MARKET, HEADQUARTERS, STREET)
permission("goods.answer_finding", ENTERPRISE)
permission("goods.verify_finding", MARKET, HEADQUARTERS, STREET)
permission("goods.punish", MARKET)

for _route, _model, _field in (
    ("batch", "Batch", "product"), ("lot", "Lot", "batch__product"), ("handover", "Handover", "batch__product"),
    ("finding", "Finding", "holder__name"),
):  # fmt: skip
    names(f"goods:{_route}", f"goods.{_model}", _field)

HOUR = 60
for _name, _title, _role, _proof, _minutes, _url in (
    ("sample", _("Sample a batch that arrived"), ENTERPRISE, "sampled", "sample", "lot"),
    ("report_result", _("Report the result of samples"), MARKET, "result_reported", "result", "lot"),
    ("disinfect", _("Disinfect every item of a batch"), ENTERPRISE, "disinfected", "disinfect", "batch"),
    ("receive", _("Count what was sent to you"), ENTERPRISE, "handover_ended", "handover", "handover"),
    ("settle", _("Settle two counts that differ"), MARKET, "handover_ended", "settle", "handover"),
    ("seal", _("Put goods that are held under seal"), ENTERPRISE, "sealed", "seal", "lot"),
    ("sample_again", _("Sample where held goods are or were"), ENTERPRISE, "sampled", "again", "lot"),
    ("dispose", _("Dispose of goods that are held"), ENTERPRISE, "disposed", "dispose", "lot"),
    ("test_staff", _("Test somebody who handled goods that are held"), GRID, "staff_tested", "staff", ""),
    ("inform_city", _("Inform the city of a batch that is held"), HEADQUARTERS, "city_informed", "inform", "batch"),
    ("correct", _("Put a breach right"), ENTERPRISE, "breach_answered", "correct", "finding"),
    ("verify", _("See whether a breach is put right"), MARKET, "breach_checked", "correct", "finding"),
):  # fmt: skip
    duty(
        f"goods.{_name}", title=_title, role=_role, proof=f"goods.{_proof}", minutes=f"goods.{_minutes}_minutes",
        escalate_minutes=HOUR, url=_url and f"goods:{_url}",
    )  # fmt: skip

menu(_("Imported goods"), "goods:batches", needs="goods.see_goods", order=56, group=_("Imported goods"))
menu(_("Lots of imported goods"), "goods:lots", needs="goods.see_goods", order=57, group=_("Imported goods"))
menu(_("Breaches"), "goods:findings", needs="goods.see_goods", order=58, group=_("Imported goods"))
menu(
    _("Enterprises with imported goods"), "goods:holders", needs="goods.see_goods", order=59, group=_("Imported goods")
)

keeps("goods_staff", "person_id", "left_at")
PARTS["identity"] += (Part("goods_staff", "x.label <> ''", "UPDATE goods_staff x SET label = ''"),)
personal("goods_staff", "label", "identity", "retention.identity_days")

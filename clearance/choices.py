from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

LEAST = 5  # fewer could be traced to a household


class Shape(models.TextChoices):
    WARD_CARRIES = "ward_carries", _("The ward carries for another body")
    WARD_RUNS = "ward_runs", _("The ward runs it")


class PartyKind(models.TextChoices):
    HOUSEHOLD = "household", _("Household")
    PERSON = "person", _("Person")
    ORGANISATION = "organisation", _("Organisation")


class Outreach(models.TextChoices):
    """The office's own work for a household, never the household's opinion."""

    NOT_REACHED = "not_reached", _("Not yet reached")
    IN_CONTACT = "in_contact", _("Contact made")
    MET = "met", _("Met")
    WARD_OWES_ANSWER = "ward_owes_answer", _("The ward owes an answer")
    FOLLOW_UP = "follow_up", _("Appointment agreed")
    UNREACHABLE = "unreachable", _("Can not be reached")
    PAUSED_ON_REQUEST = "paused_on_request", _("Paused at the household's request")


class Purpose(models.TextChoices):
    DELIVER_INVITATION = "deliver_invitation", _("Hand over an invitation")
    DELIVER_PAPER = "deliver_paper", _("Hand over a notice or decision")
    EXPLAIN = "explain", _("Explain the policy")
    SUPPORT = "support", _("Ask after and support the family")
    ANSWER = "answer", _("Answer an earlier question")
    CHECK_ADDRESS = "check_address", _("Check the address")
    FOR_INVENTORY = "for_inventory", _("Mobilise for the inventory")
    FOR_PLAN = "for_plan", _("Mobilise for the plan")
    FOR_HAND_OVER = "for_hand_over", _("Mobilise for the hand-over")


# Papers that the law orders to be delivered, also to a household that asked for quiet.
STATUTORY_PURPOSES = (Purpose.DELIVER_INVITATION, Purpose.DELIVER_PAPER)


class VisitOutcome(models.TextChoices):
    MET_HEAD = "met_head", _("Met the head of the household")
    MET_AUTHORISED = "met_authorised", _("Met the authorised person")
    MET_FAMILY = "met_family", _("Met a family member")
    NOBODY_HOME = "nobody_home", _("Nobody at home")
    LATER = "later", _("Asked to come another time")
    DECLINED = "declined", _("Did not wish to receive us")
    MOVED = "moved", _("Moved away")
    WRONG_ADDRESS = "wrong_address", _("Wrong address")
    UNSAFE = "unsafe", _("Not safe")


MET_OUTCOMES = (VisitOutcome.MET_HEAD, VisitOutcome.MET_AUTHORISED, VisitOutcome.MET_FAMILY)
# "Visited" is at the right address, whoever opened.
NOT_VISITED_OUTCOMES = (VisitOutcome.WRONG_ADDRESS, VisitOutcome.UNSAFE)
UNREACHABLE_OUTCOMES = (VisitOutcome.MOVED, VisitOutcome.WRONG_ADDRESS)
# Somebody opened, so something could be asked, agreed or handed over.
OPENED = (*MET_OUTCOMES, VisitOutcome.LATER, VisitOutcome.DECLINED)


class Came(models.TextChoices):
    """What a household says of a visit that the ward has written down."""

    YES = "yes", _("Somebody came")
    NO = "no", _("Nobody came")
    UNSURE = "unsure", _("Does not remember")
    NOT_REACHED = "not_reached", _("Could not be asked")


class SaidAsWritten(models.TextChoices):
    """Whether those who came said what the script says."""

    YES = "yes", _("As the script says")
    PARTLY = "partly", _("Not all of it")
    OTHERWISE = "otherwise", _("Something else")
    UNSURE = "unsure", _("Does not remember")


class RoundState(models.TextChoices):
    """Where the lists of a round of visits are."""

    PLANNED = "planned", _("Being planned")
    OUT = "round_out", _("Lists are out")
    RETURNED = "round_returned", _("Lists returned")
    CLOSED = "closed", _("Closed")


class ConcernKind(models.TextChoices):
    """What a concern is about. The concern itself stands in the household's own words, and nobody weighs it."""

    PRICE = "price", _("Price of the land")
    AREA = "area", _("Area and measurement")
    ORIGIN = "origin", _("Origin of the land")
    LEFT_OUT = "left_out", _("Property left out of the inventory")
    RESETTLEMENT = "resettlement", _("Resettlement: place, size, time")
    TEMPORARY_HOME = "temporary_home", _("Where to live meanwhile")
    LIVELIHOOD = "livelihood", _("Livelihood")
    MONEY_STEPS = "money_steps", _("Steps until the money is paid")
    OWN_DISPUTE = "own_dispute", _("Dispute within the family")
    INHERITANCE = "inheritance", _("Inheritance")
    LEARNING_HEALTH = "learning_health", _("Schooling, health care")
    PACE = "pace", _("Pace of the project")
    PLANNING = "planning", _("Land-use planning")
    OTHER = "other", _("Another concern")


class MinutesState(models.TextChoices):
    """What became of the minutes of a visit. That a household did not sign is a fact, and nothing follows from it."""

    NONE = "none", _("No minutes")
    SIGNED = "minutes_signed", _("Signed by the household")
    UNSIGNED = "minutes_unsigned", _("Minutes not signed by the household")


class AttendanceReply(models.TextChoices):
    """The household's reply to the invitation. Shown as counts only, from five up."""

    WILL_COME = "will_come", _("Will come")
    SENDS_SOMEONE = "sends_someone", _("Sends someone")
    WRITES = "writes", _("Sends a written opinion")
    NOT_SURE = "not_sure", _("Not answered yet")
    NOT_COMING = "not_coming", _("Not coming")
    NOT_ASKED = "not_asked", _("Not asked")


class DialogueState(models.TextChoices):
    PLANNED = "planned", _("Planned")
    HELD = "held", _("Held")
    CANCELLED = "cancelled", _("Cancelled")


class InvitationState(models.TextChoices):
    TO_DELIVER = "to_deliver", _("To be handed over")
    SIGNED = "signed", _("Received and signed")
    UNSIGNED_WITNESSED = "unsigned_witnessed", _("Received, not signed, with a witness")
    TAKEN_BY_FAMILY = "taken_by_family", _("Taken by a family member")
    REFUSED = "refused", _("Not accepted, recorded")
    POSTED = "posted", _("Sent by post")
    VOID = "void", _("Void")


DELIVERED = (
    InvitationState.SIGNED,
    InvitationState.UNSIGNED_WITNESSED,
    InvitationState.TAKEN_BY_FAMILY,
    InvitationState.POSTED,
)
# Either a signature or a refusal on record, with its witness: what the law accepts as proof.
PROVED = (InvitationState.SIGNED, InvitationState.UNSIGNED_WITNESSED, InvitationState.REFUSED)
# What can be recorded at the door: handed over one way or another, or not accepted.
HANDED_OVER = (*DELIVERED, InvitationState.REFUSED)
_NOT_SIGNED = (InvitationState.UNSIGNED_WITNESSED, InvitationState.REFUSED)
_TO_THE_HOUSEHOLD = (InvitationState.SIGNED, *_NOT_SIGNED)
# What can have become of the paper, by who was met; where nobody opened, nothing.
DELIVERIES = {
    VisitOutcome.MET_HEAD: _TO_THE_HOUSEHOLD,
    VisitOutcome.MET_AUTHORISED: _TO_THE_HOUSEHOLD,
    VisitOutcome.MET_FAMILY: (InvitationState.TAKEN_BY_FAMILY, *_NOT_SIGNED),
    VisitOutcome.LATER: (*_TO_THE_HOUSEHOLD, InvitationState.TAKEN_BY_FAMILY),
    VisitOutcome.DECLINED: (InvitationState.REFUSED,),
}


class AttendanceKind(models.TextChoices):
    SELF = "self", _("Came")
    PROXY = "proxy", _("Sent someone")
    WRITTEN = "written", _("Written opinion")
    ABSENT_WITH_REASON = "absent_with_reason", _("Absent, gave a reason")
    ABSENT = "absent", _("Absent")


# Somebody of the household sat in the hall; a written opinion takes part without coming.
CAME = (AttendanceKind.SELF, AttendanceKind.PROXY)
TOOK_PART = (*CAME, AttendanceKind.WRITTEN)


class OpinionKind(models.TextChoices):
    """The legal position on a plan, as the minutes of the meeting that collects opinions have it."""

    AGREES = "agrees", _("Agrees with the plan")
    DISAGREES = "disagrees", _("Does not agree with the plan")
    OTHER = "other", _("Another opinion")


class SignerKind(models.TextChoices):
    WARD = "ward", _("For the ward's committee")
    UNIT = "unit", _("For the compensation unit")
    FRONT = "front", _("For the Fatherland Front")
    PEOPLE = "people", _("Representative of the people")


class LandGroup(models.TextChoices):
    """By which the law counts its days: those of farm land are fewer."""

    AGRICULTURAL = "agricultural", _("Agricultural land")
    OTHER = "other", _("Non-agricultural land")
    UNUSED = "unused", _("Land not yet used")


class StepKind(models.TextChoices):
    MAIN = "main", _("On the main line")
    SIDE = "side", _("Only where it is needed")
    MOBILISE = "mobilise", _("Mobilisation in writing")


class SignedAct(models.TextChoices):
    """What somebody needs an authority for."""

    NOTICE = "notice", _("Notice of land recovery")
    INVENTORY = "inventory", _("Decision on a compulsory inventory")
    PLAN = "plan", _("Approval of the compensation plan")
    RECOVERY = "recovery", _("Decision on land recovery")


class PromiseKind(models.TextChoices):
    """What the ward promised a household. Answers to questions have their own rows."""

    PAPER = "paper", _("A paper")
    PAYMENT = "payment", _("A payment")
    WORK = "work", _("Something to do or to look into")


class ObstacleReason(models.TextChoices):
    """What holds the office's work with a household up; never what somebody thinks of the household."""

    DISPUTE = "dispute", _("Dispute over the land")
    INHERITANCE = "inheritance", _("Inheritance not settled")
    OWNER_AWAY = "owner_away", _("The owner is away")
    PAPERS_MISSING = "papers_missing", _("Papers are missing")
    AREA_DIFFERS = "area_differs", _("Measured area differs from the papers")
    PRICE = "price", _("Price or support to be looked at again")
    RESETTLEMENT = "resettlement", _("No resettlement place yet")
    MORTGAGE = "mortgage", _("Mortgaged land")
    NO_CAPACITY = "no_capacity", _("The representative can not act")
    SUPERIOR = "superior", _("Waits for a superior body")
    OTHER = "other", _("Another reason")


class PaperKind(models.TextChoices):
    NOTICE = "notice", _("Notice of land recovery")
    INVENTORY = "inventory", _("Inventory minutes")
    PLAN = "plan", _("Compensation plan")
    DECISION = "decision", _("A decision")
    REPLY = "reply", _("Written answer")
    OTHER = "other", _("Another paper")


class DeliveryWay(models.TextChoices):
    SIGNED = "signed", _("Handed over and signed for")
    FAMILY = "family", _("Taken by a family member")
    REFUSED = "refused", _("Not accepted, with two witnesses")
    POSTED_UP = "posted_up", _("Posted up at the home and the ward")
    BY_POST = "by_post", _("Sent by post, with the receipt")


class MilestoneKind(models.TextChoices):
    """Days that the office's work with a household reached. Of money the day alone, never an amount."""

    INVENTORIED = "inventoried", _("Inventory minutes signed")
    APPROVED = "approved", _("Compensation plan approved")
    PAID = "paid", _("Compensation paid")
    DEPOSITED = "deposited", _("Compensation deposited")
    HANDED_OVER = "handed_over", _("Land handed over")


class OfficeState(models.TextChoices):
    """The roll-up of a household's file for maps and reports: how far the office is, from its own rows."""

    NOT_INVENTORIED = "not_inventoried", _("Not yet inventoried")
    INVENTORIED = "inventory_done", _("Inventoried")
    IN_WORK = "in_work", _("In work")
    OBSTACLE = "obstacle", _("Held up")
    PAID = "paid_waits", _("Paid, waits for the hand-over")
    HANDED_OVER = "land_handed_over", _("Land handed over")


# The least far first: of several households on one plot the map shows that one.
OFFICE_ORDER = tuple(OfficeState)


class AssetKind(models.TextChoices):
    """What an inventory counts. No money: amounts are the implementing unit's."""

    HOUSE = "house", _("House")
    STRUCTURE = "structure", _("Other structure")
    TREES = "trees", _("Trees and crops")
    LIVESTOCK = "livestock", _("Livestock")
    GRAVE = "grave", _("Grave")
    OTHER = "other", pgettext_lazy("asset", "Something else")


class LoopKind(models.TextChoices):
    """The three written mobilisations that the law orders; each is a step of the procedure."""

    INVENTORY = "inventory", _("To take part in the inventory")
    PLAN = "plan", _("To carry out the approved plan")
    HANDOVER = "handover", _("To hand over the land")


# The step of each, and the ward's rules (`deadlines.DeadlineRule.code`) for its days; their lengths and laws are rows.
LOOP_STEPS = {LoopKind.INVENTORY: "B04a", LoopKind.PLAN: "B12a", LoopKind.HANDOVER: "B14a"}
LOOP_WINDOWS = {
    LoopKind.INVENTORY: "mobilise-inventory",
    LoopKind.PLAN: "mobilise-plan",
    LoopKind.HANDOVER: "mobilise-handover",
}
LOOP_WAITS = {LoopKind.INVENTORY: "wait-inventory", LoopKind.PLAN: "wait-plan", LoopKind.HANDOVER: "wait-handover"}
# Who signs what may follow; of what follows a hand-over loop the portal knows a number and a day alone.
LOOP_ACTS = {LoopKind.INVENTORY: SignedAct.INVENTORY, LoopKind.PLAN: SignedAct.RECOVERY}
# What of the file shows that the household cooperates: nobody ends the loop by hand.
LOOP_MILESTONES = {
    MilestoneKind.INVENTORIED: LoopKind.INVENTORY,
    MilestoneKind.PAID: LoopKind.PLAN,
    MilestoneKind.HANDED_OVER: LoopKind.HANDOVER,
}


class LoopPhase(models.TextChoices):
    RUNNING = "loop_running", _("Mobilisation runs")
    WAITING = "loop_waiting", _("Waiting days run")
    PAST = "loop_past", _("The days are over")
    DECIDED = "loop_decided", _("A decision is recorded")
    DONE = "loop_done", _("The household cooperates")
    MISTAKEN = "loop_mistaken", _("Opened in error")


class LoopEnding(models.TextChoices):
    DONE = "done", _("The household cooperates")
    MISTAKEN = "mistaken", _("Opened in error")


class MinutesSigned(models.TextChoices):
    SIGNED = "signed", _("Signed by the household")
    NOT_SIGNED = "not_signed", _("Did not sign the minutes, with two witnesses")
    ABSENT = "absent", _("Nobody of the household was there, with two witnesses")


class SetDayKind(models.TextChoices):
    """What the ward sets a day for, towards a household."""

    INVENTORY = "inventory", _("Inventory on site")
    DECISION = "decision", _("Delivery of a decision on recovery")
    HANDOVER = "handover", _("Hand-over of the land")


class StepState(models.TextChoices):
    """How a household's own step of the procedure stands: the office's work, nobody's opinion."""

    NOT_BEGUN = "step_open", _("Not begun")
    IN_WORK = "step_in_work", _("In work")
    WAITS = "step_waits", _("Waits for approval")
    DONE = "step_done", _("Done")
    NOT_APPLICABLE = "step_not_needed", _("Does not apply")


# What the file has already is not typed once more: the milestone says that its step is done.
STEP_MILESTONES = {
    "B04": (MilestoneKind.INVENTORIED,),
    "B09": (MilestoneKind.APPROVED,),
    "B12": (MilestoneKind.PAID,),
    "B12x": (MilestoneKind.DEPOSITED,),
    "B14": (MilestoneKind.HANDED_OVER,),
}


class PrivacyKind(models.TextChoices):
    """What somebody asks about the own data."""

    SEE = "see", _("To see the own data")
    CORRECT = "correct", _("To correct the own data")
    ERASE = "erase", _("To erase the own data")
    OBJECT = "object", _("To object to a use")
    TIME_UP = "time_up", _("The time of keeping is over")  # begun by the desk, asked by nobody


class PrivacyOutcome(models.TextChoices):
    DONE = "done", pgettext_lazy("privacy", "Carried out")
    REFUSED = "refused", pgettext_lazy("privacy", "Refused, with the reason")
    WITHDRAWN = "withdrawn", pgettext_lazy("privacy", "Withdrawn by the person")


class AgreementBase(models.TextChoices):
    """Out of whom a share of signed agreements is counted; which one the law means is a row."""

    LAND_USERS = "land_users", _("households that hold a plot of the project")
    HOUSEHOLDS = "households", _("all households of the project")

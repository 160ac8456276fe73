from notifications.models.browser import PushSubscription
from notifications.models.event import Event
from notifications.models.host import BeatRun, WorkerPulse
from notifications.models.job import MOST_TRIES, Job
from notifications.models.message import BY_CLASS, UNSURE, Attempt, Message, may_have_left
from notifications.models.preference import Mute, Preference
from notifications.models.rule import ReminderRule, RuleText, RuleUnit
from notifications.models.stop import SendingStop

__all__ = [
    "BY_CLASS",
    "MOST_TRIES",
    "UNSURE",
    "Attempt",
    "BeatRun",
    "Event",
    "Job",
    "Message",
    "Mute",
    "Preference",
    "PushSubscription",
    "ReminderRule",
    "RuleText",
    "RuleUnit",
    "SendingStop",
    "WorkerPulse",
    "may_have_left",
]

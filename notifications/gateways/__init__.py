"""The ways out of the portal. Most take our own key of a message, so a second copy can be told from the first."""

from notifications.choices import Channel
from notifications.gateways.base import Gateway, Item, Letter, NoAnswer, NotTaken, Refused
from notifications.gateways.mail import Mail, message_id
from notifications.gateways.portal import Portal
from notifications.gateways.push import Push
from notifications.gateways.webhook import Webhook

GATEWAYS: dict[str, type[Gateway]] = {
    Channel.IN_APP: Portal,
    Channel.EMAIL: Mail,
    Channel.PUSH: Push,
    Channel.GATEWAY: Webhook,
}

__all__ = [
    "GATEWAYS",
    "Gateway",
    "Item",
    "Letter",
    "Mail",
    "NoAnswer",
    "NotTaken",
    "Portal",
    "Push",
    "Refused",
    "Webhook",
    "message_id",
]

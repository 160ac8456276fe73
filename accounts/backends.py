from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.utils import timezone

from accounts.models import Membership, User


class PersonBackend(ModelBackend):
    """Signs in by password, as Django's. The person of a request comes with what they hold today, in one statement."""

    def get_user(self, user_id: Any) -> User | None:
        held = list(
            Membership.objects.filter(user_id=user_id)
            .valid_on(timezone.localdate())
            .select_related("user", "ward", "unit")
            .order_by("pk")
        )
        if not held:
            return super().get_user(user_id)
        user = held[0].user
        user.held_today = held
        return user if self.user_can_authenticate(user) else None

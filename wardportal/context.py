"""What every page's frame needs: navigation by role, counts that wait for this person, the year, the identity."""

from typing import Any

from django.http import HttpRequest

from wardportal import navigation


def layout(request: HttpRequest) -> dict[str, Any]:
    """Template context of base.html; empty for strangers."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    return navigation.frame(request)

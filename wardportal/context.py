"""What every page's frame needs: navigation by role, counts that wait for this person, the year, the identity."""

from typing import Any

from django.http import HttpRequest

from wardportal import navigation


def layout(request: HttpRequest) -> dict[str, Any]:
    """Template context of every page; empty for strangers.

    All of it stands under `frame` too, which base.html reads: a page's own `tabs` or `campaign` leave the frame alone.
    """
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    found = navigation.frame(request)
    return found | {"frame": found}

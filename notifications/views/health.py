"""For monitors outside the portal: no session, no personal data, a handful of indexed queries."""

import hmac
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from notifications.operations import vitals


@login_not_required
@never_cache
@require_safe
def health(request: HttpRequest) -> JsonResponse:
    """200 while messages leave in time, else 503; with the token also what stands behind it."""
    found = vitals.look()
    troubles = [trouble.code for trouble in found.troubles()]
    answer: dict[str, Any] = {
        "state": "trouble" if troubles else "ok",
        "troubles": troubles,
        "database": found.database,
        "broker": found.broker,
        "oldest_due_seconds": int(found.waited.total_seconds()) if found.waited else 0,
        "late_entries": len(found.late),
        "workers_alive": len(found.alive),
    }
    if _knows_token(request):
        answer["entries"] = [_entry(entry) for entry in found.entries]
        answer["leases_over"] = vitals.stuck_leases() if found.database else None
        answer["workers"] = [{"name": w.name, "seen_at": w.seen_at, "silent": w.is_silent} for w in found.workers]
    return JsonResponse(answer, status=503 if troubles else 200)


@login_not_required
@never_cache
@require_safe
def live(request: HttpRequest) -> JsonResponse:
    """The web process answers; asks nobody else."""
    return JsonResponse({"state": "ok"})


def _knows_token(request: HttpRequest) -> bool:
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    return bool(settings.HEALTH_TOKEN) and hmac.compare_digest(given.encode(), settings.HEALTH_TOKEN.encode())


def _entry(entry: vitals.Entry) -> dict[str, Any]:
    started = entry.run.started_at if entry.run else None
    return {"name": entry.code, "started_at": started, "late": entry.is_late, "failing": entry.is_failing}

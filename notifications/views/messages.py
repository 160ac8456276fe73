import re

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from core.http import HouseRequest
from core.pages import page_of
from notifications import registry
from notifications.models import Message


def message_list(request: HouseRequest) -> HttpResponse:
    own = Message.objects.visible_to(request.user)
    page = page_of(request, own.inbox())
    lines = [(message, registry.why(message)) for message in page]
    return render(request, "notifications/message_list.html", {"page": page, "lines": lines})


def message_open(request: HouseRequest, pk: int) -> HttpResponse:
    """On to what the message is about; opening it is reading it."""
    message = get_object_or_404(Message.objects.visible_to(request.user).to_open(), pk=pk)
    message.open()
    return redirect(message.link or "notifications:message_list")


@require_POST
def message_read_all(request: HouseRequest) -> HttpResponse:
    Message.objects.visible_to(request.user).mark_read()
    return redirect("notifications:message_list")


def message_count(request: HouseRequest) -> HttpResponse:
    """The bell's number, asked each minute by a page that somebody looks at; nothing where it is as it was."""
    if not request.htmx:
        return redirect("notifications:message_list")
    count, seen = Message.objects.visible_to(request.user).unread().count(), request.GET.get("seen", "")
    if str(count) == seen:
        return HttpResponse(status=204)
    came_more = count > (int(seen) if re.fullmatch("[0-9]{1,6}", seen) else 0)
    return render(None, "notifications/message_count.html", {"count": count, "came_more": came_more})


message_count.asks_by_itself = True  # type: ignore[attr-defined]  # a mark for SessionAgeMiddleware

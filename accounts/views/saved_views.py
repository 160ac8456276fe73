"""How a person looks at a list: kept, named anew and deleted by that person alone."""

from functools import partial
from urllib.parse import parse_qsl

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.forms.saved_views import SavedViewForm
from accounts.models import SavedView
from core.filters import in_one_spelling
from core.http import HouseRequest
from core.pages import attempt, confirm_page, form_page


@require_http_methods(["GET", "HEAD", "POST"])
def saved_view_new(request: HouseRequest) -> HttpResponse:
    """Keep the filters of the list whose address is `?list=`."""
    page, query = _list_asked(request)
    act = partial(SavedView.keep, ward=request.ward, page=page, query=query)
    back = f"{page}?{query}"
    return form_page(
        request,
        SavedViewForm(request.POST or None),
        act,
        title=_("Save this view"),
        lead=_("The filters that are set now, without the words searched. You alone see it, above the list."),
        done=_("The view is saved. It stands above the list."),
        to=back,
        up=(_("Back to the list"), back),
    )


def _list_asked(request: HouseRequest) -> tuple[str, str]:
    page, _mark, query = request.GET.get("list", "").partition("?")
    try:
        resolve(page)
    except Resolver404 as missing:
        raise Http404 from missing
    kept = in_one_spelling(parse_qsl(query))
    if not request.ward or not kept or page.startswith("//") or len(page) > 200 or len(kept) > 500:
        raise Http404
    return page, kept


@require_http_methods(["GET", "HEAD", "POST"])
def saved_view_edit(request: HouseRequest, pk: int) -> HttpResponse:
    view = get_object_or_404(SavedView.objects.own(request.user), pk=pk)
    form = SavedViewForm(request.POST or None, initial={"name": view.name, "is_first": view.is_first})
    if request.method == "POST" and form.is_valid():
        if attempt(request, view.change, _("The view is saved."), form=form, **form.cleaned_data):
            return redirect(view)
    form.cancel_url = view.get_absolute_url()
    return render(request, "accounts/saved_view_edit.html", {"form": form, "view": view})


@require_http_methods(["GET", "HEAD", "POST"])
def saved_view_delete(request: HouseRequest, pk: int) -> HttpResponse:
    view = get_object_or_404(SavedView.objects.own(request.user), pk=pk)
    return confirm_page(
        request,
        view.remove,
        title=_("Delete the view “%(name)s”?") % {"name": view},
        consequence=_("Its filters are forgotten. The list and its rows stay as they are."),
        action=_("Delete the view"),
        done=_("The view is deleted."),
        to=f"{view.page}?{view.query}",
        danger=True,
    )

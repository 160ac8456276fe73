from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts import access
from accounts.access import Permission, require
from clearance import actions
from clearance.filters import HouseholdFilter
from clearance.forms import AuthorityForm, BatchForm, HouseholdsBatchForm, StepReachForm
from clearance.models import AgreementRule, ProcedureStep, ProjectBatch, RuleSet, SigningAuthority
from clearance.models.procedure import WARNED_BEFORE, propose_procedure, reach
from clearance.views.fetch import day_of, project_of
from core.filters import nothing_ticked, unticked
from core.http import HouseRequest
from core.models import today
from core.pages import attempt, form_page
from core.together import read_together


def procedure(request: HouseRequest) -> HttpResponse:
    """The laws whose days count, the steps with who carries them out, and who may sign until when."""
    require(access.can(request.user, Permission.CLEARANCE_READ))
    sets, steps = RuleSet.objects.visible_to(request.user), ProcedureStep.objects.visible_to(request.user)
    authorities = SigningAuthority.objects.visible_to(request.user)
    lapsing = authorities.lapsing(today(), WARNED_BEFORE)
    read_together(sets, steps, authorities, lapsing)
    context = {
        "sets": sets,
        "steps": steps,
        "authorities": authorities,
        "lapsing": lapsing,
        "may_edit": access.can(request.user, Permission.CLEARANCE_MANAGE),
        "today": today(),
    }
    return render(request, "clearance/procedure.html", context)


@require_POST
def procedure_propose(request: HouseRequest) -> HttpResponse:
    require(access.can(request.user, Permission.CLEARANCE_MANAGE))

    def said(count: int) -> str:
        return ngettext("%(count)d row entered", "%(count)d rows entered", count) % {"count": count}

    def propose(by: Any) -> int:
        return propose_procedure(request.ward, by=by) + AgreementRule.propose(request.ward)

    attempt(request, propose, said)
    return redirect("clearance:procedure")


def authority_new(request: HouseRequest) -> HttpResponse:
    require(access.can(request.user, Permission.CLEARANCE_MANAGE))
    return _authority(request, SigningAuthority(ward=request.ward), _("Add an authority to sign"))


def authority_edit(request: HouseRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(SigningAuthority.objects.visible_to(request.user), pk=pk)
    require(access.can(request.user, Permission.CLEARANCE_MANAGE))
    return _authority(request, row, _("Change the authority to sign"))


def _authority(request: HouseRequest, row: SigningAuthority, title: str) -> HttpResponse:
    def enter(by: Any, **_fields: Any) -> None:
        row.enter(by=by)

    home = reverse("clearance:procedure")
    words: dict[str, Any] = {"title": title, "done": _("Saved the authority to sign"), "to": home}
    return form_page(
        request, AuthorityForm(request.POST or None, instance=row), enter, up=(_("Procedure"), home), **words
    )


def step_reach(request: HouseRequest, slug: str) -> HttpResponse:
    project, campaign = project_of(request, slug), request.campaign
    require(project.can_manage(request.user, campaign))
    form = StepReachForm(request.POST or None, project=project, campaign=campaign)

    def act(by: Any, step: ProcedureStep, **fields: Any) -> None:
        reach(step, project, by=by, campaign=campaign, **fields)

    here = project.get_absolute_url()
    words: dict[str, Any] = {"title": _("Record a step reached"), "done": _("Saved the step"), "to": here}
    return form_page(request, form, act, up=(project.name, here), **words)


def batch_new(request: HouseRequest, slug: str) -> HttpResponse:
    project = project_of(request, slug)
    require(project.can_manage(request.user, request.campaign))
    batch = ProjectBatch(ward=request.ward, project=project)
    return _batch(request, batch, _("Add a batch"))


def batch_edit(request: HouseRequest, slug: str, number: int) -> HttpResponse:
    project = project_of(request, slug)
    batch = get_object_or_404(project.batches.all(), number=number)
    require(project.can_manage(request.user, request.campaign))
    batch.project = project
    return _batch(request, batch, _("Change the batch"))


def _batch(request: HouseRequest, batch: ProjectBatch, title: str) -> HttpResponse:
    def enter(by: Any, **_fields: Any) -> None:
        batch.enter(by=by, campaign=request.campaign)

    here = batch.project.get_absolute_url()
    form = BatchForm(request.POST or None, instance=batch, project=batch.project)
    words: dict[str, Any] = {"title": title, "done": _("Saved the batch"), "to": here}
    return form_page(request, form, enter, up=(batch.project.name, here), **words)


def households_batch(request: HouseRequest, slug: str) -> HttpResponse:
    """The ticked households, or all that fit the list's filters, into one batch."""
    project, campaign = project_of(request, slug), request.campaign
    require(project.can_manage(request.user, campaign))
    own, day = project.households.visible_to(request.user), day_of(campaign)
    filters = HouseholdFilter(request.GET, own, request=request, project=project, campaign=campaign, day=day)
    back = f"{reverse('clearance:household_list', args=[slug])}?{unticked(request.GET).urlencode()}"
    if nothing_ticked(request.GET):
        messages.warning(request, _("Tick the households first."))
        return redirect(back)
    form = HouseholdsBatchForm(request.POST or None, project=project, cancel_url=back)
    fill = partial(actions.fill_batch, project, campaign=campaign, households=filters.qs)
    if form.is_valid() and attempt(request, partial(fill, batch=form.cleaned_data["batch"]), _filled, form=form):
        return redirect(back)
    title = ngettext(
        "Put %(count)d household into a batch", "Put %(count)d households into a batch", filters.qs.count()
    )
    words = {"title": title % {"count": filters.qs.count()}, "up": (_("Households"), back)}
    return render(request, "core/form.html", {"form": form, **words})


def _filled(count: int) -> str:
    return ngettext("Saved the batch of %(count)d household", "Saved the batch of %(count)d households", count) % {
        "count": count
    }

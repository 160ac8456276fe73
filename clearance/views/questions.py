from typing import Any, cast

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts import access, reading
from accounts.access import Permission, require
from campaigns.middleware import year_of_request
from clearance.filters import QUESTIONS, QuestionFilter
from clearance.forms import QuestionAnswerForm, QuestionTellForm
from clearance.models import AnsweredAlready, Household, Question
from clearance.views.fetch import day_of, question_of
from core.http import HouseRequest
from core.models import today
from core.pages import page_of


def question_list(request: HouseRequest) -> HttpResponse:
    """What the ward owes: of the households one may see, and what the own unit has to answer."""
    require(access.can(request.user, Permission.HOUSEHOLD_READ))
    reading.shows_households(request)
    campaign = year_of_request(request)
    rows = Question.objects.visible_to(request.user).of(campaign)
    filters = QuestionFilter(request.GET, rows, request=request, campaign=campaign, day=day_of(campaign))
    page = page_of(request, filters.qs.for_list(), table=QUESTIONS)
    context = {"page": page, "filters": filters, "today": filters.day}
    return render(request, "clearance/question_list.html", context)


def question_detail(request: HouseRequest, pk: int) -> HttpResponse:
    question, user, campaign = question_of(request, pk), request.user, request.campaign
    reading.opened(request, question.household, fields="question")
    context = {
        "question": question,
        "household": question.household,
        "may_open": Household.objects.visible_to(user).filter(pk=question.household_id).exists(),
        "can_answer": question.can_answer(user, campaign),
        "can_tell": question.can_tell(user, campaign),
        "today": today(),
    }
    return render(request, "clearance/question_detail.html", context)


def question_answer(request: HouseRequest, pk: int) -> HttpResponse:
    question = question_of(request, pk)
    require(question.can_answer(request.user, request.campaign))
    form = QuestionAnswerForm(request.POST or None, first=question.asked_on, cancel_url=question.get_absolute_url())
    if form.is_valid():
        try:
            question.give_answer(by=request.user, campaign=request.campaign, **form.cleaned_data)
        except AnsweredAlready as error:
            messages.warning(request, str(error))
        else:
            messages.success(request, _("Saved the answer"))
        return redirect(question)
    return render(request, "clearance/question_answer.html", {"form": form, "question": question})


def question_tell(request: HouseRequest, pk: int) -> HttpResponse:
    question = question_of(request, pk)
    require(question.can_tell(request.user, request.campaign))
    form = QuestionTellForm(
        request.POST or None, first=cast(Any, question.answered_on), cancel_url=question.get_absolute_url()
    )
    if form.is_valid():
        try:
            question.tell(by=request.user, campaign=request.campaign, **form.cleaned_data)
        except AnsweredAlready as error:
            messages.warning(request, str(error))
        else:
            messages.success(request, _("Recorded that the household knows the answer"))
        return redirect(question)
    return render(request, "clearance/question_tell.html", {"form": form, "question": question})

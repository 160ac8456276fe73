import datetime
from typing import Any, Self

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    BooleanField,
    Case,
    Count,
    DateField,
    Exists,
    F,
    Func,
    IntegerField,
    Max,
    Min,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Greatest

from accounts import access
from accounts.access import Permission
from accounts.querysets import WardQuerySet
from campaigns.choices import CampaignState
from core.counts import Counted
from core.models import StatefulQuerySet
from core.related import related
from core.search import fold, found
from models_registry.choices import (
    ACCEPTED,
    APPRAISED,
    OUT_OF_HAND,
    RUNNING,
    SETTLED,
    EntryState,
    ModelState,
    Outcome,
    Stage,
    StepKind,
)
from notifications.models import Event


class MobilizationModelQuerySet(StatefulQuerySet, WardQuerySet):
    def visible_to(self, user: Any) -> Self:
        """The ward's for those who follow the campaign (drafts of others apart); a unit's own for the unit."""
        rows = self.in_ward_of(user)
        own = access.grants(user).units_with(Permission.MODEL_REGISTER)
        if access.is_ward_wide(user, Permission.MODEL_REGISTER):
            return rows
        if access.is_ward_wide(user, Permission.WARD_READ):
            return rows.exclude(~Q(unit__in=own), state=ModelState.DRAFT)
        return rows.filter(unit__in=own)

    def registered_on(self, day: datetime.date) -> Self:
        """Accepted on or before the day and not withdrawn by then."""
        return self.with_state_on(day).filter(state_then__in=ACCEPTED)

    def at_stage(self, stage: str, day: datetime.date) -> Self:
        """Of those registered on the day, those that had come so far by then; the figures say what each stage means."""
        rows = self.registered_on(day)
        return rows.filter(self._stages(day)[Stage(stage)]) if stage != Stage.REGISTERED else rows

    def count_stages(self, day: datetime.date) -> dict[Stage, int]:
        """How many had come how far by the day, in one statement."""
        counts = {stage.value: Count("pk", filter=had) for stage, had in self._stages(day).items()}
        found = self.registered_on(day).order_by().aggregate(**{Stage.REGISTERED.value: Count("pk")}, **counts)
        return {stage: found[stage.value] for stage in Stage}

    def _stages(self, day: datetime.date) -> dict[Stage, Q]:
        def of(path: str, **wanted: Any) -> Q:
            """That there is such a row of the model."""
            rows = related(self.model, path).objects.filter(mobilization_model=OuterRef("pk"), **wanted)
            return Q(Exists(rows))

        targets = related(self.model, "targets")
        results = related(targets, "values").objects.filter(indicator=OuterRef("pk"), update__on__lte=day)
        last = Subquery(results.order_by("-update__on", "-update_id").values("value")[:1])
        missed = targets.objects.filter(mobilization_model=OuterRef("pk")).annotate(last=last)
        missed = missed.exclude(last__gte=F("target"), last__isnull=False, target__isnull=False)
        decided = related(self.model, "conclusions").objects.filter(mobilization_model=OuterRef("pk"))
        decided = decided.filter(outcome=Outcome.RECOGNISED, decided_on__lte=day)
        by_ward = Q(Exists(decided.filter(Q(replaced_on__isnull=True) | Q(replaced_on__gt=day))))
        recognised = by_ward | of("recognitions", decided_on__lte=day)
        return {
            Stage.CARRIED_OUT: of("updates", on__lte=day) | of("steps", kind=StepKind.CARRY_OUT, done_on__lte=day),
            Stage.EFFECTIVE: (of("targets") & ~Q(Exists(missed))) | recognised,
            Stage.RECOGNISED: recognised,
            Stage.COMMENDED: of("commendations", decided_on__lte=day),
        }

    def waiting(self) -> Self:
        return self.filter(state=ModelState.SUBMITTED)

    def running(self) -> Self:
        return self.filter(state__in=RUNNING)

    def by_key(self, key: str) -> Self:
        """By the code, or by the number a draft has instead."""
        return self.filter(pk=int(key)) if key.isascii() and key.isdigit() else self.filter(code=key.upper())

    def open_to(self, user: Any) -> Self:
        """Those that the user sees, and those that the user scores."""
        sheets = related(self.model, "appraisals__assessments").objects.of(user)
        scored = Q(pk__in=sheets.values("appraisal__mobilization_model"))
        return self.in_ward_of(user).filter(Q(pk__in=self.visible_to(user).values("pk")) | scored)

    def search(self, words: str) -> Self:
        """Name, unit, person or code, without marks. Several people who register together are still one model."""
        together = related(self.model, "fellows").objects.filter(found(words, "search_key"))
        own = found(words, "search_key", "unit__search_key", "person_key") | Q(code__icontains=words)
        return self.filter(own | Q(pk__in=together.values("mobilization_model")))

    def with_steps(self, day: datetime.date) -> Self:
        """As of the day: `steps_done`, `steps_count` and `next_due`, the day of the first open step."""
        steps = related(self.model, "steps").objects.filter(mobilization_model=OuterRef("pk")).order_by()
        undone = steps.filter(Q(done_on__gt=day) | Q(done_on__isnull=True)).order_by("due_on")
        return self.annotate(
            steps_count=Counted(steps.values("pk")),
            steps_done=Counted(steps.filter(done_on__lte=day).values("pk")),
            next_due=Subquery(undone.values("due_on")[:1]),
        )

    def late_on(self, day: datetime.date) -> Self:
        """In progress at the end of the day, with a step that was due before it and not done by then."""
        steps = related(self.model, "steps")
        undone = Q(done_on__isnull=True) | Q(done_on__gt=day)
        late = steps.objects.filter(undone, mobilization_model=OuterRef("pk"), due_on__lt=day)
        return self.with_state_on(day).filter(Exists(late), state_then=ModelState.ACTIVE)

    def with_last_sign(self, day: datetime.date | None = None) -> Self:
        """`last_sign`: the day of the last results, step done or inspection, at first of the approval; until `day`."""

        def last(path: str, column: str, **only: Any) -> Subquery:
            by_then = {f"{column}__lte": day} if day else {f"{column}__isnull": False}
            rows = related(self.model, path).objects.filter(mobilization_model=OuterRef("pk"), **by_then, **only)
            found = rows.order_by().values("mobilization_model").annotate(last=Max(column))
            return Subquery(found.values("last"), output_field=DateField())

        begun = last("transitions", "on", new=ModelState.ACTIVE)  # gone on with after a pause, too
        signs = last("updates", "on"), last("steps", "done_on"), last("inspections", "on"), begun
        return self.annotate(last_sign=Greatest(*signs))

    def heard_last(self, first: datetime.date | None, last: datetime.date) -> Self:
        """In progress, with their last sign of work from the first to the last day."""
        rows = self.filter(state=ModelState.ACTIVE).with_last_sign().filter(last_sign__lte=last)
        return rows.filter(last_sign__gte=first) if first else rows

    def silent_on(self, day: datetime.date, days: int) -> Self:
        """In progress at the end of the day, without a sign of work for so many days."""
        rows = self.with_state_on(day).with_last_sign(day).filter(state_then=ModelState.ACTIVE)
        return rows.filter(last_sign__lte=day - datetime.timedelta(days=days))

    def for_list(self, day: datetime.date) -> Self:
        """With the units, fields, people and steps of a page."""
        rows = self.select_related("unit", "theme_field").with_steps(day).with_last_move()
        fellows = related(self.model, "fellows").objects.filter(mobilization_model=OuterRef("pk")).order_by("order")
        return rows.annotate(fellow_names=ArraySubquery(fellows.values("name")))

    def most_urgent_first(self, day: datetime.date) -> Self:
        """What has to be done first in front. The steps are joined: each row's first one is asked for once so."""
        first_due = Min("steps__due_on", filter=Q(steps__done_on__gt=day) | Q(steps__done_on__isnull=True))
        urgency = Case(
            When(state=ModelState.SUBMITTED, then=Value(0)),
            When(state=ModelState.ACTIVE, first_due__lt=day, then=Value(1)),
            When(state=ModelState.RETURNED, then=Value(2)),
            When(state__in=APPRAISED, then=Value(3)),
            When(state=ModelState.DRAFT, then=Value(3)),
            When(state__in=RUNNING, then=Value(4)),
            default=Value(5),
            output_field=IntegerField(),
        )
        rows = self.annotate(first_due=first_due, urgency=urgency)
        return rows.order_by("urgency", F("first_due").asc(nulls_last=True), "code", "id")

    def similar_to(self, registration: Any, areas: Any = None) -> Self:
        """Other registrations of the year with the same name, work or field; the likeliest first.

        Each with `same_title`, `same_work`, `same_field`, `same_area` (a residential group in common, or one of the two
        names none) and `is_twin`: name, field and place are the same. A name is compared without marks and without the
        words with which most begin. areas: of the registration, where they are not kept yet.
        """
        works, places = related(self.model, "about"), related(self.model, "areas")
        own = works.objects.filter(mobilization_model=registration.pk).values("undertaking")
        shared = works.objects.filter(mobilization_model=OuterRef("pk"), undertaking__in=own)
        if areas is None:
            kept = places.objects.filter(ward_id=registration.ward_id, mobilization_model=registration.pk)
            mine = set(kept.order_by().values_list("unit", flat=True))
        else:
            mine = {row.pk for row in areas}
        there = places.objects.filter(mobilization_model=OuterRef("pk"))
        same_area = Exists(there.filter(unit__in=mine)) | ~Exists(there) if mine else Value(True)
        rows = self.filter(ward_id=registration.ward_id, campaign_id=registration.campaign_id)
        listed = [ModelState.SUBMITTED, ModelState.RETURNED, *ACCEPTED]
        rows = rows.filter(state__in=listed).exclude(pk=registration.pk)
        name = _bare_title(fold(registration.title))
        same_title = Q(bare_title=name) if registration.title else Q(pk=None)
        same_field = Q(theme_field=registration.theme_field_id) if registration.theme_field_id else Q(pk=None)
        rows = rows.alias(bare_title=_bare_title(F("search_key"))).annotate(
            same_title=_is(same_title), same_work=Exists(shared), same_field=_is(same_field), same_area=_is(same_area)
        )
        rows = rows.filter(Q(same_title=True) | Q(same_work=True) | Q(same_field=True))
        twin = Q(same_title=True, same_field=True, same_area=True)
        rows = rows.annotate(is_twin=_is(twin)).select_related("unit")
        return rows.order_by("-is_twin", "-same_title", "-same_work", "code")

    def twins_of(self, registration: Any, areas: Any = None) -> Self:
        """Of these, those that are the same by name, field and place."""
        return self.similar_to(registration, areas).filter(is_twin=True)


def _bare_title(folded_title: Any) -> Func:
    """A folded name without the words with which most names begin: "khéo trong", "mô hình" …"""
    words = r"^((mo hinh|dan van kheo|kheo|trong|viec|cong tac|ve) )+"
    return Func(folded_title, Value(words), Value(""), function="regexp_replace", output_field=TextField())


def _is(condition: Any) -> Case:
    return Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())


class TargetIndicatorQuerySet(WardQuerySet):
    def with_reached(self) -> Self:
        """`reached` and `reached_on`: the latest total that was recorded."""
        values = related(self.model, "values")
        latest = values.objects.filter(indicator=OuterRef("pk")).order_by("-update__on", "-update_id")
        reached_on = Subquery(latest.values("update__on")[:1], output_field=DateField())
        return self.annotate(reached=Subquery(latest.values("value")[:1]), reached_on=reached_on).order_by("id")

    def reached_by(self, day: datetime.date) -> Self:
        """As `with_reached`, of results up to the day; `evidence`: how many papers and photos came with them."""
        updates = Q(update__on__lte=day)
        values = related(self.model, "values").objects.filter(updates, indicator=OuterRef("pk"))
        latest = values.order_by("-update__on", "-update_id")
        files = related(self.model, "values__update__evidence").objects
        own = files.filter(updates, update__values__indicator=OuterRef("pk")).order_by()
        counted = own.values("update__values__indicator").annotate(n=Count("pk")).values("n")
        return self.annotate(
            reached=Subquery(latest.values("value")[:1]), evidence=Coalesce(Subquery(counted), Value(0))
        )


class ModelStepQuerySet(WardQuerySet):
    def visible_to(self, user: Any) -> Self:
        models = related(self.model, "mobilization_model")
        return self.filter(mobilization_model__in=models.objects.visible_to(user))

    def open(self) -> Self:
        """Still to be done, of models in progress."""
        return self.filter(done_on=None, mobilization_model__state=ModelState.ACTIVE)

    def remindable(self, day: datetime.date) -> Self:
        """Overdue, in an open year, and nobody has reminded the unit of it on that day."""
        rows = self.open().filter(due_on__lt=day, mobilization_model__campaign__state=CampaignState.OPEN)
        return rows.exclude(Exists(Event.objects.of_each(self.model, "models_registry.step.reminded").filter(on=day)))

    def with_last_reminder(self) -> Self:
        """Each with `reminded_on`: the day on which somebody last reminded its unit by hand."""
        told = Event.objects.of_each(self.model, "models_registry.step.reminded").order_by("-at")
        return self.annotate(reminded_on=Subquery(told.values("on")[:1]))

    def with_laid_out_at(self) -> Self:
        """`laid_out_at`: when the model was approved, or last taken up again."""
        models = related(self.model, "mobilization_model")
        rows = related(models, "transitions")
        begun = rows.objects.filter(mobilization_model=OuterRef("mobilization_model"), new=ModelState.ACTIVE)
        return self.annotate(laid_out_at=Subquery(begun.order_by("-id").values("at")[:1]))

    def for_list(self) -> Self:
        return self.select_related("mobilization_model__unit", "mobilization_model__campaign").order_by("due_on", "id")

    def for_agenda(self) -> Self:
        """With what a line of the agenda says; a city's registry has thousands of them."""
        models = ("code", "title", "unit__name")
        rows = self.select_related("mobilization_model__unit").order_by("due_on", "id")
        return rows.only("ward", "kind", "due_on", *(f"mobilization_model__{name}" for name in models))


class ProgressUpdateQuerySet(WardQuerySet):
    def for_page(self) -> Self:
        """The newest ten, with who, the numbers and the evidence."""
        values = related(self.model, "values").objects.select_related("indicator")
        return self.select_related("by").prefetch_related(Prefetch("values", values), "evidence")[:10]

    def with_evidence(self) -> Self:
        """With a paper or a photo."""
        files = related(self.model, "evidence")
        return self.filter(Exists(files.objects.filter(update=OuterRef("pk"))))


class AppraisalQuerySet(WardQuerySet):
    def visible_to(self, user: Any) -> Self:
        models = related(self.model, "mobilization_model")
        return self.filter(mobilization_model__in=models.objects.visible_to(user))

    def current(self) -> Self:
        """Of the review that is under way or was the last before the decision."""
        return self.filter(ended_on=None)

    def for_list(self) -> Self:
        return self.select_related("mobilization_model__unit", "mobilization_model__campaign").order_by("id")

    def waiting_for_decision(self) -> Self:
        """All scores are in, and the ward has not decided yet."""
        rows = self.current().filter(completed_at__isnull=False)
        return rows.filter(mobilization_model__state=ModelState.UNDER_REVIEW)


def _followed(rows: WardQuerySet, path: str, user: Any) -> Any:
    """The models whose appraisal the user may follow: all for who decides, else those that are decided on."""
    models = related(rows.model, f"{path}mobilization_model").objects.visible_to(user)
    decides = access.is_ward_wide(user, Permission.MODEL_DECIDE)
    return models if decides else models.filter(state__in=SETTLED)


class AssessmentQuerySet(WardQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Who scores and who is through: for those who decide, and once it is decided for the model's other readers."""
        return self.filter(appraisal__mobilization_model__in=_followed(self, "appraisal__", user))

    def of(self, user: Any) -> Self:
        """The sheets of this person, in the ward entered; not those that were given up."""
        return self.in_ward_of(user).filter(assessor=user, stood_aside_on=None)

    def owed(self) -> Self:
        """Still to be handed in, of a review under way."""
        rows = self.filter(handed_in_at=None, stood_aside_on=None, appraisal__ended_on=None)
        return rows.filter(appraisal__mobilization_model__state=ModelState.UNDER_REVIEW)

    def of_year(self, campaign: Any) -> Self:
        return self.filter(appraisal__mobilization_model__campaign=campaign)

    def for_list(self) -> Self:
        """What is owed first, by its day."""
        rows = self.select_related("assessor", "appraisal__mobilization_model__unit")
        owed = Case(When(handed_in_at=None, stood_aside_on=None, then=Value(0)), default=Value(1))
        return rows.order_by(owed, "appraisal__due_on", "appraisal_id", "id")


class ScoreQuerySet(WardQuerySet):
    """Scores are sealed until all sheets of the model are in; before that the assessor alone sees the own."""

    def visible_to(self, user: Any) -> Self:
        """Those who decide see what is unsealed; the other readers of the model once the ward has decided."""
        models = _followed(self, "assessment__appraisal__", user)
        return self.unsealed().filter(assessment__appraisal__mobilization_model__in=models)

    def unsealed(self) -> Self:
        return self.filter(assessment__appraisal__completed_at__isnull=False)

    def shown_to_assessor(self, user: Any) -> Self:
        """The own, and those of the other assessors of the same model once they are unsealed."""
        sheets = related(self.model, "assessment").objects.of(user)
        same = Q(assessment__appraisal__in=sheets.values("appraisal"))
        others = same & Q(assessment__appraisal__completed_at__isnull=False)
        return self.in_ward_of(user).filter(Q(assessment__in=sheets) | others)

    def for_result(self) -> Self:
        return self.select_related("assessment__assessor", "criterion").order_by("assessment_id", "criterion__order")


class InspectionQuerySet(WardQuerySet):
    def visible_to(self, user: Any) -> Self:
        models = related(self.model, "mobilization_model")
        return self.filter(mobilization_model__in=models.objects.visible_to(user))

    def for_page(self) -> Self:
        """With the person, the tasks and the papers."""
        mended = related(self.model, "mended_by").objects.select_related("task")
        return self.select_related("by").prefetch_related(Prefetch("mended_by", mended), "evidence")


class HonourQuerySet(WardQuerySet):
    def visible_to(self, user: Any) -> Self:
        models = related(self.model, "mobilization_model")
        return self.filter(mobilization_model__in=models.objects.visible_to(user))


class ProposalQuerySet(WardQuerySet):
    def visible_to(self, user: Any) -> Self:
        models = related(self.model, "mobilization_model")
        return self.filter(mobilization_model__in=models.objects.visible_to(user))

    def valid_on(self, day: datetime.date) -> Self:
        """Proposed by the day and not taken back by then."""
        return self.filter(Q(taken_back_on__isnull=True) | Q(taken_back_on__gt=day), proposed_on__lte=day)


class SentTableQuerySet(WardQuerySet):
    def visible_to(self, user: Any) -> Self:
        """For those who follow the whole ward: the tables hold all its models."""
        rows = self.in_ward_of(user)
        return rows if access.is_ward_wide(user, Permission.WARD_READ) else rows.none()


def _without_judged(rows: Any, user: Any) -> Any:
    """Of what the whole ward reads, not what names the writers to somebody who judges them; the own unit's stays."""
    judges = related(rows.model, "contest__judging__judges")
    own = access.grants(user).units_with(Permission.ENTRY_WRITE)
    return rows.exclude(~Q(unit__in=own), contest__in=judges.objects.blind(user).values("judging__contest"))


class ContestEntryQuerySet(StatefulQuerySet, WardQuerySet):
    def visible_to(self, user: Any) -> Self:
        rows = self.in_ward_of(user)
        if access.is_ward_wide(user, Permission.WARD_READ):
            return _without_judged(rows, user)
        return rows.filter(unit__in=access.grants(user).units_with(Permission.ENTRY_WRITE))

    def in_state_on(self, day: datetime.date, *states: EntryState) -> Self:
        return self.with_state_on(day).filter(state_then__in=states)

    def search(self, words: str) -> Self:
        return self.filter(found(words, "search_key", "unit__search_key"))

    def for_list(self) -> Self:
        return self.select_related("unit", "contest").order_by("unit__sort_key", "id")


class OfEntryQuerySet(WardQuerySet):
    """What hangs below an entry is seen by those who see the entry. path: the way to what has the entry."""

    path = ""

    def visible_to(self, user: Any) -> Self:
        entries = related(self.model, f"{self.path}entry")
        return self.filter(**{f"{self.path}entry__in": entries.objects.visible_to(user)})


class OfConsentQuerySet(OfEntryQuerySet):
    path = "consent__"


class EntryQuotaQuerySet(WardQuerySet):
    def visible_to(self, user: Any) -> Self:
        rows = self.in_ward_of(user)
        if access.is_ward_wide(user, Permission.WARD_READ):
            return _without_judged(rows, user)
        return rows.filter(unit__in=access.grants(user).units_with(Permission.ENTRY_WRITE))

    def with_done(self, states: tuple[EntryState, ...]) -> Self:
        """`done_count`: the unit's entries in one of the states."""
        return self.annotate(done_count=self._entries(states))

    def short(self) -> Self:
        """Of units that still have something to hand in, with `done_count`: what lies with the ward or further."""
        return self.with_done(OUT_OF_HAND).filter(done_count__lt=F("required"))

    def _entries(self, states: tuple[EntryState, ...]) -> Case:
        entries = related(self.model, "contest__entries")
        same: QuerySet = entries.objects.filter(contest=OuterRef("contest"), unit=OuterRef("unit"), state__in=states)
        counted = same.order_by().values("unit").annotate(n=Count("pk")).values("n")
        return Case(When(Exists(same), then=Subquery(counted)), default=Value(0), output_field=IntegerField())

    def for_list(self) -> Self:
        return self.select_related("unit", "contest").order_by("unit__sort_key")


# ---- judging: who judges sees codes, and nothing of who wrote ------------------------------------------
class JudgingQuerySet(WardQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Of who runs the contest, and of its judges."""
        rows = self.in_ward_of(user)
        if access.is_ward_wide(user, Permission.CONTEST_MANAGE):
            return rows
        judges = related(self.model, "judges")
        return rows.filter(pk__in=judges.objects.of(user).values("judging"))


class BlindQuerySet(WardQuerySet):
    """What joins codes and names is read by those who run the contest alone."""

    def visible_to(self, user: Any) -> Self:
        rows = self.in_ward_of(user)
        return rows if access.is_ward_wide(user, Permission.CONTEST_MANAGE) else rows.none()

    def judged_by(self, user: Any) -> Self:
        """The copies that the person judges, once they are given out."""
        sheets = related(self.model, "sheets")
        mine = sheets.objects.of(user).values("copy_of")
        return self.in_ward_of(user).filter(pk__in=mine, judging__opened_on__isnull=False)


class JudgeQuerySet(WardQuerySet):
    def visible_to(self, user: Any) -> Self:
        rows = self.in_ward_of(user)
        return rows if access.is_ward_wide(user, Permission.CONTEST_MANAGE) else self.of(user)

    def of(self, user: Any) -> Self:
        return self.in_ward_of(user).filter(person=user)

    def blind(self, user: Any) -> Self:
        """The person judges, or did, and the prizes are not awarded yet."""
        return self.of(user).filter(judging__closed_on=None)


class JudgeSheetQuerySet(WardQuerySet):
    """Points are sealed until all of the entry are in; before that the judge alone sees the own."""

    def visible_to(self, user: Any) -> Self:
        rows = self.in_ward_of(user)
        return rows.unsealed() if access.is_ward_wide(user, Permission.CONTEST_MANAGE) else rows.none()

    def unsealed(self) -> Self:
        owed = self.model._default_manager.filter(copy_of=OuterRef("copy_of"), handed_in_at=None)
        return self.exclude(Exists(owed))

    def of(self, user: Any) -> Self:
        return self.in_ward_of(user).filter(judge__person=user, judge__stood_aside_on=None)

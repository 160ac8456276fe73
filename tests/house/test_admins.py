"""Every table of the Django admin keeps the rules of the house, whoever wrote its admin."""

import datetime

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.options import IS_POPUP_VAR
from django.db.models import ForeignKey, Model
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import translation

from accounts.access import has_admin_permission
from accounts.models import User
from core.admin import HouseAdmin, ReadOnlyAdmin
from core.models import Stateful, Transition, is_log, is_personal
from tests.world import World

ADMINS = sorted(admin.site._registry.values(), key=lambda found: found.opts.label_lower)
every_admin = pytest.mark.parametrize("of", ADMINS, ids=lambda found: found.opts.label_lower)


def page(of: HouseAdmin, view: str = "changelist") -> str:
    return reverse(f"admin:{of.opts.app_label}_{of.opts.model_name}_{view}")


def request(user: User, world: World) -> object:
    asked = RequestFactory().get("/admin/")
    asked.user, asked.ward, asked.campaign = user, world.ward, world.campaign
    return asked


def columns(model: type[Model]) -> list[str]:
    """Each column, and each column of the rows that its keys lead to."""
    own = [field.name for field in model._meta.concrete_fields]
    for field in model._meta.concrete_fields:
        if isinstance(field, ForeignKey):
            own += [f"{field.name}__{other.name}" for other in field.related_model._meta.concrete_fields]
    return own


@every_admin
def test_it_is_an_admin_of_the_house_with_a_title_in_both_languages(of: HouseAdmin) -> None:
    assert isinstance(of, HouseAdmin), "a library's table answers to conditions on any column"
    for title in (of.opts.verbose_name, of.opts.verbose_name_plural):
        with translation.override("en"):
            english = str(title)
        with translation.override("vi"):
            assert str(title) != english, f"give the table a title: {english}"


def test_the_admin_reads_times_as_the_portal_does_and_speaks_vietnamese(world: World, client: Client) -> None:
    client.force_login(world.administrator)
    sent = {"campaign": world.campaign.pk, "kind": "other", "starts_at": "7g30"}
    page = client.post("/admin/campaigns/meeting/add/", sent)
    assert "Có chỗ cần sửa" in page.content.decode()
    assert page.context["adminform"].form.cleaned_data["starts_at"] == datetime.time(7, 30)
    shown = client.get("/admin/campaigns/task/").content.decode()
    assert "Hiện số lượng" in shown
    assert "Skip to main content" not in shown


@every_admin
def test_a_list_takes_no_condition_but_its_own_filters(of: HouseAdmin, world: World) -> None:
    asked = request(world.administrator, world)
    own = {item[0] if isinstance(item, tuple) else item for item in of.get_list_filter(asked)} | {of.date_hierarchy}
    for name in set(columns(of.model)) - own:
        for look in ("", "__startswith", "__regex", "__gte", "__in", "__isnull"):
            assert not of.lookup_allowed(f"{name}{look}", "x", asked), f"{name}{look}"


@every_admin
def test_no_list_shows_filters_or_searches_a_secret_or_a_household(of: HouseAdmin, world: World) -> None:
    asked = request(world.administrator, world)
    if is_personal(of.model):
        assert not of.has_view_permission(asked)
        assert not has_admin_permission(world.administrator, f"{of.opts.app_label}.change_{of.opts.model_name}")
        return
    filters = [item[0] if isinstance(item, tuple) else item for item in of.get_list_filter(asked)]
    for name in [
        *filters,
        *of.get_search_fields(asked),
        *of.get_list_display(asked),
        *of.get_autocomplete_fields(asked),
    ]:
        model = of.model
        for part in name.lstrip("=^@").split("__"):
            assert part not in {"password", "line", "link", "endpoint", "p256dh", "auth"}, name
            field = next((f for f in model._meta.get_fields() if f.name == part), None)
            if field is None or not field.is_relation:
                break
            model = field.related_model
            assert not is_personal(model), name


@every_admin
def test_a_state_is_never_a_field(of: HouseAdmin, world: World) -> None:
    asked = request(world.administrator, world)
    for one in [of, *of.get_inline_instances(asked)]:
        if issubclass(one.model, Stateful) or any(field.name == "state" for field in one.model._meta.fields):
            assert "state" in one.get_readonly_fields(asked), one
            assert "state" not in (one.get_form(asked) if one is of else one.get_formset(asked).form).base_fields


@every_admin
def test_its_inlines_can_be_made(of: HouseAdmin, world: World) -> None:
    """Where no row is there yet, nothing else opens their form."""
    asked = request(world.administrator, world)
    for one in of.get_inline_instances(asked):
        assert one.get_formset(asked).form, one


@every_admin
def test_what_only_grows_is_only_read(of: HouseAdmin, world: World) -> None:
    asked = request(world.administrator, world)
    for one in [of, *(found(of.model, admin.site) for found in of.inlines)]:
        if is_log(one.model) or issubclass(one.model, Transition) or isinstance(one, ReadOnlyAdmin):
            assert not one.has_change_permission(asked)
            assert not one.has_delete_permission(asked)
    if is_log(of.model):
        for act in ("add", "change", "delete"):
            assert not has_admin_permission(world.administrator, f"{of.opts.app_label}.{act}_{of.opts.model_name}")


def test_histories_of_households_are_closed_as_their_rows_are(world: World) -> None:
    for model in apps.get_app_config("clearance").get_models():
        if is_personal(model):
            label = f"clearance.view_{model._meta.model_name}"
            assert not has_admin_permission(world.administrator, label), label


def test_which_rows_are_of_a_household_follows_its_keys() -> None:
    """A table with a key to a household's row, however far, is closed too."""
    silent = [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if field.related_model and is_personal(field.related_model) and not is_personal(model)
    ]
    assert not silent, f"give them personal_file: {silent}"


@every_admin
def test_odd_conditions_end_no_list(of: HouseAdmin, world: World, sign_in: object) -> None:
    client: Client = sign_in(world.administrator)
    if not of.has_view_permission(request(world.administrator, world)):
        assert client.get(page(of)).status_code == 403
        return
    for query in ("id__gte=0", "ward__name__startswith=P", "o=99.-1.x", "p=99999", "q=%00", "_to_field=id&_popup=1"):
        status = client.get(f"{page(of)}?{query}").status_code
        assert status in (200, 302, 400), (query, status)


def test_a_stored_password_is_told_by_no_list(world: World, sign_in: object) -> None:
    client: Client = sign_in(world.administrator)
    for query in ("password__startswith=pbkdf2", "memberships__user__password__startswith=p", "password=x"):
        assert client.get(reverse("admin:accounts_user_changelist") + f"?{query}").status_code == 400
    members = reverse("admin:accounts_membership_changelist")
    assert client.get(f"{members}?user__password__startswith=p").status_code == 400
    assert client.get(f"{members}?_to_field=user__password&{IS_POPUP_VAR}=1").status_code == 400
    assert client.get(f"{members}?role__exact=leadership").status_code == 200
    log = reverse("admin:accounts_accesslog_changelist")
    assert client.get(f"{log}?at__year={datetime.date.today().year}").status_code == 200

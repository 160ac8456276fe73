"""Pages of lists: picked, counted and led on from by few and small statements."""

from typing import Any

import pytest
from django.db.models import Count
from django.template import Context, Template
from django.test import RequestFactory

from accounts.models import Unit
from core import pages
from core.counts import count_all
from core.pages import page_of
from tests import factories as make
from tests.world import World


def listed(rows: Any, query: str = "", size: int = 3, key: str = "") -> Any:
    return page_of(RequestFactory().get(f"/?{query}"), rows, size, key=key)


@pytest.fixture
def five_units(world: World) -> Any:
    rows = Unit.objects.filter(pk__in=[make.unit(world.ward).pk for _n in range(5)]).order_by("pk")
    return rows.annotate(people=Count("memberships"))


def test_a_page_holds_its_rows_and_their_count_in_one_statement(
    five_units: Any, django_assert_num_queries: Any
) -> None:
    keys = list(five_units.values_list("pk", flat=True))
    with django_assert_num_queries(1):
        page = listed(five_units, "page=2")
        assert [row.pk for row in page] == keys[3:]
        assert (page.paginator.count, page.paginator.num_pages, page.start_index(), page.end_index()) == (5, 2, 4, 5)
        assert not page.paginator.is_over


@pytest.mark.parametrize(("asked", "shown"), [("99", 2), ("0", 1), ("x", 1), ("-1", 1), ("", 1), ("٣", 1)])
def test_a_page_that_is_not_there_is_the_first_or_the_last(five_units: Any, asked: str, shown: int) -> None:
    assert listed(five_units, f"page={asked}").number == shown


def test_an_empty_list_has_one_empty_page(five_units: Any) -> None:
    page = listed(five_units.filter(pk=0), "page=4")
    assert (list(page), page.number, page.paginator.count) == ([], 1, 0)


def test_a_long_list_is_counted_so_far_and_goes_on_by_key(five_units: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(pages, "COUNTED", 3)
    keys = list(five_units.values_list("pk", flat=True))

    def at(query: str) -> tuple[list[int], bool, bool]:
        page = listed(five_units, query, size=2, key="pk")
        assert page.paginator.is_over
        return [row.pk for row in page], page.has_previous(), page.has_next()

    assert at("") == (keys[:2], False, True)
    assert at(f"after={keys[1]}") == (keys[2:4], True, True)
    assert at(f"after={keys[3]}") == (keys[4:], True, False)
    assert at(f"after={keys[4]}") == (keys[3:], True, False)
    assert at("end=1") == (keys[3:], True, False)
    assert at(f"before={keys[3]}") == (keys[1:3], True, True)
    assert at(f"before={keys[2]}") == (keys[:2], False, True)
    assert at("after=x") == (keys[:2], False, True)
    paginator = listed(five_units, size=2, key="pk").paginator
    assert (paginator.count, paginator.total) == (4, 5)


def test_the_pager_of_a_long_list_leads_on_by_key(five_units: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(pages, "COUNTED", 3)
    page = listed(five_units, "q=a&page=1", size=2, key="pk")
    context = Context({"page": page, "request": RequestFactory().get("/?q=a&page=1")})
    html = Template("{% pager page 'đơn vị' %}").render(context)
    assert "Hiện 1–2 trong hơn 3 đơn vị" in html
    assert f'href="?q=a&amp;after={page.object_list[-1].pk}" rel="next"' in html
    assert 'href="?q=a&amp;end=1"' in html
    assert "before" not in html


def test_several_counts_are_one_statement(five_units: Any, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        found = count_all(all=five_units, some=five_units.order_by("pk")[:2], none=five_units.none())
    assert found == {"all": 5, "some": 2, "none": 0}

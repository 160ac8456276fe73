from collections.abc import Callable

from tests.world import World


def test_the_administrator_sees_every_component(world: World, sign_in: Callable) -> None:
    page = sign_in(world.administrator).get("/styleguide/").content.decode()

    for name in ["dv-chip", "dv-due-bad", "dv-fig-none", "dv-p-ok", "dv-steps5", "dv-waffle", "dv-weeks", "dv-pager"]:
        assert name in page
    assert " style=" not in page
    assert " on" + "click" not in page


def test_an_officer_is_told_why_not(world: World, sign_in: Callable) -> None:
    response = sign_in(world.campaign_officer).get("/styleguide/")

    assert response.status_code == 403
    assert "dv-panel" in response.content.decode()

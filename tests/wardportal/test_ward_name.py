"""Who is not signed in reads whose portal it is, where the host has one ward."""

from django.test import Client
from django.urls import reverse

from accounts.models import Ward
from core.models import today
from tests.world import World


def test_the_sign_in_names_the_only_ward_of_the_host_and_none_of_several(world: World, client: Client) -> None:
    page = client.get(reverse("account_login")).content.decode()
    assert world.ward.name not in page
    assert world.other_ward.name not in page
    Ward.objects.exclude(pk=world.ward.pk).update(valid_to=today().replace(year=today().year - 1, day=1))
    page = client.get(reverse("account_login")).content.decode()
    assert f"<span>{world.ward.name}</span>" in page

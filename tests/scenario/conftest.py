import pytest

from campaigns.models import Campaign
from wardportal.demonstration import ward, year_2022
from wardportal.demonstration.ward import Ground


@pytest.fixture
def ground(db: None) -> Ground:
    """The demonstration ward with the year 2022 and nothing else."""
    laid = ward.lay()
    year_2022.load(laid)
    return laid


@pytest.fixture
def campaign(ground: Ground) -> Campaign:
    return Campaign.objects.get(ward=ground.ward, year=2022)

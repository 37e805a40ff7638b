"""The registrar's desk."""

import pytest
from services.ejournal.tests.attestation.acts import Desk


@pytest.fixture
def desk(academy):
    academy.tell_all()
    return Desk(academy)

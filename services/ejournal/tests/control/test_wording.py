"""What a rule set says, in the reader's language."""

from pathlib import Path

import pytest
from services.ejournal.tests.helpers import read_data

from chassis import i18n
from ejournal.control import wording
from ejournal.control.rules_drafts import LATER, MODERATION

pytestmark = pytest.mark.unit
SETS = ("kz-mia-2016", "kz-before-2016")


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_every_clause_of_the_sets_we_bring_is_said_in_the_readers_language(language: str) -> None:
    stored = {one["clause"] for name in SETS for one in read_data(name)["parameters"].values()}
    with i18n.speaking(i18n.read_catalogue(Path(wording.__file__).parents[1] / "translations")[language]):
        said = {str(wording.CLAUSES[clause]) for clause in stored | {LATER, MODERATION}}
    assert not [text for text in said if text.isascii()]
    assert len(said) == len(stored | {LATER, MODERATION})

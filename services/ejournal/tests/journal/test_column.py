"""One lesson as a list of names, as phones use it: it saves by itself; without its script it is a form that says what is wrong."""

import pytest
from playwright.sync_api import Page, expect
from services.ejournal.tests.academy import WRITER, cell
from services.ejournal.tests.journal.sheets import at, enter, offline, refused, saved, stored

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.fixture
def column(academy, path) -> str:
    return f"{path}/columns/{academy.columns[0]}"


@pytest.fixture
def phone(open_page, teacher, column) -> Page:
    return open_page(teacher, column, **PHONE)


def field(page: Page, row: int):
    return page.locator("ol.grid-one li").nth(row).locator("input[name^='v:']")


def test_a_phone_is_led_from_the_grid_to_the_lesson(open_page, teacher, path, academy) -> None:
    page = open_page(teacher, path, **PHONE)
    page.get_by_role("link", name="Бір сабақ тізіммен").click()
    page.wait_for_url("**/columns/*")
    box = field(page, 0).bounding_box()
    assert box is not None
    assert box["height"] >= 44
    page.locator("select[name=column]").select_option(academy.columns[2])
    page.get_by_role("button", name="Ашу").click()
    page.wait_for_url(f"**/columns/{academy.columns[2]}")


def test_each_mark_saves_by_itself_and_enter_goes_on(phone, academy, teacher) -> None:
    field(phone, 0).tap()
    enter(phone, "91", "Н", "70")
    saved(phone, "Сақталғаны: 3")
    assert stored(academy, teacher) == {(0, 0): "91", (1, 0): "absent", (2, 0): "70"}
    expect(field(phone, 1)).to_have_value("ж")
    # Over its own mark: the version has followed.
    field(phone, 0).tap()
    enter(phone, "92")
    saved(phone, "Сақталғаны: 4")
    assert stored(academy, teacher)[(0, 0)] == "92"


def test_what_is_refused_is_said_at_its_field(phone, academy, teacher) -> None:
    field(phone, 0).tap()
    enter(phone, "101", "80")
    refused(phone, "қабылданбағаны: 1")
    expect(field(phone, 0)).to_have_attribute("aria-invalid", "true")
    reason = phone.locator(f"#{field(phone, 0).get_attribute('aria-describedby')}")
    expect(reason).to_contain_text("«101» шектен тыс")
    field(phone, 0).tap()
    enter(phone, "100")
    saved(phone)
    expect(phone.locator(".wrong")).to_have_count(0)
    assert stored(academy, teacher) == {(0, 0): "100", (1, 0): "80"}


def test_the_button_sends_what_is_still_in_the_field(phone, academy, teacher) -> None:
    field(phone, 0).tap()
    phone.keyboard.type("91")
    phone.get_by_role("button", name="Сақтау").click()
    saved(phone, "Сақталғаны: 1")
    assert stored(academy, teacher) == {(0, 0): "91"}


def test_the_list_and_the_grid_share_what_waits(phone, academy, teacher, path, column) -> None:
    phone.route("**/cells", lambda route: route.abort())
    field(phone, 1).tap()
    enter(phone, "66")
    offline(phone)
    phone.unroute("**/cells")
    # The list of another lesson sends it as well, though it has no field for it.
    phone.goto(f"{path}/columns/{academy.columns[1]}")
    saved(phone, "Сақталғаны: 1")
    assert stored(academy, teacher) == {(1, 0): "66"}
    phone.goto(path)
    expect(at(phone, 1, 0)).to_have_text("66")


def test_a_colleague_was_faster(phone, academy, teacher, client) -> None:
    client(WRITER, academy.colleague).patch(academy.cells_path, json=[cell(academy.key(0, 0), "85", 0)])
    field(phone, 0).tap()
    enter(phone, "90")
    dialog = phone.locator("dialog")
    expect(dialog).to_contain_text("Омаров Б. мұнда «85» деп қойған, сіз «90» деп енгіздіңіз.")
    expect(dialog).to_contain_text("Әлиев Арман")
    dialog.get_by_role("button", name="Сақталғанын алу").tap()
    saved(phone)
    expect(field(phone, 0)).to_have_value("85")


def test_a_closed_column_is_read_only(open_page, teacher, column, academy) -> None:
    academy.tell_assignment(status="withdrawn")
    page = open_page(teacher, column, **PHONE)
    expect(page.get_by_text("Журналға қазір баға қойылмайды.")).to_be_visible()
    assert field(page, 0).get_attribute("readonly") is not None
    expect(page.get_by_role("button", name="Сақтау")).to_have_count(0)

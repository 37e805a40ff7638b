"""Journey 17: an auditor finds an act, reads it, takes the audit away and checks it with nothing but Python."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from dev.browsing import Desk, violations
from dev.testing import House, until

SEALED_SECONDS = 200  # the worker seals every two minutes


@pytest.mark.parametrize("language", ["kk", "ru"])
def test_clause_9_an_act_is_found_read_and_checked(
    house: House, desk: Any, language: str, tmp_path: Path
) -> None:
    auditor = desk("admin", language)
    page = auditor.open("/auth/audit")
    assert page.locator("main table tbody tr").count() == 50
    page.locator("a[rel=next]").click()
    page.wait_for_url("**before=*")
    page.locator("#f-person").fill("T0040")
    page.locator("#f-act").select_option("auth.person.created")
    auditor.post(page, "form.filters button")
    assert page.locator("main table tbody tr").count() == 1
    row = page.locator("main table tbody th a")
    number = int(row.inner_text())
    row.click()
    page.wait_for_url(f"**/auth/audit/{number}")
    family = house.sql("auth", "select family_name from person where number = 'T0040'")[0][0]
    assert page.locator(f"main table ins:has-text('{family}')").count() >= 1

    # A filter that is wrong is told, and nothing is shown for it.
    auditor.go(page, "/auth/audit?since=31.02.2026", expect=422)
    assert page.locator("#errors a[href='#f-since']").count() == 1

    # Sealed by the worker, taken away, checked on another machine.
    until(lambda: sealed(house, number), "the row is sealed", SEALED_SECONDS)
    auditor.go(page, "/auth/audit/seals/1")
    assert violations(page) == []
    auditor.go(page, "/auth/audit/seals")
    for name in ("verify.py", "audit-public.pem"):
        keep(auditor, page, f"a:has-text('{name}')", tmp_path / name)
    for place in range(page.locator("a.file").count()):
        keep(auditor, page, f"a.file >> nth={place}", tmp_path / f"audit-{place}.json")
    parts = sorted(tmp_path.glob("audit-*.json"), reverse=True)
    said = check(tmp_path, parts)
    assert (said.returncode, said.stdout.splitlines()[-1].endswith("0 faults")) == (0, True), said.stdout
    for part in parts:
        document = json.loads(part.read_text(encoding="utf-8"))
        for one in document["rows"]:
            if one["number"] == number:
                one["actor"] = "somebody else"
        part.write_text(json.dumps(document), encoding="utf-8")
    said = check(tmp_path, parts)
    assert (said.returncode, said.stdout.splitlines()[0]) == (1, f"row {number} was changed")


def sealed(house: House, number: int) -> bool:
    query = "select count(*) from chassis.audit_leaf where row_number = %s"
    return bool(house.sql("auth", query, number)[0][0])


def keep(auditor: Desk, page: Any, link: str, place: Path) -> None:
    with page.expect_download() as download:
        page.locator(link).click()
    download.value.save_as(place)


def check(folder: Path, parts: list[Path]) -> subprocess.CompletedProcess[str]:
    """Run the verifier as its page says, in an interpreter that sees no package."""
    command = [
        sys.executable,
        "-I",
        "-S",
        "verify.py",
        *(part.name for part in parts),
        "--key",
        "audit-public.pem",
    ]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)

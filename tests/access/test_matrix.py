"""The permission matrix: role × route, by the roles' templates; and what opens no role's way: nobody, programs, no token.

Made from the routes and catalogues themselves, so a new route or permission is in it by itself.
"""

from collections.abc import Callable
from typing import Any

from chassis import permissions
from chassis.routes import PUBLIC, SIGNED_IN, Program
from chassis.service import Service
from chassis.testing.web import Client

ROLES = (
    "learner", "teacher", "department_head", "dean", "registrar", "dispatcher", "methodist", "quality_officer", "order_clerk",
    "account_administrator", "faculty_clerk", "chief", "auditor", "librarian", "web_editor",
)  # fmt: skip
REFUSED = {401, 403}
# Scopes that name a place; a place that does not exist lets the permission be held and nothing be found.
WITHOUT_PLACE = ("institution", "assigned", "self")


def ask(client: Client, place: Any) -> int:
    """Send the emptiest request of the route's shape."""
    options: dict[str, Any] = {}
    if place.route.unsafe:
        options = {"json": {}} if place.route.is_api else {"data": {}}
    return int(client.open(place.address, method=place.route.method, **options).status_code)


def held(role: str, catalogue: Any) -> dict[str, list[tuple[str, str | None]]]:
    """Give what a role has from its template, at the widest scope each permission knows."""
    found = {}
    for permission in catalogue.values():
        if role in permission.roles:
            kind = next((kind for kind in WITHOUT_PLACE if kind in permission.scopes), permission.scopes[0])
            found[permission.code] = [(kind, None if kind in WITHOUT_PLACE else "nowhere")]
    return found


def test_each_role_passes_where_its_template_says_and_nowhere_else(
    service: Service, client: Callable[..., Client], places: Any, tell: Callable[[str], None]
) -> None:
    catalogue = permissions.catalogue(service.name, service.root, service.permissions)
    assert {role for one in catalogue.values() for role in one.roles} <= set(ROLES)
    locked = [place for place in places[service.name] if isinstance(place.route.access, str)]
    wrong = []
    passes = 0
    for role in ROLES:
        have = held(role, catalogue)
        person = client(have)
        for place in locked:
            status = ask(person, place)
            allowed = place.route.access in have
            passes += allowed
            if allowed == (status in REFUSED) or status >= 500:
                wrong.append(f"{role} {'has' if allowed else 'lacks'} {place.route.access}: {place} {status}")
    tell(
        f"permission matrix of {service.name}: {len(ROLES)} roles × {len(locked)} routes, {passes} open, "
        f"{len(ROLES) * len(locked) - passes} shut"
    )
    assert wrong == []
    assert locked


def test_one_permission_opens_its_own_routes_alone(
    service: Service, client: Callable[..., Client], places: Any
) -> None:
    catalogue = permissions.catalogue(service.name, service.root, service.permissions)
    locked = [place for place in places[service.name] if isinstance(place.route.access, str)]
    wrong = []
    for code, permission in catalogue.items():
        kind = next((kind for kind in WITHOUT_PLACE if kind in permission.scopes), permission.scopes[0])
        person = client({code: [(kind, None if kind in WITHOUT_PLACE else "nowhere")]})
        for place in locked:
            status = ask(person, place)
            if (place.route.access == code) == (status in REFUSED) or status >= 500:
                wrong.append(f"{code}: {place} {status}")
    assert wrong == []
    assert set(catalogue) == {place.route.access for place in locked}, "a permission that opens nothing"


def test_nobody_passes_a_lock(
    service: Service,
    client: Callable[..., Client],
    anonymous: Client,
    program: Callable[..., Client],
    places: Any,
) -> None:
    nobody, machine = client(), program("feed:nothing/at-all")
    wrong = []
    for place in places[service.name]:
        access = place.route.access
        if access is PUBLIC:
            continue
        stranger, empty, other = ask(anonymous, place), ask(nobody, place), ask(machine, place)
        if stranger not in {303, 401}:
            wrong.append(f"no token: {place} {stranger}")
        if access is not SIGNED_IN and empty != 403:
            wrong.append(f"no permission: {place} {empty}")
        if other not in {303, 401, 403}:
            wrong.append(f"a program without the scope: {place} {other}")
    assert wrong == []


def test_programs_read_the_feeds_of_their_scope(
    service: Service, program: Callable[..., Client], places: Any
) -> None:
    machines = [place for place in places[service.name] if isinstance(place.route.access, Program)]
    for place in machines:
        assert ask(program(place.route.access.scope), place) not in REFUSED, place
        assert ask(program("feed:other/feed"), place) == 403, place
    assert machines


def test_a_programs_right_opens_the_operations_open_to_programs_and_nothing_else(
    service: Service, program: Callable[..., Client], places: Any
) -> None:
    wrong = []
    for code in permissions.catalogue(service.name, service.root, service.permissions):
        machine = program(f"do:{code}")
        for place in places[service.name]:
            route = place.route
            if route.access is PUBLIC:
                continue
            opened = ask(machine, place) not in {303, 401, 403}
            if opened != (route.programs and route.access == code):
                wrong.append(f"do:{code}: {place}")
    assert wrong == []

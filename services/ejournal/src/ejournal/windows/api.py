"""Operations of the institution's windows."""

from typing import Any

from chassis.context import Context
from chassis.routes import api
from ejournal.journal import windows
from ejournal.windows.schemas import PolicyIn, PolicyOut


def get_windows(ctx: Context) -> dict[str, Any]:
    """Read the windows: for how many days weeks and midterm controls take marks, and the days without lessons."""
    return windows.as_json(windows.read_policy(ctx.session))


def change_windows(ctx: Context) -> dict[str, Any]:
    """Change the windows; the journals follow within a minute."""
    data = dict(ctx.body)
    version, basis = data.pop("version"), data.pop("basis")
    changed = windows.change_policy(
        ctx.session, data=data, version=version, actor=ctx.identity.subject, basis=basis
    )
    return windows.as_json(changed)


ROUTES = (
    api("GET", "/windows", get_windows, access="ejournal.windows.change", answer=PolicyOut),
    api("PUT", "/windows", change_windows, access="ejournal.windows.change", body=PolicyIn, answer=PolicyOut),
)

"""Pages of the editor."""

from chassis.routes import Route

ROUTES: tuple[Route, ...] = ()

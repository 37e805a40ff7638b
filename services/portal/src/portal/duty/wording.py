"""How the duty roster speaks."""

from chassis.i18n import lazy_gettext as _l

KINDS = {
    "detail": _l("Daily detail"),
    "guard": _l("Guard"),
    "service": _l("Task of service"),
}

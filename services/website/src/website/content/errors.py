"""What content refuses.

NotFound
ItemNotFound        nothing there, or not within this editor's sections
Conflict
ItemChanged         somebody saved in between
PublishRefused      the rules of the order speak against it; every reason is named
NotPublished        there is nothing to withdraw
"""

from chassis.i18n import lazy_gettext as _l
from chassis.problems import Conflict, NotFound


class ItemNotFound(NotFound):
    """No such item within the sections of this editor."""

    code = "website.item-not-found"
    title = _l("There is no such item")


class ItemChanged(Conflict):
    """Somebody saved the item in between; `extra` has both versions."""

    code = "website.item-changed"
    title = _l("Somebody saved this item while you were writing")


class PublishRefused(Conflict):
    """The item may not go public; `detail` names every reason, `extra.reasons` their codes."""

    code = "website.publish-refused"
    title = _l("This cannot be published yet")


class NotPublished(Conflict):
    """The item is not public."""

    code = "website.not-published"
    title = _l("This item is not published")


REFUSAL_TEXTS = {
    "no_kazakh": _l("there is no title in Kazakh: nothing goes public in one language alone (clause 25)"),
    "no_russian": _l("there is no title in Russian: nothing goes public in one language alone (clause 25)"),
    "text_not_in_kazakh": _l("part of the text is not in Kazakh (clause 25)"),
    "text_not_in_russian": _l("part of the text is not in Russian (clause 25)"),
    "event_without_date": _l("the event has no date"),
    "late_without_reason": _l(
        "an international event is announced at least six months ahead (clause 20): state the reason for the delay"
    ),
}

"""The gateway's own pages: every refusal and the maintenance window, in Kazakh, Russian and English on one sheet."""

from typing import NamedTuple

from chassis.i18n import LazyText, speaking
from chassis.i18n import lazy_gettext as _l
from design import offline


class Words(NamedTuple):
    """What a page says."""

    title: LazyText
    help: LazyText


PAGES: dict[str, Words] = {
    "400": Words(
        _l("The request is not understood"),
        _l("The browser sent something the site cannot read. Go back and try once more."),
    ),
    "401": Words(_l("Please sign in"), _l("This page opens after signing in. Your session may have ended.")),
    "403": Words(
        _l("You may not open this page"),
        _l("If your duties need this page, ask the administrator of the portal."),
    ),
    "404": Words(_l("There is no such page"), _l("The address may be mistyped, or the page has moved.")),
    "413": Words(
        _l("The file is too large"), _l("Make the file smaller or divide it into parts, and send it again.")
    ),
    "429": Words(
        _l("Too many requests"), _l("Wait a minute and try again: the limit protects accounts from guessing.")
    ),
    "500": Words(
        _l("Something broke on our side"),
        _l("The failure is recorded. What you had saved is safe; try again in a minute."),
    ),
    "502": Words(
        _l("This service is not answering"),
        _l("The other services go on working. This one is being restarted; try again in a minute."),
    ),
    "503": Words(
        _l("The service is busy or restarting"),
        _l("Try again in a minute; the other services go on working."),
    ),
    "504": Words(
        _l("The service is taking too long"),
        _l("The answer did not come in time. Check whether your change was saved before repeating it."),
    ),
    "maintenance": Words(
        _l("Technical work is under way"),
        _l("The service is being updated and will be back soon. Announced times are on the status page."),
    ),
}

ACADEMY = _l("Academy of the Ministry of Internal Affairs of the Republic of Kazakhstan")
HOME = _l("To the start page")
STATUS = _l("State of the services")


def text_of(words: Words, language: str) -> dict[str, str]:
    """Say a page's words in one language."""
    with speaking(offline.catalogue()[language]):
        return {
            "lang": language,
            "title": str(words.title),
            "help": str(words.help),
            "academy": str(ACADEMY),
            "home": str(HOME),
            "status": str(STATUS),
        }


def pages() -> dict[str, str]:
    """Render all pages.

    Returns:
        Name of the page ("404", "maintenance") to its HTML.
    """
    return {
        name: offline.render(
            "design/standalone.html",
            "kk",
            code=name if name.isdigit() else "⋯",
            texts=[text_of(words, language) for language in ("kk", "ru", "en")],
        )
        for name, words in PAGES.items()
    }

"""Keycloak's sign-in pages in our tokens and words: `python -m auth.keycloak.theme FOLDER` writes the theme folder `shanyraq`.

Nothing of Keycloak's own is copied: the theme extends `keycloak.v2` by a style sheet, our font and the words that differ.
"""

import shutil
import sys
from importlib.resources import files
from pathlib import Path

from auth.keycloak.desired import THEME
from chassis import i18n
from chassis.i18n import gettext as _
from design import assets, bundle
from design.kit import TRANSLATIONS

OWN = Path(__file__).resolve().parents[1] / "translations"
NAMES = {"kk": "Қазақша", "ru": "Русский", "en": "English"}


def words() -> dict[str, str]:
    """Give the words of Keycloak's pages that shall be the academy's own, in the language spoken now."""
    return {
        "loginTitle": f"{_('Sign in')} — {_('Shanyraq')}",
        "loginTitleHtml": _("Shanyraq"),
        "loginAccountTitle": _("Sign in"),
        "username": _("Login"),
        "password": _("Password"),
        "doLogIn": _("Sign in now"),
        "invalidUserMessage": _("The login or the password is wrong."),
        "accountDisabledMessage": _("This account is blocked. Please turn to the unit that runs the portal."),
        "updatePasswordTitle": _("A new password"),
        "updatePasswordMessage": _(
            "You signed in with the password from the slip. Choose your own one: then the system opens."
        ),
        "passwordNew": _("New password"),
        "passwordConfirm": _("New password once more"),
        "notMatchPasswordMessage": _("The two passwords differ"),
        "invalidPasswordConfirmMessage": _("The two passwords differ"),
        **{f"locale_{code}": name for code, name in NAMES.items()},
    }


def properties(texts: dict[str, str]) -> str:
    """Write words as a Java properties file in UTF-8; an apostrophe is doubled, as MessageFormat reads it."""
    lines = [f"{key}={text}".replace("'", "''").replace("\n", " ") for key, text in texts.items()]
    return "\n".join(["# encoding: UTF-8", *lines, ""])


def style() -> str:
    """Join the tokens, the font and what Keycloak's pages wear."""
    tokens = (bundle.CSS / "tokens.css").read_text(encoding="utf-8")
    face = '@font-face { font-family: "Onest"; src: url("../font/onest.woff2") format("woff2"); font-weight: 400 700; }'
    own = files("auth.keycloak").joinpath("theme_files/login.css").read_text("utf-8")
    return "\n".join([face, tokens, own])


def write(folder: Path) -> Path:
    """Write the theme.

    Args:
        folder: gets the folder `shanyraq`, which belongs into Keycloak's folder `themes`.

    Returns:
        The theme's folder.
    """
    login = folder / THEME / "login"
    for name in ("messages", "resources/css", "resources/font"):
        (login / name).mkdir(parents=True, exist_ok=True)
    rules = files("auth.keycloak").joinpath("theme_files/theme.properties").read_text("utf-8")
    (login / "theme.properties").write_text(rules, encoding="utf-8")
    (login / "resources" / "css" / "shanyraq.css").write_text(style(), encoding="utf-8")
    font = assets.BUILD / "onest.woff2"
    if font.exists():
        shutil.copy(font, login / "resources" / "font" / font.name)
    catalogue = i18n.read_catalogue(OWN, TRANSLATIONS)
    for language in NAMES:
        with i18n.speaking(catalogue[language]):
            text = properties(words())
        (login / "messages" / f"messages_{language}.properties").write_text(text, encoding="utf-8")
    return folder / THEME


if __name__ == "__main__":
    sys.stdout.write(f"{write(Path(sys.argv[1] if len(sys.argv) > 1 else '.'))}\n")

"""What a person chose for reading: language, theme, low vision. Kept in the cookie `prefs`, applied by the server."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Self
from urllib.parse import parse_qsl, urlencode, urlsplit

COOKIE = "prefs"
A_YEAR = 365 * 24 * 3600
CHOICES: Mapping[str, tuple[str, ...]] = {
    "lang": ("", "kk", "ru", "en"),
    "theme": ("", "light", "dark"),
    "vi": ("", "bw", "wb", "blue"),
    "size": ("", "100", "150", "200"),
    "spacing": ("", "1"),
    "images": ("", "off"),
}


@dataclass(frozen=True)
class Preferences:
    """The choices; an empty one is as the page comes."""

    lang: str = ""
    theme: str = ""
    vi: str = ""
    size: str = ""
    spacing: str = ""
    images: str = ""

    @classmethod
    def read(cls, cookie: str) -> Self:
        """Read the cookie; what is unknown in it counts as not chosen."""
        return cls().chosen(dict(parse_qsl(cookie[:200])))

    def chosen(self, values: Mapping[str, str]) -> Self:
        """Take over new choices; a value that is no choice is left out."""
        good = {name: values[name] for name in CHOICES if values.get(name) in CHOICES[name]}
        return replace(self, **good)

    def dump(self) -> str:
        """Write the cookie."""
        return urlencode({name: value for name, value in asdict(self).items() if value})


def safe_path(address: str | None) -> str | None:
    """Give the address back when it is a path on this site, else None."""
    if not address or not address.startswith("/") or address.startswith(("//", "/\\")):
        return None
    plain = address.isprintable() and " " not in address and "\\" not in address
    return address if plain and not urlsplit(address).netloc else None

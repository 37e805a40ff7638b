"""The living style page: every component in every state. `python -m design.stylepage` writes `build/style*.html`.

Screenshots and the accessibility tests look at these pages; the website shows them at `/website/style`.
"""

import sys
from collections.abc import Mapping
from types import SimpleNamespace

from chassis import i18n
from design import assets, offline, sample
from design.build import write

TEMPLATES = {"style": "design/style.html", "style-app": "design/style_app.html"}
PERSON = SimpleNamespace(kind="person", name="Сапарова Г. Қ.")


def page(name: str, language: str, preferences: Mapping[str, str] = offline.PREFERENCES) -> str:
    """Render one style page.

    Args:
        name: `style` (public site frame, all components) or `style-app` (application frame with the grade grid).
        language: kk, ru or en.
        preferences: as the cookie keeps them.

    Returns:
        The HTML.
    """
    with i18n.speaking(offline.catalogue()[language]):
        values = sample.values()
    return offline.render(
        TEMPLATES[name],
        language,
        preferences,
        ctx=SimpleNamespace(identity=PERSON),
        can=lambda _code: True,
        alternates={code: f"https://academy.example/{code}/" for code in i18n.LANGUAGES},
        here="/library/lending",
        updated={"kk": "2026 ж. 23 қараша", "ru": "23 ноября 2026 г.", "en": "23 November 2026"}[language],
        **values,
    )


def main() -> None:
    """Write the pages in three languages."""
    for name in TEMPLATES:
        for language in i18n.LANGUAGES:
            write(assets.BUILD / f"{name}.{language}.html", page(name, language).encode())
    sys.stdout.write("design: style pages written\n")


if __name__ == "__main__":
    main()

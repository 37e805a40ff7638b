"""Sign-in slips as a PDF: eight on a sheet with cut lines, each in one language, with a QR code of the sign-in page."""

from collections.abc import Sequence
from importlib.resources import files

from flask import Response

from auth.accounts import service
from auth.accounts.handout import AlreadyHandedOut
from auth.accounts.model import Account
from auth.accounts.service import Slip
from chassis import i18n
from chassis.context import Context
from chassis.i18n import gettext as _
from design import paper

AT_ONCE = 200
"""So many passwords are hashed within one request at most."""


def make_pdf(slips: Sequence[Slip], *, address: str, catalogue: i18n.Catalogue, language: str = "") -> bytes:
    """Print slips.

    Args:
        slips: with the passwords, which stand nowhere else.
        address: of the sign-in page.
        catalogue: words in all languages.
        language: of all slips; empty: each in the language of its person.
    """
    texts = []
    for slip in slips:
        with i18n.speaking(catalogue[language or slip.person.language]):
            texts.append(_texts(slip, address))
    template = files("auth.accounts").joinpath("slips.typ").read_bytes()
    return paper.pdf(template, {"slips": texts, "qr": paper.qr(address)})


def printed(ctx: Context, accounts: list[Account], *, back: str) -> Response:
    """Make slips and answer their PDF for one look: streamed, so that no copy is kept for a repeated request, and never cached.

    The same press of the button once more leads `back`, with words about it.
    """
    key = ctx.request.form.get("_key", "")
    try:
        slips = service.give_slips(ctx.session, accounts=accounts, actor=ctx.identity.subject, key=key)
    except AlreadyHandedOut as refused:
        ctx.flash(str(refused.detail), "warn")
        return ctx.redirect_to(back)
    language = ctx.request.form.get("language", "")
    pdf = make_pdf(
        slips,
        address=f"{ctx.settings.public_url}/auth/login",
        catalogue=ctx.state.catalogue,
        language=language if language in i18n.LANGUAGES else "",
    )
    headers = {"Content-Disposition": 'attachment; filename="slips.pdf"', "Cache-Control": "no-store"}
    return Response(iter([pdf]), 200, headers, content_type="application/pdf")


def _texts(slip: Slip, address: str) -> dict[str, str]:
    return {
        "academy": _("Academy of the Ministry of Internal Affairs of the Republic of Kazakhstan"),
        "name": slip.person.full_name,
        "place": slip.person.group_code or slip.person.department_code or "",
        "login_label": _("Login"),
        "login": slip.login,
        "password_label": _("First password"),
        "password": slip.password,
        "address": address,
        "valid": _("Valid to %(date)s", date=i18n.format_date(slip.valid_to)),
        "note": _(
            "At the first sign-in you choose a password of your own. Show this slip to nobody; then destroy it."
        ),
    }

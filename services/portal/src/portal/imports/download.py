"""The empty workbook of a kind of sheet, as a download."""

from flask import Response

from portal.imports import service
from portal.imports.kinds import Kind

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def workbook(kind: Kind, language: str) -> Response:
    """Answer the template of a kind with headings in a language."""
    data = service.template(kind=kind, language=language)
    headers = {"Content-Disposition": f'attachment; filename="{kind.name}.xlsx"', "Cache-Control": "no-store"}
    return Response(data, mimetype=XLSX, headers=headers)

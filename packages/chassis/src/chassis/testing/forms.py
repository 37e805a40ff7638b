"""Read the forms of a page as a browser would, so that tests send what a person would send."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class PageForm:
    """A form of a page: where it goes and what it would send untouched."""

    action: str
    method: str
    values: dict[str, str] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[PageForm] = []
        self.open: PageForm | None = None
        self.select = self.area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        name, value = found.get("name") or "", found.get("value") or ""
        if tag == "form":
            self.open = PageForm(found.get("action") or "", (found.get("method") or "get").lower())
            self.forms.append(self.open)
        elif self.open is None:
            return
        elif tag == "option" and self.select and ("selected" in found or self.select not in self.open.values):
            self.open.values[self.select] = value
        elif name and tag in {"input", "select", "textarea", "button"}:
            self.open.names.add(name)
            self._control(tag, name, value, found)

    def _control(self, tag: str, name: str, value: str, found: dict[str, str | None]) -> None:
        assert self.open is not None  # noqa: S101
        if tag == "select":
            self.select = name
        elif tag == "textarea":
            self.area, self.open.values[name] = name, ""
        elif tag == "input":
            kind = found.get("type") or "text"
            chosen = kind not in {"checkbox", "radio", "submit", "file"} or "checked" in found
            if chosen:
                self.open.values[name] = value or ("on" if kind == "checkbox" else "")

    def handle_data(self, data: str) -> None:
        if self.area and self.open is not None:
            self.open.values[self.area] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.open = None
        elif tag == "select":
            self.select = ""
        elif tag == "textarea":
            self.area = ""


def read_forms(html: str) -> list[PageForm]:
    """List the forms of a page."""
    reader = _Reader()
    reader.feed(html)
    return reader.forms


def find_form(html: str, names: Iterable[str], action: str | None) -> PageForm:
    """Find the POST form that goes to `action`, or else the one with the most of the wanted fields.

    Raises:
        LookupError: the page has no such form.
    """
    wanted = set(names)
    forms = [form for form in read_forms(html) if form.method == "post"]
    if action is not None:
        forms = [form for form in forms if form.action.partition("?")[0] == action]
    else:
        forms = [form for form in forms if not form.action.partition("?")[0].endswith("/preferences")]
    if not forms:
        raise LookupError(f"the page has no form for {action or sorted(wanted)}")
    return max(forms, key=lambda form: len(wanted & form.names))

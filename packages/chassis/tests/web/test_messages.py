"""The tool that gathers strings and says what is not translated."""

from pathlib import Path

import pytest
from marshmallow import Schema, fields, validate

from chassis import i18n, messages
from chassis.validation_words import MESSAGES

CHASSIS = Path(messages.__file__).parent
pytestmark = pytest.mark.unit


@pytest.fixture
def package(tmp_path):
    folder = tmp_path / "thing"
    (folder / "templates").mkdir(parents=True)
    (folder / "__init__.py").touch()
    (folder / "app.py").write_text(
        '_("Row %(row)s", row=1)\nx = _l("Shared")\nngettext("%(n)s day", "%(n)s days", n)\n_(name)\n'
    )
    (folder / "templates" / "a.html").write_text(
        '{{ _("Save") }}{{ ngettext("%(n)s day", "%(n)s days", 2) }}'
    )
    chassis = tmp_path / "chassis"
    chassis.mkdir()
    (chassis / "words.py").write_text('_("Shared")\n')
    for language in messages.LANGUAGES:
        messages.write(chassis, language, {"Shared": messages.Entry(("S",))}, {})
    return folder


def translate(package, **changes):
    said = {
        "Row %(row)s": ("%(row)s-жол",),
        "Save": ("Сақтау",),
        ("%(n)s day", "%(n)s days"): ("%(n)s күн",) * 3,
    }
    for language in messages.LANGUAGES:
        texts = {key: messages.Entry(said[key]) for key in messages.read(package, language)}
        texts |= {key: messages.Entry((value,)) for key, value in changes.items()}
        messages.write(package, language, texts, {})


def test_strings_are_gathered_and_translations_kept(package):
    folders = [package.parent / "chassis", package]
    messages.update(folders)
    assert len(messages.faults(folders)) == 2 * 3
    translate(package)
    assert messages.faults(folders) == []
    before = (package / "translations/kk/messages.po").read_text()
    messages.update(folders)
    messages.update(folders)
    assert "Сақтау" in (package / "translations/kk/messages.po").read_text()
    assert before.count("msgid") == (package / "translations/kk/messages.po").read_text().count("msgid")


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"Save": ""}, "missing: Save"),
        ({"Row %(row)s": "%(line)s-жол"}, "other places: Row %(row)s"),
        ({"Gone": "Жоқ"}, "no longer said: Gone"),
        ({"Save": "Жазбаны сақтауЖазбаны сақтау"}, "said twice: Save"),
    ],
)
def test_faults_are_named(package, changes, fault):
    folders = [package.parent / "chassis", package]
    messages.update(folders)
    translate(package, **changes)
    assert messages.faults(folders) == [f"thing/kk: {fault}", f"thing/ru: {fault}"]


def test_fuzzy_is_a_fault_and_not_said(package):
    folders = [package.parent / "chassis", package]
    messages.update(folders)
    translate(package)
    path = package / "translations/kk/messages.po"
    path.write_text(path.read_text().replace('msgid "Save"', '#, fuzzy\nmsgid "Save"'))
    assert messages.faults(folders) == ["thing/kk: fuzzy: Save"]
    words = i18n.read_catalogue(package / "translations")["kk"]
    assert "Save" not in words.singular


def test_check_ends_with_what_is_missing(package, capsys):
    messages.main(["update", str(package)])
    with pytest.raises(SystemExit) as ended:
        messages.main(["check", str(package)])
    assert "thing/kk: missing: Save" in str(ended.value)


def test_words_of_the_chassis_are_complete():
    assert messages.faults([CHASSIS]) == []


def all_of(kind, attribute):
    return [value for cls in [kind, *kind.__subclasses__()] for value in getattr(cls, attribute, {}).values()]


def test_everything_marshmallow_says_of_the_fields_we_use_is_noted():
    used = [fields.String, fields.Integer, fields.Boolean, fields.Date, fields.DateTime, fields.Time, fields.UUID, fields.List, fields.Nested, fields.Email, fields.Url, fields.Decimal, fields.Dict]  # fmt: skip
    said = {
        text
        for kind in used
        for cls in kind.__mro__
        for text in getattr(cls, "default_error_messages", {}).values()
    }
    said = {
        text.format(obj_type=kind) if "{obj_type}" in text else text
        for text in said
        for kind in ("date", "time", "datetime")
        if "{awareness}" not in text and "cannot be formatted" not in text
    }
    assert said <= set(MESSAGES)


class Many(Schema):
    name = fields.String(validate=validate.Length(max=3))
    kind = fields.String(validate=validate.OneOf(["a", "b"]))
    count = fields.Integer(validate=validate.Range(min=1))
    share = fields.Integer(validate=validate.Range(max=5, max_inclusive=False))
    code = fields.String(validate=validate.Regexp("^x$"))


def test_faults_of_validators_are_said_in_kazakh():
    catalogue = i18n.read_catalogue(CHASSIS / "translations")
    faults = Many().validate({"name": "long", "kind": "c", "count": 0, "share": 5, "code": "y"})
    with i18n.speaking(catalogue["kk"]):
        for texts in faults.values():
            assert i18n.translate_filled(texts[0]) != texts[0]

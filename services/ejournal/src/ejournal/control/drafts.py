"""Rule sets as drafts: copied, changed, discarded, and adopted by a second person under an order."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import RowMapping, insert, select, update
from sqlalchemy.orm import Session

from chassis import clock
from chassis.audit import audit
from chassis.db import ROW_LOCK, check_version, new_id
from chassis.i18n import format_date
from chassis.i18n import gettext as _
from chassis.problems import FieldError
from ejournal.control import wording
from ejournal.control.model import RULE_SET, RuleDraft
from ejournal.control.problems import DraftClosed, DraftNotFound, DraftRefused, RuleSetNotFound
from ejournal.control.recompute import find_finished
from ejournal.control.rules_drafts import CODE, Content, complete, differences, faults
from ejournal.control.service import forget_books

RESERVED = {"drafts", "reports"}


def list_sets(session: Session) -> Sequence[RowMapping]:
    """List the rule sets, the latest first."""
    return session.execute(select(RULE_SET).order_by(RULE_SET.c.valid_from.desc())).mappings().all()


def get_set_or_raise(session: Session, code: str) -> RowMapping:
    """Get a rule set.

    Raises:
        RuleSetNotFound: there is none.
    """
    row = session.execute(select(RULE_SET).where(RULE_SET.c.code == code)).mappings().one_or_none()
    if row is None:
        raise RuleSetNotFound
    return row


def list_drafts(session: Session) -> Sequence[RuleDraft]:
    """List the drafts that are open or were discarded, the latest first; adopted ones are rule sets now."""
    query = select(RuleDraft).where(RuleDraft.adopted_at.is_(None)).order_by(RuleDraft.created_at.desc())
    return session.scalars(query.limit(50)).all()


def get_or_raise(session: Session, id: UUID, *, lock: bool = False) -> RuleDraft:
    """Get a draft, with a lock when it is going to be changed.

    Raises:
        DraftNotFound: there is none.
    """
    draft = session.get(RuleDraft, id, with_for_update=ROW_LOCK if lock else None, populate_existing=lock)
    if draft is None:
        raise DraftNotFound
    return draft


def content_of(row: RuleDraft | RowMapping) -> Content:
    """Give parameters and scale of a draft or a rule set."""
    if isinstance(row, RuleDraft):
        return Content(row.parameters, row.scale)
    return Content(row["parameters"], row["scale"])


def create(
    session: Session,
    *,
    copy_of: str,
    code: str,
    valid_from: date,
    title: Mapping[str, str] | None,
    actor: UUID,
) -> RuleDraft:
    """Copy a rule set into a draft; nothing is computed by it.

    Raises:
        RuleSetNotFound: there is no such set to copy.
        DraftRefused: the code is taken or no code.
    """
    source = get_set_or_raise(session, copy_of)
    _check_code(session, code)
    draft = RuleDraft(
        id=new_id(),
        code=code,
        title=dict(title or source["title"]),
        valid_from=valid_from,
        copied_from=copy_of,
        parameters=complete(source["parameters"]),
        scale=list(source["scale"]),
        drafted_by=[actor],
        created_at=clock.now(),
        changed_at=clock.now(),
    )
    session.add(draft)
    session.flush()
    after = {"code": code, "copied_from": copy_of, "valid_from": valid_from.isoformat()}
    audit(session, act="ejournal.rules.drafted", subject=_subject(draft), actor=actor, after=after)
    return draft


def _check_code(session: Session, code: str) -> None:
    if not CODE.fullmatch(code) or code in RESERVED:
        text = _("A code is 3 to 40 small Latin letters, digits and hyphens.")
        raise DraftRefused(errors=[FieldError("/code", text)])
    taken = (
        session.scalar(select(RULE_SET.c.code).where(RULE_SET.c.code == code)),
        session.scalar(select(RuleDraft.code).where(RuleDraft.code == code)),
    )
    if any(taken):
        raise DraftRefused(errors=[FieldError("/code", _("This code is taken."))])


def change(
    session: Session,
    *,
    draft: RuleDraft,
    version: int,
    title: Mapping[str, str],
    valid_from: date,
    content: Content,
    actor: UUID,
) -> None:
    """Change a draft read with a lock; whoever changes it is one of those who cannot adopt it.

    Raises:
        DraftClosed: it was adopted or discarded.
        Conflict: a colleague changed it meanwhile.
        DraftRefused: with every fault at its field.
    """
    _must_be_open(draft)
    check_version(draft, version)
    if found := faults(content, code=draft.code, valid_from=valid_from):
        raise DraftRefused(errors=[FieldError(f"/{fault.field}", wording.fault(fault)) for fault in found])
    changed = differences(content_of(draft), content)
    before = {name: old for name, old, _new in changed} | {"valid_from": draft.valid_from.isoformat()}
    after = {name: new for name, _old, new in changed} | {"valid_from": valid_from.isoformat()}
    draft.title, draft.valid_from, draft.changed_at = dict(title), valid_from, clock.now()
    draft.parameters = {name: dict(entry) for name, entry in content.parameters.items()}
    draft.scale = [dict(band) for band in content.scale]
    draft.drafted_by = list(dict.fromkeys([*draft.drafted_by, actor]))
    session.flush()
    audit(
        session,
        act="ejournal.rules.changed",
        subject=_subject(draft),
        actor=actor,
        before=before,
        after=after,
    )


def discard(session: Session, *, draft: RuleDraft, version: int, actor: UUID) -> None:
    """Give a draft up; it stays to be read.

    Raises:
        DraftClosed: it was adopted or discarded.
        Conflict: a colleague changed it meanwhile.
    """
    _must_be_open(draft)
    check_version(draft, version)
    draft.discarded_at = clock.now()
    session.flush()
    audit(
        session,
        act="ejournal.rules.discarded",
        subject=_subject(draft),
        actor=actor,
        after={"code": draft.code},
    )


def adopt(
    session: Session, *, draft: RuleDraft, version: int, order_number: str, order_date: date, actor: UUID
) -> None:
    """Put a draft, read with a lock, in force from its day; the former set ends the same day.

    Journals keep the set they have: only journals that open for a period beginning on or after that day take the new one.

    Raises:
        DraftClosed: it was adopted or discarded.
        Conflict: a colleague changed it meanwhile.
        DraftRefused: drafted by the same person, no report for this version, a day that has come, a later set, or faults.
    """
    _must_be_open(draft)
    check_version(draft, version)
    former = _former(session)
    if found := list(_against(session, draft, former, order_date, actor)):
        raise DraftRefused(errors=found)
    session.execute(
        update(RULE_SET).where(RULE_SET.c.code == former["code"]).values(valid_to=draft.valid_from)
    )
    ground = {
        "order_number": order_number,
        "order_date": order_date,
        "adopted_by": actor,
        "adopted_at": clock.now(),
    }
    columns = {name: getattr(draft, name) for name in ("code", "title", "valid_from", "parameters", "scale")}
    session.execute(insert(RULE_SET).values(**columns, **ground))
    for name, value in ground.items():
        setattr(draft, name, value)
    session.flush()
    audit(
        session,
        act="ejournal.rules.adopted",
        subject=f"rules:{draft.code}",
        actor=actor,
        before={"in_force": former["code"], "valid_to": None},
        after={"in_force": draft.code, "valid_from": draft.valid_from.isoformat()},
        basis=_("Order No. %(number)s of %(date)s", number=order_number, date=format_date(order_date)),
    )
    forget_books()


def _former(session: Session) -> RowMapping:
    query = select(RULE_SET).order_by(RULE_SET.c.valid_from.desc()).limit(1).with_for_update(key_share=True)
    return session.execute(query).mappings().one()


def _against(
    session: Session, draft: RuleDraft, former: RowMapping, order_date: date, actor: UUID
) -> list[FieldError]:
    found = [
        FieldError(f"/{fault.field}", wording.fault(fault))
        for fault in faults(content_of(draft), code=draft.code, valid_from=draft.valid_from)
    ]
    if actor in draft.drafted_by:
        text = _("Who drafted a set does not adopt it: a second person does.")
        found.append(FieldError("/_schema", text))
    if draft.valid_from <= clock.today():
        text = _("The set must begin on a future day: marks already given are not computed anew.")
        found.append(FieldError("/valid_from", text))
    if draft.valid_from <= former["valid_from"]:
        begins = format_date(former["valid_from"])
        text = _("A later set was adopted already: it is in force from %(day)s.", day=begins)
        found.append(FieldError("/valid_from", text))
    if order_date > clock.today():
        found.append(FieldError("/order_date", _("The order is of a day that has not come yet.")))
    if find_finished(session, draft=draft) is None:
        text = _("First see what changes: make the report for the draft as it is now.")
        found.append(FieldError("/_schema", text))
    return found


def _must_be_open(draft: RuleDraft) -> None:
    if not draft.is_open:
        raise DraftClosed


def _subject(draft: RuleDraft) -> str:
    return f"rule-draft:{draft.id}"


def as_json(row: RuleDraft | RowMapping) -> dict[str, Any]:
    """Give a draft or a set as the API answers it."""
    if isinstance(row, RuleDraft):
        names = (
            "id", "version", "code", "title", "valid_from", "copied_from", "parameters", "scale", "adopted_at", "discarded_at",
        )  # fmt: skip
        return {name: getattr(row, name) for name in names}
    return dict(row)

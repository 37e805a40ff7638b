"""Rules of notices as pure functions: whom an audience reaches."""

AUDIENCES = ("everybody", "learners", "teachers")

KINDS_OF_PERSON: dict[str, tuple[str, ...]] = {"learner": ("learners",), "teacher": ("teachers",)}


def audiences_of(kind: str | None) -> tuple[str, ...]:
    """Return the audiences a person of a kind belongs to; somebody unknown is reached by notices for everybody."""
    return ("everybody", *KINDS_OF_PERSON.get(kind or "", ()))

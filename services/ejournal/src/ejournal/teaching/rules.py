"""How people are named."""


def full_name(family_name: str, given_name: str) -> str:
    """Name a learner in a list: family name and given name."""
    return f"{family_name} {given_name}".strip()


def short_name(family_name: str, given_name: str, patronymic: str | None) -> str:
    """Name a colleague in a sentence: "Омаров Б. С."."""
    initials = [f"{name[0]}." for name in (given_name, patronymic or "") if name]
    return " ".join([family_name, *initials])

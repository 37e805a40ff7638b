"""What marshmallow says of a wrong value, noted here so that it is translated with everything else."""


def noted(message: str) -> str:
    """Note a message for translation; it is said by `i18n.translate_filled`."""
    return message


MESSAGES = (
    noted("Missing data for required field."),
    noted("Field may not be null."),
    noted("Unknown field."),
    noted("Invalid input type."),
    noted("Invalid input."),
    noted("Invalid value."),
    noted("Invalid type."),
    noted("Not a valid string."),
    noted("Not a valid utf-8 string."),
    noted("Not a valid UUID."),
    noted("Not a valid number."),
    noted("Not a valid integer."),
    noted("Number too large."),
    noted("Special numeric values (nan or infinity) are not permitted."),
    noted("Not a valid boolean."),
    noted("Not a valid datetime."),
    noted("Not a valid aware datetime."),
    noted("Not a valid naive datetime."),
    noted("Not a valid date."),
    noted("Not a valid time."),
    noted("Not a valid period of time."),
    noted("Not a valid mapping type."),
    noted("Not a valid list."),
    noted("Not a valid tuple."),
    noted("Not a valid URL."),
    noted("Not a valid email address."),
    noted("Must be one of: {choices}."),
    noted("One or more of the choices you made was not in: {choices}."),
    noted("One or more of the choices you made was in: {values}."),
    noted("Must be equal to {other}."),
    noted("Shorter than minimum length {min}."),
    noted("Longer than maximum length {max}."),
    noted("Length must be between {min} and {max}."),
    noted("Length must be {equal}."),
    noted("Must be greater than or equal to {min}."),
    noted("Must be greater than {min}."),
    noted("Must be less than or equal to {max}."),
    noted("Must be less than {max}."),
    noted("Must be greater than or equal to {min} and less than or equal to {max}."),
    noted("String does not match expected pattern."),
)

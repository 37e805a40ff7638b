"""Units of the academy: institution, faculties, departments."""

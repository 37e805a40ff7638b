"""People of the academy, and the files they come with."""

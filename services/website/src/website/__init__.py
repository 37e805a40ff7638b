"""The public website: the eleven sections of clause 19, in Kazakh, Russian and English."""

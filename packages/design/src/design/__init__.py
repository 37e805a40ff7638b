"""The look of Shanyraq: tokens, style sheets, templates, macros, charts, error pages, and the build of them."""

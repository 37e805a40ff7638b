"""House rules as lint rules: what ruff, mypy and import-linter cannot know about this house.

Each rule is one small class or function in `python_rules` or `text_rules`, named after what it forbids, with its own tests
in `dev/tests/lint`. Run with `python -m dev.lint [paths]`.
"""

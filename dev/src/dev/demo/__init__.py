"""The demo academy: generated, seeded, believable; no real persons. `python -m dev.demo` loads it through the services' own use cases."""

PASSWORD = "Shanyraq-Demo-21"  # noqa: S105 - printed on the console, good for a demo only

# login, what the person is; learner and teacher are the first of their kind in the generated academy.
PEOPLE = (
    ("admin", "портал әкімшісі · администратор портала · portal administrator"),
    ("clerk", "факультеттің есептік жазбалары · учётные записи факультета · a faculty's account clerk"),
    ("registrar", "тіркеуші · регистратор · registrar"),
    ("teacher", "оқытушы · преподаватель · teacher"),
    ("teacher2", "екінші оқытушы · второй преподаватель · second teacher"),
    ("cadet", "курсант · курсант · cadet"),
    ("librarian", "кітапханашы · библиотекарь · librarian"),
    ("editor", "сайт редакторы · редактор сайта · web editor"),
    ("quality", "сапаны мониторингілеу · отдел мониторинга качества · quality-monitoring officer"),
    ("head", "кафедра бастығы · начальник кафедры · head of department"),
    ("dean", "факультет бастығы · начальник факультета · head of faculty"),
)
SIGN_INS = (
    f"demo sign-ins, password {PASSWORD}:",
    *(f"  {login:<10} {words}" for login, words in PEOPLE),
)

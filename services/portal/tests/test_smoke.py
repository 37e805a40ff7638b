def test_routes(app, client, academy):
    every = {c: [("institution", None)] for c in ("portal.import.create","portal.group.read","portal.curriculum.read","portal.teaching.read","portal.timetable.read","portal.calendar.write","portal.notice.write")}
    c = client(every, person_id=academy.registrar)
    bad = []
    for p in ("/portal/", "/portal/timetable", "/portal/timetable/find", "/portal/imports", "/portal/marks", "/portal/calendar","/portal/calendar/periods/new","/portal/calendar/days-off/new","/portal/groups","/portal/disciplines","/portal/curriculum","/portal/teaching","/portal/notices","/portal/notices/new","/portal/imports/templates/groups","/portal/api/v1/home", "/portal/api/v1/weeks/own", "/portal/api/v1/groups", "/portal/api/v1/calendar","/portal/api/v1/assignments","/portal/api/v1/imports","/portal/openapi.json"):
        r = c.get(p)
        if r.status_code != 200: bad.append(p); print(p, r.status_code)
    print(client(person_id=academy.learner).get("/portal/").get_data(as_text=True))
    assert not bad

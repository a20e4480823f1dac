"""A resident reports a problem, with mistakes first; staff decide and handle; list, map and GeoJSON follow."""

import json
import urllib.parse

from commune import check, fetch, wait_for
from journey_comment import AGENT, COUNCILLOR, staff
from visitors import PHONE, SMALL, WIDE, approve, no_overflow, sign_in, receipt

OUTSIDE = "48.8566, 2.3522"
WORDS = {
    True: "Le lampadaire loutre-avec clignote depuis la manœuvre de lundi, au numéro 8.",
    False: "Le trottoir loutre-sans s’est affaissé de dix centimètres après la pluie, au coeur du bourg.",
}


def inside(world):
    """A point in the commune: the middle of its published reports' first point."""
    value = json.loads((world.main.site / "incidents/reports.geojson").read_text())
    longitude, latitude = next(f["geometry"]["coordinates"] for f in value["features"] if f["geometry"])
    return f"{latitude}, {longitude}"


def fill(form, description, point):
    """Fills the form of a report."""
    form.locator("select[name=service]").select_option("eclairage")
    street = form.locator("select[name=street] option").nth(2).get_attribute("value")
    form.locator("select[name=street]").select_option(street)
    form.locator("input[name=place_text]").fill("devant le numéro 8")
    form.locator("input[name=point]").fill(point)
    form.locator("textarea[name=description]").fill(description)
    form.locator("input[name=contact_name]").fill("Paulette Secrète-Loutre")
    form.locator("input[name=contact_email]").fill("paulette-loutre@exemple.fr")
    form.locator("input[name=not_emergency]").check()


def check_kept(form, description):
    """Nothing that was typed is lost."""
    kept = {name: form.locator(f"[name={name}]").input_value() for name in ("place_text", "point", "description")}
    kept["contact_email"] = form.locator("[name=contact_email]").input_value()
    expected = {
        "place_text": "devant le numéro 8", "point": OUTSIDE, "description": description,
        "contact_email": "paulette-loutre@exemple.fr",
    }
    check(kept == expected, f"after a refusal the form holds {kept}")
    check(form.locator("select[name=service]").input_value() == "eclairage", "the service chosen was lost")
    check(form.locator("input[name=not_emergency]").is_checked(), "the box ticked was lost")


def report(world, visitors, size, script):
    """Reports with mistakes, then well; gives the address of the receipt."""
    base = world.main.base
    with visitors.visit(size, script) as visitor:
        page = visitor.page
        page.goto(base + "incidents/index.html")
        page.locator("main a[href$='new.html']").first.click()
        check(page.locator(".urgent").is_visible(), "the emergency words are not seen")
        check("112" in page.locator(".urgent").inner_text(), "the emergency words do not give 112")
        above = page.locator(".urgent").bounding_box()["y"] < page.locator("form[method=post]").bounding_box()["y"]
        check(above, "the emergency words stand after the form")
        form = page.locator("form[method=post]")
        # A browser holds back what is empty: still on the same page, nothing sent.
        sent = len(visitor.requests)
        form.locator("button[type=submit]").click()
        check(not any("/api/" in url for url in visitor.requests[sent:]), "an empty form was sent")
        fill(form, "Court", OUTSIDE)
        form.locator("button[type=submit]").click()
        errors = page.locator(".errors")
        errors.first.wait_for()
        form = page.locator("form[method=post]")
        check_kept(form, "Court")
        for name in ("point", "description"):
            field = page.locator(f".field.wrong:has([name={name}])")
            check(field.locator(".error").count() == 1, f"no message stands at the field {name}")
            check(form.locator(f"[name={name}]").get_attribute("aria-invalid") == "true", f"{name} is not marked wrong")
        first = errors.locator("a").first.get_attribute("href")
        check(page.locator(first).count() == 1, f"the summary leads to {first}, which is not there")
        no_overflow(page, "form with errors")
        form.locator("[name=point]").fill(inside(world))
        form.locator("textarea[name=description]").fill(WORDS[script])
        form.locator("button[type=submit]").click()
        check("En attente" in receipt(page, script), "the receipt does not say that the report waits")
        # The browser says of itself that it got a 422: that is the mistake made on purpose.
        visitor.check_quiet(but=("422",))
        visitor.check_origin(base)
        return page.url


def reports(world, visitors):
    """On a telephone with script, on a small one without."""
    world.notes["reports"] = {
        True: report(world, visitors, PHONE, True), False: report(world, visitors, SMALL, False),
    }
    check(not world.main.contains("loutre-"), "a report is public before any decision")


def missing_field(world, _):
    """A program or an old browser that leaves out a required field gets the form back, with all that it sent."""
    fields = {"lang": "fr", "street": "", "description": "Texte gardé écureuil, bien assez long.", "place_text": "ici"}
    body = urllib.parse.urlencode(fields).encode()
    address = world.main.base + "api/v1/incidents/report"
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "text/html"}
    status, _, page = fetch(address, body, headers)
    check(status == 422 and b"cureuil" in page and b"<form" in page, f"form answer {status}: {page[:300]}")
    headers = {"Content-Type": "application/json"}
    status, answer, problem = fetch(address, json.dumps({"description": {"a": 7}, "nonsense": "x"}).encode(), headers)
    check(status == 422, f"JSON answer {status}")
    check(answer["Content-Type"] == "application/problem+json", f"problem of type {answer['Content-Type']}")
    pointers = {error["pointer"] for error in json.loads(problem)["errors"]}
    wanted = {"#/service", "#/description", "#/nonsense", "#/not_emergency"}
    check(wanted <= pointers, f"the problem names {pointers}, not all of {wanted}")


def published(world, visitors):
    """Once approved, the report is in the list, on the drawn map, in GeoJSON and the feed; the contact nowhere."""
    commune = world.main
    staff(world, visitors)
    with visitors.visit(PHONE, script=False) as visitor:
        sign_in(visitor.page, commune.base, COUNCILLOR)
        for words in WORDS.values():
            approve(visitor.page, commune.base, words[:30])
        visitor.page.goto(world.notes["reports"][True])
        text = visitor.page.locator("main").inner_text()
        check("Publié" in text, f"the receipt says {text[:300]}")
        number = next(word.strip(".,") for word in text.split() if word.startswith("2026-"))
        world.notes["number"] = number
    wait_for("both reports", lambda: commune.contains("loutre-avec") and commune.contains("loutre-sans"))
    page = f"incidents/{number}.html"
    for path in (page, f"en/{page}", f"api/v1/incidents/{number}.json"):
        check(path in commune.contains("loutre-avec"), f"the words are not in {path}")
    for path in ("incidents/index.html", "incidents/reports.geojson", "incidents/feed.atom"):
        check(path in commune.contains(number), f"{number} is not in {path}")
    value = json.loads((commune.site / "incidents/reports.geojson").read_text())
    mine = [f for f in value["features"] if number in json.dumps(f)]
    check(len(mine) == 1 and mine[0]["geometry"]["type"] == "Point", f"GeoJSON holds {mine}")
    for secret in ("Secrète-Loutre", "paulette-loutre"):
        check(not commune.contains(secret), f"the contact is in {commune.contains(secret)}")
    with visitors.visit(WIDE, script=False) as visitor:
        visitor.page.goto(commune.base + "incidents/index.html")
        pins = visitor.page.locator("figure.map svg a.pin").count()
        check(pins >= 3, f"the map shows {pins} pins")
        link = visitor.page.locator(f"ol.rows a[href$='{number}.html']")
        check(link.count() >= 1, "the list does not lead to the report")
        link.first.click()
        check(visitor.page.locator("figure.map svg").count() == 1, "the report has no map")


def handled(world, visitors):
    """An agent says what becomes of it; the timeline shows it, with the state."""
    commune, number = world.main, world.notes["number"]
    with visitors.visit(PHONE, script=False) as visitor:
        page = visitor.page
        sign_in(page, commune.base, AGENT)
        page.goto(f"{commune.base}desk/m/incidents/reports/{number}")
        form = page.locator("form[action*='update-report']")
        states = form.locator("[name=state]")
        if states.first.evaluate("e => e.tagName", timeout=5000) == "SELECT":
            names = [o.get_attribute("value") for o in states.locator("option").all() if o.get_attribute("value")]
            states.select_option(names[1])
        else:
            states.nth(1).check()
        form.locator("textarea[name=text]").fill("Lampe commandée, blaireau-public, posée jeudi.")
        form.locator("textarea[name=note]").fill("Note interne blaireau-interne, stock vide.")
        no_overflow(page, "report screen")
        form.locator("button[type=submit]").click()
        page.wait_for_load_state()
        check("desk" in page.url, "the agent left the desk")
        wait_for("the update", lambda: f"incidents/{number}.html" in commune.contains("blaireau-public"))
        check(not commune.contains("blaireau-interne"), "the internal note is public")
        page.goto(f"{commune.base}incidents/{number}.html")
        line = page.locator("ol.timeline li", has_text="blaireau-public")
        check(line.count() == 1, "the timeline does not show the update")
        page.goto(commune.base + "desk/people")
        check("ne permet pas" in page.locator("main").inner_text(), "an agent may see the accounts")


def chosen_point(page):
    """The place in the field, in degrees."""
    return [float(part) for part in page.locator("input[name=point]").input_value().split(",")]


def place(world, visitors):
    """A place by a tap on the commune's own map, by the arrow keys, or where the person is, when they ask for it."""
    base = world.main.base
    with visitors.visit(PHONE) as visitor:
        page = visitor.page
        page.goto(base + "incidents/new.html")
        box = page.locator(".map.pointing")
        box.scroll_into_view_if_needed()
        frame = box.locator("svg").bounding_box()
        check(frame["width"] > 250, f"the map is {frame['width']} px wide on a telephone")
        page.mouse.click(frame["x"] + frame["width"] / 2, frame["y"] + frame["height"] / 2)
        first = chosen_point(page)
        pin = box.locator(".pin").bounding_box()
        check(abs(pin["y"] + pin["height"] - frame["y"] - frame["height"] / 2) < 8, "the mark is not where the tap was")
        latitude, longitude = (float(part) for part in inside(world).split(","))
        check(abs(first[0] - latitude) < 0.1 and abs(first[1] - longitude) < 0.1, f"a tap chose {first}")
        check("Repère placé" in page.locator(".point-tools [role=status]").inner_text(), "nothing is said")
        box.focus()
        page.keyboard.press("ArrowUp")
        page.keyboard.press("ArrowRight")
        second = chosen_point(page)
        check(second[0] > first[0] and second[1] > first[1], f"the arrow keys went from {first} to {second}")
        # Refused: kindly, and what was chosen stays.
        page.get_by_role("button", name="Utiliser ma position").click()
        wait_for("a word on the refusal", lambda: "n’a pas donné" in page.locator(".point-tools [role=status]").inner_text())
        check(chosen_point(page) == second, "a refused position erased the mark")
        visitor.context.grant_permissions(["geolocation"])
        visitor.context.set_geolocation({"latitude": latitude, "longitude": longitude, "accuracy": 12})
        page.get_by_role("button", name="Utiliser ma position").click()
        wait_for("the position", lambda: "12 mètres" in page.locator(".point-tools [role=status]").inner_text())
        check(abs(chosen_point(page)[0] - latitude) < 0.0001, "the position did not get into the field")
        visitor.context.set_geolocation({"latitude": 48.8566, "longitude": 2.3522, "accuracy": 12})
        page.get_by_role("button", name="Utiliser ma position").click()
        wait_for("a word on Paris", lambda: "hors de la carte" in page.locator(".point-tools [role=status]").inner_text())
        no_overflow(page, "report form with its map")
        visitor.check_quiet()
        visitor.check_origin(base)
    with visitors.visit(PHONE, script=False) as visitor:
        visitor.page.goto(base + "incidents/new.html")
        check(not visitor.page.locator(".point-tools").is_visible(), "tools that need a script are shown without one")
        check(visitor.page.locator("select[name=street]").is_visible(), "without script no street can be chosen")


def emergency(world, visitors):
    """Whoever chooses a service sees at once what to do when there is danger; without script all of it can be opened."""
    base = world.main.base
    with visitors.visit(PHONE) as visitor:
        page = visitor.page
        page.goto(base + "incidents/new.html")
        codes = page.locator("[data-choices] [data-choice]")
        code, words = codes.first.get_attribute("data-choice"), codes.first.text_content().strip()
        page.locator("select[name=service]").select_option(code)
        shown = page.locator(".urgent.chosen")
        check(shown.is_visible() and words[:40] in shown.inner_text(), f"nothing says what to do about {code}")
        other = codes.nth(1).get_attribute("data-choice")
        page.locator("select[name=service]").select_option(other)
        check(shown.count() == 1 and words[:40] not in shown.inner_text(), f"the words for {code} stay beside {other}")
        visitor.check_quiet()
    with visitors.visit(PHONE, script=False) as visitor:
        page = visitor.page
        page.goto(base + "incidents/new.html")
        page.locator(".urgent summary").click()
        check(words[:40] in page.locator(".urgent").inner_text(), "without script the words cannot be opened")


TESTS = [reports, missing_field, published, handled, place, emergency]

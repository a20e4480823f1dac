"""Residents answer with a printed code or without, propose and support; a closed consultation shows its results."""

import json
import re

from commune import check, wait_for
from journey_comment import CLERK, COUNCILLOR, staff
from visitors import PHONE, SMALL, WIDE, approve, no_overflow, sign_in, answered

OPEN, CLOSED = "deplacements", "laiterie"
CODE = re.compile(r"\b[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}\b")
PROPOSAL = "Un banc à mi-côte, hermine"


def codes(world, visitors):
    """The clerk makes letter codes and prints the letters."""
    base = world.main.base
    staff(world, visitors)
    with visitors.visit(WIDE, script=False) as visitor:
        page = visitor.page
        sign_in(page, base, CLERK)
        page.goto(f"{base}desk/letters")
        page.locator("#make [name=count]").fill("6")
        page.locator("#make input[name=kind][value=person]").check()
        page.locator("#make [name=until]").fill("2030-12-31")
        page.locator("#make button[type=submit]").click()
        page.wait_for_url("**/desk/letters/*")
        found = CODE.findall(page.locator("main").inner_text())
        check(len(set(found)) == 6, f"the sheets show {found}")
        check(not any(world.main.contains(code) for code in found[:2]), "a code is in the site")
        check(page.locator("section.letter svg.qr").count() == 6, "a letter has no QR code")
        page.emulate_media(media="print")
        check(page.locator("section.letter").count() == 6, "there are no letters to print")
        check(not page.locator("form").first.is_visible(), "the printed page shows a form")
        world.notes["codes"] = found


def answer(world, visitors, code, script, size, expected):
    """Answers the questionnaire; the words of what came back."""
    base = world.main.base
    with visitors.visit(size, script) as visitor:
        page = visitor.page
        page.goto(f"{base}consultation/{OPEN}.html")
        form = page.locator("form[action*='consultation/answer']")
        form.locator("input[name=trajet][value=velo]").check()
        form.locator("input[name=obstacles][value=nuit]").check()
        form.locator("input[name=obstacles][value=boue]").check()
        form.locator("[name=obstacles_other]").fill(f"Les sangliers, vison-{'avec' if script else 'sans'}")
        form.locator("textarea[name=idee]").fill("Au virage du lavoir, de nuit.")
        if code:
            form.locator("[name=access_code]").fill(code.lower().replace("-", " "))
        no_overflow(page, "questionnaire")
        form.locator("button[type=submit]").click()
        text = answered(page, script)
        check(expected in text, f"after answering {'with' if code else 'without'} a code: {text[:400]}")
        if "déjà servi" in expected:
            form = page.locator("form[action*='consultation/answer']")
            check(form.locator("textarea[name=idee]").input_value() != "", "the answer typed was lost")
            check(form.locator("input[name=trajet][value=velo]").is_checked(), "the choice made was lost")
        visitor.check_quiet(but=("409", "422"))
        visitor.check_origin(base)


def answers(world, visitors):
    """A code answers once; without code an answer is labelled unverified. Nothing is counted before the end."""
    first, second = world.notes["codes"][:2]
    answer(world, visitors, first, True, PHONE, "vérifiée par votre code")
    answer(world, visitors, first, True, PHONE, "déjà servi")
    answer(world, visitors, second, False, SMALL, "vérifiée par votre code")
    answer(world, visitors, second, False, SMALL, "déjà servi")
    answer(world, visitors, "", True, WIDE, "non vérifiée")
    answer(world, visitors, "", False, WIDE, "non vérifiée")
    results = json.loads((world.main.site / f"api/v1/consultation/{OPEN}/results.json").read_text())
    check("sealedUntil" in json.dumps(results), f"results before closing: {results}")
    check(not world.main.contains("vison-"), "words of an answer are public before a decision")


def proposals(world, visitors):
    """A resident proposes, a councillor publishes, others support: once a code, and without code counted apart."""
    commune = world.main
    base = commune.base
    with visitors.visit(PHONE, script=False) as visitor:
        page = visitor.page
        page.goto(f"{base}consultation/{OPEN}.html")
        form = page.locator("form[action*='consultation/propose']")
        form.locator("[name=title]").fill(PROPOSAL)
        form.locator("[name=body]").fill("Pour s’asseoir entre **Bellegoutte** et le bourg, hermine-corps.")
        form.locator("button[type=submit]").click()
        page.wait_for_url("**/receipt/*")
        check(not commune.contains("hermine"), "a proposal is public before any decision")
        receipt = page.url
    with visitors.visit(SMALL, script=False) as visitor:
        sign_in(visitor.page, base, COUNCILLOR)
        approve(visitor.page, base, "hermine-corps")
    pages = wait_for("the proposal", lambda: [p for p in commune.contains("hermine-corps") if p.endswith(".html")])
    page_path = next(p for p in pages if p.startswith("consultation/proposal/"))
    check(f"consultation/{OPEN}.html" in commune.contains(PROPOSAL), "the consultation does not list the proposal")
    code = world.notes["codes"][2]
    for script, typed, words in ((True, code, "vérifié par votre code"), (False, code, "déjà servi"),
                                 (False, "", "compté à part"), (True, "", "compté à part")):
        with visitors.visit(PHONE, script) as visitor:
            page = visitor.page
            page.goto(base + page_path)
            form = page.locator("form[action*='consultation/support']")
            form.locator("[name=access_code]").fill(typed)
            form.locator("button[type=submit]").click()
            text = answered(page, script)
            check(words in text, f"a support answered: {text[:300]}")
    data = commune.site / ("api/v1/" + page_path[:-5] + ".json")
    supports = wait_for(
        "three supports", lambda: (v := find(json.loads(data.read_text()), "supports")) and v["total"] == 3 and v)
    # The last two came without a code, each from a connection of its own.
    check((supports["verified"], supports["unverified"]) == (1, 2), f"supports: {supports}")
    with visitors.visit(WIDE, script=False) as visitor:
        visitor.page.goto(receipt)
        check("Publié" in visitor.page.locator("main").inner_text(), "the author does not read that it is published")


def find(value, name):
    """The first value of a name anywhere in a JSON value."""
    if isinstance(value, dict):
        if name in value:
            return value[name]
        value = list(value.values())
    if isinstance(value, list):
        for part in value:
            found = find(part, name)
            if found is not None:
                return found
    return None


def results(world, visitors):
    """The closed consultation: charts that are tables, shares that add up, no form any more."""
    base = world.main.base
    value = json.loads((world.main.site / f"api/v1/consultation/{CLOSED}/results.json").read_text())
    with visitors.visit(PHONE, script=False) as visitor:
        page = visitor.page
        page.goto(f"{base}consultation/index.html")
        page.locator(f"a[href*='{CLOSED}/results']").first.click()
        charts = page.locator("figure.chart")
        check(charts.count() >= 2, f"{charts.count()} charts")
        for chart in charts.all():
            rows = chart.locator("tbody tr").count()
            check(rows >= 2 and chart.locator("tbody svg .bar").count() == rows, "a chart without a bar a row")
            check(chart.locator("th[scope=row]").count() == rows, "a chart whose rows have no header")
        no_overflow(page, "results")
        people = find(value, "people")
        text = page.locator("main").inner_text()
        check(str(people["verified"]) in text, f"the page does not say {people}")
        check(people["verified"] + people["unverified"] >= 300, f"only {people} answers")
        question = next(q for q in find(value, "questions") if q["type"] == "single")
        counted = sum(c["count"]["total"] for c in question["choices"])
        said = question["respondents"]["total"]
        check(counted == said, f"{counted} answers counted for {said} people")
        page.goto(f"{base}consultation/{CLOSED}.html")
        check(page.locator("form[action*='/api/']").count() == 0, "a closed consultation still has a form")


TESTS = [codes, answers, proposals, results]

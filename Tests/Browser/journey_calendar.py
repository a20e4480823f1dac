"""What the calendar brings: a meeting is sent, held and minuted; a consultation opens no form after its end."""

import contextlib
import json
import urllib.parse

from commune import check, wait_for
from visitors import WIDE, fill_account, sign_in

MEETING = "2026-12-11-conseil"
CLERK = "secretaire@vaubrisey.example"
DAY = 86_400


@contextlib.contextmanager
def days_later(commune, days):
    """The commune served at another day; the hour of the program moves, not that of the machine."""
    kept = dict(commune.program.environment)
    try:
        commune.program.environment["FAKETIME"] = f"{int(kept['FAKETIME'].rstrip('s')) + days * DAY:+d}s"
        commune.serve(urllib.parse.urlsplit(commune.base).port if commune.base else None)
        yield
    finally:
        commune.stop()
        commune.program.environment = kept


def step(page, commune, word):
    """Brings the meeting into its next state, as the desk offers it; checks what the page says then."""
    page.goto(f"{commune.base}desk/m/agenda/meeting/{MEETING}")
    fold = page.locator("details", has=page.locator("form[action*='set-state']"))
    fold.locator("summary").click()
    form = fold.locator("form")
    form.locator("input[name=confirm]").check()
    with page.expect_navigation():
        form.locator("button[type=submit]").click()
    text = page.locator("main").inner_text()
    check(word in text, f"the desk answered: {text[:300]}")


def state(commune):
    """What the data of the meeting say."""
    return json.loads((commune.site / f"api/v1/agenda/{MEETING}.json").read_text())


def meeting(world, visitors):
    """Draft, notice with its digest, meeting, minutes of each deliberation, minutes published."""
    commune = world.copy("calendar")
    with days_later(commune, 0), visitors.visit(WIDE, script=False) as visitor:
        page = visitor.page
        page.goto(commune.setup_link)
        fill_account(page, "Odile Perrin", CLERK)
        step(page, commune, "empreinte publiée")
        wait_for("the notice", lambda: "Convocation envoyée" in (commune.site / f"agenda/{MEETING}.html").read_text())
        page.goto(f"{commune.base}desk/m/agenda/item/{MEETING}--cantine")
        check(page.locator("form[action*='edit-item']").count() == 0, "a frozen agenda can be changed")
        step(page, commune, "pas encore commencé")
    digest = state(commune)
    with days_later(commune, 20), visitors.visit(WIDE, script=False) as visitor:
        page = visitor.page
        sign_in(page, commune.base, CLERK)
        step(page, commune, "notée comme tenue")
        # Minutes are not published before they are written, and the numbers of the missing ones are said.
        step(page, commune, "1, 2, 4, 5")
        minutes(page, commune)
        step(page, commune, "procès-verbal est publié")
        public = wait_for(
            "the minutes", lambda: (t := (commune.site / f"agenda/{MEETING}.html").read_text())
            and "Procès-verbal publié le" in t and t)
        check("Le conseil délibère, blaireau" in public, "the minutes are not on the page")
        now = state(commune)
        check(json.dumps(now).count("blaireau") >= 1, "the minutes are not in the data")
        kept = [value for value in (digest.get("digest"), digest.get("frozenDigest")) if value]
        check(all(value in json.dumps(now) for value in kept), "the digest of the notice changed")


def minutes(page, commune):
    """Writes the minutes of every item that asks for some."""
    page.goto(f"{commune.base}desk/m/agenda/meeting/{MEETING}")
    items = page.locator(f"main a[href*='{MEETING}--']").evaluate_all("all => all.map(a => a.href)")
    check(items, "the desk lists no item")
    for address in dict.fromkeys(items):
        page.goto(address)
        form = page.locator("form[action*='record-minutes']")
        if form.count():
            for fold in page.locator("details", has=form).all():
                if fold.get_attribute("open") is None:
                    fold.locator("summary").first.click()
            form.locator("textarea[name=minutes]").fill("Le conseil délibère, blaireau.")
            with page.expect_navigation():
                form.locator("button[type=submit]").click()
            check("done=" in page.url, f"minutes refused at {address}: {page.locator('main').inner_text()[:200]}")


def consultation(world, visitors):
    """At its end the form goes, a late answer is refused in words, and the results are counted."""
    commune = world.copy("closing")
    path = "consultation/deplacements"
    with days_later(commune, 0), visitors.visit(WIDE, script=False) as visitor:
        page = visitor.page
        page.goto(f"{commune.base}{path}.html")
        form = page.locator("form[action*='consultation/answer']")
        form.locator("input[name=trajet][value=velo]").check()
        # The page stays open over the closing.
        page.context.set_extra_http_headers({"X-Forwarded-For": "198.51.100.77"})
        commune.stop()
        with days_later(commune, 40):
            with page.expect_navigation():
                form.locator("button[type=submit]").click()
            text = page.locator("main").inner_text()
            check("20 décembre 2026" in text and "receipt" not in page.url, f"a late answer got: {text[:300]}")
            page.goto(f"{commune.base}{path}.html")
            check(page.locator("form[method=post]").count() == 0, "a closed consultation still takes answers")
            results = json.loads((commune.site / f"api/v1/{path}/results.json").read_text())
            check("questions" in results and "sealedUntil" not in results, "results after closing are sealed")
        commune.serve(urllib.parse.urlsplit(commune.base).port, build=False)


TESTS = [meeting, consultation]

"""A councillor in the evening, one hand: twenty contributions read and decided, with and without script."""

import contextlib
import re
import sqlite3
import urllib.parse

from commune import check, fetch, wait_for
from journey_comment import CLERK, COUNCILLOR, MEETING, staff
from visitors import SMALL, WIDE, no_overflow, sign_in, answered

TAPS = 25


def waiting(world):
    """How many contributions wait: the database alone tells, `/healthz` is for everybody."""
    path = world.main.folder / "data/parvis.sqlite"
    with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
        return database.execute("SELECT count(*) FROM host_moderation WHERE state = 'pending'").fetchone()[0]


def send(world, count, word):
    """Comments of many people on one item; gives the addresses of their receipts."""
    html = (world.main.site / (MEETING + ".html")).read_text()
    key = re.search(r'action="[^"]*api/v1/comments/add/([^"]+)"', html).group(1)
    receipts = []
    for number in range(count):
        data = urllib.parse.urlencode({"kind": "comment", "body": f"{word}-{number}, une remarque du soir."})
        status, headers, _ = fetch(
            world.main.base + "api/v1/comments/add/" + key, data.encode(),
            {"Content-Type": "application/x-www-form-urlencoded", "Accept": "text/html",
             "X-Forwarded-For": f"198.51.100.{number + 1}"})
        check(status == 303, f"a comment was not taken: {status}")
        receipts.append(headers["Location"])
    return receipts


class Thumb:
    """Taps and counts them; each must be large enough and within the lower half of a telephone unless said otherwise."""

    def __init__(self, page):
        self.page = page
        self.count = 0
        self.low = 0

    def tap(self, locator):
        locator.scroll_into_view_if_needed()
        box = locator.bounding_box()
        check(box["height"] >= 44 and box["width"] >= 44, f"too small for a thumb: {box}")
        if box["y"] + box["height"] / 2 > SMALL["height"] / 2:
            self.low += 1
        self.count += 1
        locator.click()
        self.page.wait_for_load_state()


def empty_the_queue(world, visitors):
    """Everything that the demonstration left is decided, in bulk, so that the next tests count from nothing."""
    staff(world, visitors)
    base = world.main.base
    with visitors.visit(WIDE) as visitor:
        page = visitor.page
        sign_in(page, base, COUNCILLOR)
        for _ in range(20):
            page.goto(base + "desk/moderation")
            if not page.locator(".pick").count():
                break
            if page.locator(".pick").count() > 1:
                page.get_by_role("button", name="Tout choisir").click()
            else:
                page.locator(".pick").click()
            page.get_by_role("button", name="Publier la sélection").click()
            page.locator("[role=status]").first.wait_for()
        check(waiting(world) == 0, f"{waiting(world)} still wait")
        visitor.check_quiet()


def one_by_one(world, visitors):
    """Twenty cases at 360 px in at most 25 taps, three of them refused with a reason; with and without script."""
    base = world.main.base
    for script in (True, False):
        word = "veillée" if script else "soirée"
        receipts = send(world, 20, word)
        with visitors.visit(SMALL, script=script) as visitor:
            page = visitor.page
            sign_in(page, base, COUNCILLOR)
            thumb = Thumb(page)
            thumb.tap(page.locator("ul.tallies a[href$='desk/moderation'], .tallies a").first)
            thumb.tap(page.get_by_role("button", name="Lire une à une"))
            for number in range(20):
                card = page.locator("article.case")
                check(f"{word}-{number}, " in card.inner_text(), f"case {number} is not next: {card.inner_text()[:200]}")
                no_overflow(page, "one by one")
                if number in (4, 9, 14):
                    thumb.tap(card.locator("details.refusal > summary"))
                    thumb.tap(card.locator("button[name=reason][value=personal-data]"))
                else:
                    thumb.tap(card.get_by_role("button", name="Publier", exact=True))
            check(thumb.count <= TAPS, f"{thumb.count} taps for 20 cases")
            check(thumb.low >= 20, f"only {thumb.low} of {thumb.count} taps were at the thumb")
            check("Rien à lire" in page.locator("main").inner_text(), "the queue is not at its end")
            visitor.check_quiet()
        check(waiting(world) == 0, "something still waits")
        wait_for("the last one", lambda: MEETING + ".html" in world.main.contains(f"{word}-19, "))
        check(not world.main.contains(f"{word}-4, "), "a refused one is public")
        with visitors.visit(SMALL, script=script) as visitor:
            visitor.page.goto(base + receipts[4].lstrip("/"))
            text = visitor.page.locator("main").inner_text()
            check("Pourquoi cette décision" in text and "Votre texte nomme une personne" in text, text[:400])
            no_overflow(visitor.page, "statement of reasons")


def bulk_and_undo(world, visitors):
    """Chosen in the list and refused together; one of them is taken back."""
    base = world.main.base
    send(world, 4, "grenier")
    with visitors.visit(SMALL, script=False) as visitor:
        page = visitor.page
        sign_in(page, base, COUNCILLOR)
        page.goto(base + "desk/moderation")
        check(not page.locator("#bulk").is_visible(), "the bar for a selection is there before anything is chosen")
        for number in range(3):
            page.locator(".pick").nth(number).click()
        no_overflow(page, "selection")
        page.locator("#bulk summary").click()
        page.locator("#bulk button[name=refuse][value=off-topic]").click()
        check("3 contributions non publiées" in page.locator("main").inner_text(), "three were not refused")
        check(waiting(world) == 1, "the fourth does not wait")
        page.get_by_role("link", name="Voir ou annuler ces décisions").click()
        no_overflow(page, "decisions")
        page.get_by_role("button", name="Annuler").first.click()
        check(waiting(world) == 2, "undoing did not bring it back")


def keyboard(world, visitors):
    """j, a, r with a number, u: the same without a mouse, and ? says so."""
    base = world.main.base
    send(world, 2, "clavier")
    with visitors.visit(WIDE) as visitor:
        page = visitor.page
        sign_in(page, base, COUNCILLOR)
        page.goto(base + "desk/moderation")
        before = waiting(world)
        page.keyboard.press("?")
        check(page.locator("dialog.keys").is_visible(), "? does not help")
        page.keyboard.press("Escape")
        page.locator("dialog.keys").evaluate("e => e.remove()")
        page.keyboard.press("j")
        check(page.evaluate("document.activeElement.className") == "case", "j does not go to a case")
        with page.expect_navigation():
            page.keyboard.press("a")
        check(waiting(world) == before - 1, "a does not publish")
        with page.expect_navigation():
            page.keyboard.press("u")
        check(waiting(world) == before, "u does not undo")
        page.goto(base + "desk/moderation")
        page.keyboard.press("j")
        page.keyboard.press("r")
        with page.expect_navigation():
            page.keyboard.press("2")
        check(waiting(world) == before - 1, "r and a number do not refuse")
        visitor.check_quiet()


def flag_and_appeal(world, visitors):
    """A resident flags a comment without account; it is taken off; its author appeals; the clerk reverses."""
    commune, base = world.main, world.main.base
    receipt = send(world, 1, "hérisson")[0]
    with visitors.visit(SMALL, script=False) as visitor:
        page = visitor.page
        sign_in(page, base, COUNCILLOR)
        page.goto(base + "desk/moderation")
        page.locator("article.case", has_text="hérisson-0").get_by_role("button", name="Publier", exact=True).click()
    wait_for("the comment", lambda: MEETING + ".html" in commune.contains("hérisson-0"))
    with visitors.visit(SMALL) as visitor:
        page = visitor.page
        page.goto(base + MEETING + ".html")
        page.locator("article.comment", has_text="hérisson-0").locator("a.flag").click()
        form = page.locator("details.flag[open] form")
        form.locator("[name=reason][value=personal-data], select[name=reason]").first.click()
        if form.locator("select[name=reason]").count():
            form.locator("select[name=reason]").select_option("personal-data")
        form.locator("textarea[name=note]").fill("On reconnaît ma voisine.")
        no_overflow(page, "flag")
        form.locator("button[type=submit]").click()
        answered(page, script=True)
        visitor.check_quiet()
    with visitors.visit(SMALL, script=False) as visitor:
        page = visitor.page
        sign_in(page, base, COUNCILLOR)
        page.goto(base + "desk/moderation?view=flagged")
        card = page.locator("article.case", has_text="hérisson-0")
        check("On reconnaît ma voisine" in card.inner_text(), "the flag’s words are not shown")
        card.locator("details.refusal > summary").click()
        card.locator("button[name=reason][value=personal-data]").click()
    wait_for("the removal", lambda: not commune.contains("hérisson-0"))
    with visitors.visit(SMALL, script=False) as visitor:
        page = visitor.page
        page.goto(base + receipt.lstrip("/"))
        page.locator("#appeal-open > summary").click()
        page.get_by_label("Pourquoi cette décision").fill("Je parlais d’un animal.")
        no_overflow(page, "appeal")
        page.get_by_role("button", name="Envoyer la contestation").click()
        check("En attente d’une autre lecture" in page.locator("main").inner_text(), "the appeal is not received")
    with visitors.visit(SMALL, script=False) as visitor:
        page = visitor.page
        sign_in(page, base, COUNCILLOR)
        page.goto(base + "desk/appeals")
        check("une autre personne doit répondre" in page.locator("main").inner_text(), "who decided may answer")
    with visitors.visit(SMALL, script=False) as visitor:
        page = visitor.page
        sign_in(page, base, CLERK)
        page.goto(base + "desk/appeals")
        no_overflow(page, "appeals")
        page.get_by_label("Réponse à l’auteur").fill("C’est un hérisson, en effet.")
        page.get_by_role("button", name="Lever la décision et publier").click()
    wait_for("the comment again", lambda: MEETING + ".html" in commune.contains("hérisson-0"))
    with visitors.visit(SMALL, script=False) as visitor:
        visitor.page.goto(base + receipt.lstrip("/"))
        check("C’est un hérisson, en effet." in visitor.page.locator("main").inner_text(), "the answer is not there")
    found = commune.contains("On reconnaît ma voisine") + commune.contains("Je parlais d’un animal")
    check(not found, f"what was said to the town hall alone is in {found}")


def redaction(world, visitors):
    """A passage is marked by selecting it, taken out, and nowhere any more."""
    commune, base = world.main, world.main.base
    send(world, 1, "passage-secret")
    with visitors.visit(SMALL) as visitor:
        page = visitor.page
        sign_in(page, base, COUNCILLOR)
        page.goto(base + "desk/moderation")
        page.locator("article.case", has_text="passage-secret-0").locator("a.more").click()
        fold = page.locator("details.fold", has=page.locator("textarea[name=marked]")).first
        fold.locator("summary").click()
        area = fold.locator("textarea[name=marked]")
        area.evaluate("e => e.setSelectionRange(0, 16)")
        fold.get_by_role("button", name="Marquer la sélection").click()
        check(area.input_value().startswith("[[passage-secret-0]]"), area.input_value())
        no_overflow(page, "redaction")
        fold.locator("select[name=reason]").select_option("personal-data")
        fold.get_by_role("button", name="Retirer et publier").click()
        page.wait_for_load_state()
        visitor.check_quiet()
    wait_for("the comment", lambda: MEETING + ".html" in commune.contains("[passage retiré"))
    check(not commune.contains("passage-secret-0"), f"the passage is in {commune.contains('passage-secret-0')}")


TESTS = [empty_the_queue, one_by_one, bulk_and_undo, keyboard, flag_and_appeal, redaction]

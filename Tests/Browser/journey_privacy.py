"""One's own data, seen and erased; and the clerk who calms a discussion down. With and without script."""

import urllib.parse

from commune import check, fetch, wait_for
from journey_comment import CLERK, MEETING, staff
from journey_desk import send
from journey_people import mailed_link
from visitors import SMALL, WIDE, no_overflow, sign_in

WORDS = "Le conseil relit la charte."


def in_database(commune, text):
    """Whether the database or its log holds a text, byte for byte."""
    files = [commune.folder / "data" / name for name in ("parvis.sqlite", "parvis.sqlite-wal")]
    return any(text.encode() in path.read_bytes() for path in files if path.exists())


def by_receipt(world, visitors):
    """The holder of a receipt sees the text, changes their mind once, erases it; the database file forgets it too."""
    commune = world.main
    for script in (True, False):
        word = f"oubliez-moi-{script}"
        path = send(world, 1, word)[0]
        check(in_database(commune, word), "the test would find nothing: the words are not in the database")
        with visitors.visit(SMALL, script=script) as visitor:
            page = visitor.page
            page.goto(urllib.parse.urljoin(commune.base, path))
            page.get_by_role("link", name="Voir, enregistrer ou effacer").click()
            check(word in page.locator("main").inner_text(), "the text that is held is not shown")
            no_overflow(page, "one's own data")
            page.get_by_role("button", name="Effacer ce texte").click()
            page.get_by_role("link", name="Ne rien effacer").click()
            check(word in page.locator("main").inner_text(), "asking erased the text")
            page.get_by_role("button", name="Effacer ce texte").click()
            page.get_by_role("button", name="Effacer définitivement").click()
            check("C’est effacé" in page.locator("[role=status]").inner_text(), "nobody says that it is erased")
            check(word not in page.locator("main").inner_text(), "the text is still shown")
            visitor.check_quiet()
            visitor.check_origin(commune.base)
        wait_for("the database forgets the words", lambda: not in_database(commune, word))


def by_mail(world, visitors):
    """Anybody asks for the link to their data; the answer is the same for all, and the link leaves by mail."""
    commune = world.main
    staff(world, visitors)
    for script in (True, False):
        with visitors.visit(SMALL, script=script) as visitor:
            page = visitor.page
            page.goto(commune.base + "vie-privee.html")
            page.get_by_label("Votre adresse électronique").fill(f"personne-{script}@exemple.fr".lower())
            page.get_by_role("button", name="Recevoir le lien").click()
            page.get_by_text("Si cette adresse est exacte").wait_for()
            visitor.check_quiet()
    with visitors.visit(WIDE) as visitor:
        page = visitor.page
        sign_in(page, commune.base, CLERK)
        page.goto(commune.base + "desk/data")
        who = page.get_by_label("Adresse électronique, ou code du récépissé")
        who.fill("personne@essai.example")
        page.get_by_role("button", name="Chercher").click()
        check("Données de personne@essai" in page.locator("h1").inner_text(), "the counter finds no address")
        visitor.check_quiet()
    # The mail names the commune's address; this server stands elsewhere.
    token = mailed_link(commune, "/me/data/").split("/me/data/")[1]
    with visitors.visit(SMALL, script=False) as visitor:
        visitor.page.goto(f"{commune.base}me/data/{token}")
        text = visitor.page.locator("main").inner_text()
        # Of somebody unknown there is the address that was typed, and the message that went there.
        check("personne-" in text and "Vos données personnelles" in text, f"what is held is not shown: {text[:300]}")
        check("martre" not in text, "somebody unknown is shown the words of others")


def calm(world, visitors):
    """Comments are suspended until a date: the page says so in the clerk's words, also without script, and then not."""
    commune = world.main
    staff(world, visitors)
    with visitors.visit(SMALL) as visitor:
        page = visitor.page
        sign_in(page, commune.base, CLERK)
        page.goto(commune.base + "desk/calm")
        page.get_by_label("Où", exact=True).select_option("comments")
        page.locator("[name=mode][value=closed]").check()
        page.locator("[name=until]").fill("2026-11-25T18:00")
        page.locator("[name=words_fr]").fill(WORDS)
        page.get_by_role("button", name="Mettre au calme").click()
        page.get_by_text(WORDS).first.wait_for()
        no_overflow(page, "calm")
        visitor.check_quiet()
        wait_for("the page says it", lambda: MEETING + ".html" in commune.contains(WORDS))
        for script in (True, False):
            with visitors.visit(SMALL, script=script) as reader:
                reader.page.goto(commune.base + MEETING + ".html")
                notice = reader.page.locator(".calm").first
                check("25 novembre 2026" in notice.inner_text(), "the notice does not say until when")
                check(reader.page.locator("textarea[name=body]").count() == 0, "a form stands there all the same")
        status, _, _ = fetch(
            commune.base + "api/v1/comments/add/agenda/item/nothing", b"kind=comment&body=non",
            {"Content-Type": "application/x-www-form-urlencoded", "Accept": "text/html"})
        check(status in (404, 409), f"a comment during calm: {status}")
        page.goto(commune.base + "desk/calm")
        page.get_by_role("button", name="Y mettre fin maintenant").click()
        page.get_by_text("Rien n’est au calme").wait_for()
        wait_for("the forms come back", lambda: not commune.contains(WORDS))


TESTS = [by_receipt, by_mail, calm]

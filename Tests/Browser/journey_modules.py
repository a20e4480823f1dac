"""The modules Alerts, Workshops, Documents and SuggestionBox, as the clerk and residents meet them."""

import re

from commune import check, wait_for
from visitors import PHONE, WIDE, answered, approve, fill_account, no_overflow, picture, receipt, send

SESSION = "2026-12-03-premiers-pas-tablette"


def unfold(page, title):
    """Opens a form behind its title and gives it."""
    fold = page.locator("details", has=page.locator("summary", has_text=re.compile(f"^{title}"))).first
    if fold.get_attribute("open") is None:
        fold.locator("summary").first.click()
    return fold.locator("form").first


def said(page):
    """What a page says."""
    return page.locator("main").inner_text()


def alert(world, visitors):
    """The clerk writes an alert; it stands first on the front page and on the screen, then ends."""
    commune = world.copy("modules")
    commune.serve()
    world.notes["modules"] = commune
    with visitors.visit(WIDE, script=False) as visitor:
        page = visitor.page
        page.goto(commune.setup_link)
        fill_account(page, "Odile Perrin", "secretaire@vaubrisey.example")
        world.notes["modules-state"] = visitor.context.storage_state()
        page.goto(commune.base + "desk/m/alerts/alerts")
        form = unfold(page, "Publier une alerte")
        form.locator("input[value=urgent]").check()
        form.locator("[name=title]").fill("Incendie à la scierie")
        form.locator("[name=body]").fill("Fermez les fenêtres.")
        form.locator("[name=ends]").fill("2026-11-24T08:00")
        check("publiée" in said(send(form)), "the alert was not published")
        page.goto(commune.base + "desk/m/alerts/alert/2026-11-23-incendie-a-la-scierie")
        no_overflow(page, "desk alert")
        picture(world, page, "alert-desk")
    wait_for("the front page", lambda: "Incendie" in (commune.site / "index.html").read_text())
    with visitors.visit(PHONE) as visitor:
        page = visitor.page
        page.goto(commune.base)
        first = page.locator(".pins > li").first.inner_text()
        check("Incendie" in first and "24 novembre 2026" in first, f"the first notice says: {first}")
        page.goto(commune.base + "alerts/screen.html")
        check(page.locator(".masthead").is_hidden() and page.locator(".ground").is_hidden(), "the screen shows a menu")
        check("Incendie" in page.locator("article").first.inner_text(), "the most urgent does not stand first")
        no_overflow(page, "screen")
        visitor.check_quiet()


def workshop(world, visitors):
    """Two residents sign up by telephone screen, one signs off on the page of the receipt; the office has the sheet."""
    commune = world.notes["modules"]
    receipts = []
    for script, name in ((True, "Paulette Rigaud"), (False, "Armand Lebel")):
        with visitors.visit(PHONE, script=script) as visitor:
            page = visitor.page
            page.goto(f"{commune.base}workshops/{SESSION}.html")
            no_overflow(page, "workshop")
            form = page.locator("form[action*='sign-up']")
            form.locator("[name=name]").fill(name)
            form.get_by_role("button", name="S’inscrire").click()
            check("téléphone" in answered(page, script), "nobody asked how to reach the person")
            form = page.locator("form[action*='sign-up']")
            check(form.locator("[name=name]").input_value() == name, "the name typed was lost")
            form.locator("[name=phone]").fill("03 99 99 00 01")
            form.get_by_role("button", name="S’inscrire").click()
            receipt(page, script)
            receipts.append(page.url)
    data = commune.site / f"api/v1/workshops/{SESSION}.json"
    wait_for("two places", lambda: '"confirmed":2' in data.read_text())
    check(not commune.contains("Rigaud") and not commune.contains("Lebel"), "a name of the list is public")
    with visitors.visit(PHONE, script=False) as visitor:
        page = visitor.page
        page.goto(receipts[0])
        page.locator("form[action*='sign-off']").get_by_role("button", name="Se désinscrire").click()
        check("annulée" in answered(page, False), "the receipt was not accepted")
    wait_for("a free place", lambda: '"confirmed":1' in data.read_text())
    with visitors.visit(WIDE, script=False) as visitor:
        visitor.context.add_cookies(world.notes["modules-state"]["cookies"])
        page = visitor.page
        page.goto(f"{commune.base}desk/m/workshops/session/{SESSION}")
        text = said(page)
        check("Armand Lebel" in text and "Paulette" not in text, f"the office sees: {text}")
        picture(world, page, "workshop-desk")
        page.goto(f"{commune.base}desk/m/workshops/sheet/{SESSION}")
        page.emulate_media(media="print")
        check(page.locator("nav").first.is_hidden(), "the sheet prints the menu")
        check("Signature" in page.locator("table").inner_text(), "nothing to sign")
        picture(world, page, "workshop-sheet")


def document(world, visitors):
    """The clerk publishes a document, then a new version; a resident reads both and finds it by the search."""
    commune = world.notes["modules"]
    with visitors.visit(WIDE, script=False) as visitor:
        visitor.context.add_cookies(world.notes["modules-state"]["cookies"])
        page = visitor.page
        page.goto(commune.base + "desk/m/documents/papers")
        form = unfold(page, "Publier un document")
        form.locator("[name=kind][value=declaration], select[name=kind]").first.evaluate(
            "e => { if (e.tagName === 'SELECT') e.value = 'declaration'; else e.checked = true }")
        form.locator("[name=folder]").fill("Déclarations")
        form.locator("[name=title]").fill("Déclaration de la source du Lavoir")
        form.locator("[name=body]").fill("La source **Zéphyrine** est captée depuis 1890.")
        check("publié" in said(send(form)), "the document was not published")
        page.goto(commune.base + "desk/m/documents/paper/doc-declaration-de-la-source-du-lavoir")
        form = unfold(page, "Corriger, ou publier une version")
        form.locator("[name=body]").fill("La source **Zéphyrine** est captée depuis 1894.")
        form.locator("[name=note]").fill("Date corrigée.")
        check("version 2" in said(send(form)), "the text made no version")
        picture(world, page, "document-desk")
    path = commune.site / "documents/doc-declaration-de-la-source-du-lavoir.html"
    wait_for("the version", lambda: path.exists() and "1894" in path.read_text())
    with visitors.visit(PHONE) as visitor:
        page = visitor.page
        page.goto(commune.base + "documents/")
        page.get_by_role("link", name="Déclaration de la source du Lavoir").first.click()
        check("Date corrigée." in said(page), "the page does not say what changed")
        no_overflow(page, "document")
        page.get_by_role("link", name="Version 1").click()
        text = said(page)
        check("1890" in text and "remplacée" in text, f"the old version says: {text}")
        page.goto(commune.base + "recherche.html#q=zephyrine")
        page.locator("#results li", has_text="source du Lavoir").wait_for()
        visitor.check_quiet()


def pdf(line):
    """A PDF of one page with a line of ASCII, which pdftotext reads."""
    stream = f"BT /F1 12 Tf 72 700 Td ({line}) Tj ET"
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        " /Resources << /Font << /F1 5 0 R >> >> >>",
        f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    text, places = "%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(text))
        text += f"{number} 0 obj\n{body}\nendobj\n"
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    size = len(objects) + 1
    return (f"{text}xref\n0 {size}\n0000000000 65535 f \n{table}trailer\n<< /Size {size} /Root 1 0 R >>\n"
            f"startxref\n{len(text)}\n%%EOF\n").encode()


def attached(world, visitors):
    """The clerk publishes a PDF, and nothing is lost when a title is missing; a resident finds it by a word inside it and
    fetches it; another file is a version; withdrawn, both files leave the site."""
    commune = world.notes["modules"]
    first, second = pdf("Reglement du parc a castors"), pdf("Reglement du parc a loutres")
    key = "doc-reglement-du-parc"
    with visitors.visit(WIDE, script=False) as visitor:
        visitor.context.add_cookies(world.notes["modules-state"]["cookies"])
        page = visitor.page
        page.goto(commune.base + "desk/m/documents/papers")
        form = unfold(page, "Publier un document")
        form.evaluate("form => form.noValidate = true")
        form.locator("[name=kind][value=order], select[name=kind]").first.evaluate(
            "e => { if (e.tagName === 'SELECT') e.value = 'order'; else e.checked = true }")
        form.locator("[name=folder]").fill("Règlements")
        form.locator("[name=file]").set_input_files(
            {"name": "Parc signé.pdf", "mimeType": "application/pdf", "buffer": first})
        picture(world, page, "document-form")
        text = said(send(form))
        check("nécessaire" in text and "Parc signé.pdf" in text, f"a missing title lost the file: {text}")
        picture(world, page, "document-refused")
        form = page.locator("form", has=page.locator("[name=title]"))
        form.locator("[name=title]").fill("Règlement du parc")
        check("publié" in said(send(form)), "the document was not published")
        page.goto(commune.base + f"desk/m/documents/paper/{key}")
        check("on le trouve par ses mots" in page.locator("main").inner_text(), "the desk does not say it was read")
        picture(world, page, "document-file-desk")
    path = commune.site / f"documents/{key}.html"
    wait_for("the document", path.exists)
    with visitors.visit(PHONE) as visitor:
        page = visitor.page
        page.goto(commune.base + "recherche.html#q=castors")
        page.locator("#results li", has_text="Règlement du parc").get_by_role("link").click()
        no_overflow(page, "document with a file")
        picture(world, page, "document-file")
        link = page.get_by_role("link", name=re.compile("^Ouvrir le document"))
        check("(PDF, 1" in link.inner_text(), f"the link says: {link.inner_text()}")
        answer = page.request.get(page.evaluate("e => e.href", link.element_handle()))
        check(answer.body() == first, "another file was fetched")
        check(answer.headers["content-type"] == "application/pdf", answer.headers["content-type"])
        check(answer.headers["x-content-type-options"] == "nosniff", "browsers may guess")
        page.get_by_text("Texte du document").click()
        check("castors" in page.locator("main").inner_text(), "the text of the file is not on the page")
        visitor.check_quiet()
    with visitors.visit(WIDE, script=False) as visitor:
        visitor.context.add_cookies(world.notes["modules-state"]["cookies"])
        page = visitor.page
        page.goto(commune.base + f"desk/m/documents/paper/{key}")
        form = unfold(page, "Corriger, ou publier une version")
        form.locator("input[type=file]").set_input_files(
            {"name": "Parc 2.pdf", "mimeType": "application/pdf", "buffer": second})
        form.locator("[name=note]").fill("Loutres.")
        check("version 2" in said(send(form)), "another file made no version")
        wait_for("two files", lambda: len(list((commune.site / "files").glob("parc-*.pdf"))) == 2)
        page.goto(commune.base + f"desk/m/documents/paper/{key}")
        form = unfold(page, "Retirer le document")
        form.locator("[name=reason]").fill("Publié par erreur.")
        check("retiré" in said(send(form)), "the document was not withdrawn")
    wait_for("no file", lambda: not list((commune.site / "files").glob("parc-*.pdf")))
    check(not any(b"castors" in file.read_bytes() for file in commune.site.rglob("*") if file.is_file()),
          "the text of a withdrawn file is still in the site")


def suggestion(world, visitors):
    """A resident sends an idea from a phone; it is public when the clerk approved it."""
    commune = world.notes["modules"]
    with visitors.visit(PHONE) as visitor:
        page = visitor.page
        page.goto(commune.base + "suggestions/")
        page.locator("[name=words]").fill("Un banc à l’arrêt du car")
        page.get_by_role("button", name="Envoyer à la mairie").click()
        check("Merci" in answered(page, True), "the idea was not received")
    check("Un banc à" not in (commune.site / "suggestions/index.html").read_text(), "an unread idea is public")
    with visitors.visit(WIDE, script=False) as visitor:
        visitor.context.add_cookies(world.notes["modules-state"]["cookies"])
        approve(visitor.page, commune.base, "Un banc à")
    wait_for("the idea", lambda: "Un banc à" in (commune.site / "suggestions/index.html").read_text())
    commune.stop()


TESTS = [alert, workshop, document, attached, suggestion]

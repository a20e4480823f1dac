"""A resident comments a draft; a councillor decides on a telephone; the site shows exactly that."""

import json
import xml.etree.ElementTree as ElementTree

from commune import check, wait_for
from visitors import (
    PHONE, SMALL, WIDE, answered, approve, fill_account, no_overflow, open_queue, receipt, refuse, sign_in)

MEETING = "agenda/2026-12-11-conseil"
REASON = "personal-data"
CLERK, COUNCILLOR, AGENT = "mairie@vaubrisey.example", "elue@vaubrisey.example", "cantonnier@vaubrisey.example"


def say(form, text, block=None):
    """Fills the form of a comment; `block` is the value of the passage."""
    if block is not None:
        listed = form.locator("select[name=block]")
        if listed.count():
            listed.select_option(block)
        else:
            form.locator(f"input[name=block][value='{block}']").check()
    form.locator("input[name=kind][value=comment]").check()
    form.locator("textarea[name=body]").fill(text)


def chosen_block(form):
    """The passage that the form is about."""
    listed = form.locator("select[name=block]")
    return listed.input_value() if listed.count() else form.locator("input[name=block]:checked").get_attribute("value")


def comment(world, visitors, text, size, script):
    """Comments the second passage that takes comments, as a person does; gives the address of the receipt."""
    base = world.main.base
    with visitors.visit(size, script) as visitor:
        page = visitor.page
        page.goto(base + "index.html")
        page.locator("nav.nav a[href*='agenda/index']").click()
        page.locator("main a[href*='2026-12-11-conseil']").first.click()
        item = page.locator("section.item").nth(3)
        block = item.locator(".block").first
        passage = block.get_attribute("id")
        block.locator("a.block-comment").click()
        form = item.locator("details.say form[id^=c-]")
        if script:
            check(form.is_visible(), "the link beside a passage did not open the form")
            check(chosen_block(form) == passage, "the link beside a passage did not choose it")
            say(form, text)
        else:
            check(form.is_visible(), "without script the link beside a passage did not open the form")
            place = page.evaluate("decodeURIComponent(location.hash.slice(1))")
            button = form.locator(f"label[id='{place}'] input[name=block]")
            check(button.get_attribute("value") == passage, "without script the passage is not found in the form")
            check(button.evaluate("e => { const y = e.getBoundingClientRect().top; return y >= 0 && y < innerHeight }"),
                  "without script the button of the passage is off the screen")
            dead = page.evaluate("[...document.querySelectorAll('a.block-comment')].map(a => a.getAttribute('href'))"
                                 ".filter(h => !document.getElementById(h.slice(1)))")
            check(not dead, f"links beside passages lead nowhere: {dead[:3]}")
            say(form, text, passage)
        no_overflow(page, "open comment form")
        form.locator("button[type=submit]").click()
        state = receipt(page, script)
        check("En attente de lecture" in state, f"the receipt says: {state[:300]}")
        no_overflow(page, "receipt")
        visitor.check_quiet()
        visitor.check_origin(base)
        return page.url


def keyboard(world, visitors):
    """The same without ever touching a mouse; the focus is always seen."""
    text = "Remarque écrite au clavier, martre-clavier."
    with visitors.visit(WIDE) as visitor:
        page = visitor.page
        page.goto(world.main.base + MEETING + ".html")

        def tab_to(css):
            for _ in range(250):
                page.keyboard.press("Tab")
                seen = page.evaluate(
                    "(() => { const e = document.activeElement, s = getComputedStyle(e);"
                    " return [s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2"
                    " || s.boxShadow !== 'none', e.outerHTML.slice(0, 120)]; })()")
                check(seen[0], f"the focus cannot be seen on {seen[1]}")
                if page.evaluate("css => document.activeElement.matches(css)", css):
                    return
            check(False, f"the keyboard does not reach {css}")

        page.keyboard.press("Tab")
        check(page.evaluate("document.activeElement.className") == "skip", "the first stop is not the skip link")
        page.keyboard.press("Enter")
        tab_to("section.item:nth-of-type(5) a.block-comment")
        page.keyboard.press("Enter")
        check(page.evaluate("document.activeElement.tagName") == "TEXTAREA", "the text did not get the focus")
        page.keyboard.type(text)
        # Backwards to the kind of the comment, chosen with the space bar.
        for _ in range(6):
            if page.evaluate("document.activeElement.name") == "kind":
                break
            page.keyboard.press("Shift+Tab")
        page.keyboard.press("Space")
        tab_to("button[type=submit]")
        page.keyboard.press("Enter")
        answered(page, script=True)
        visitor.check_quiet()
    world.notes["keyboard"] = text


def staff(world, visitors):
    """Makes the accounts unless they are there, so that any file of tests runs by itself."""
    if "staff" not in world.notes:
        accounts(world, visitors)


def accounts(world, visitors):
    """The clerk's account by the one-time link, others by invitation; each link works once."""
    world.notes["staff"] = True
    commune = world.main
    base = commune.base
    check(commune.setup_link, "the server did not print a one-time link")
    with visitors.visit(WIDE) as visitor:
        page = visitor.page
        page.goto(commune.setup_link)
        page.get_by_label("Votre nom").fill("Odile Perrin")
        page.get_by_label("Adresse électronique").fill(CLERK)
        page.get_by_label("Mot de passe").fill("court")
        page.get_by_role("button", name="Créer le compte").click()
        check("12 caractères" in page.locator("main").inner_text(), "a short password was not refused in words")
        check(page.get_by_label("Votre nom").input_value() == "Odile Perrin", "the name typed was lost")
        fill_account(page, "Odile Perrin", CLERK)
        page.goto(commune.setup_link)
        check("déjà servi" in page.locator("main").inner_text(), "a used link does not say so")
        links = []
        for role in ("councillor", "agent"):
            page.goto(base + "desk/people")
            page.locator("#invite-role").select_option(role)
            page.get_by_role("button", name="Créer un lien").click()
            links.append(page.locator("code.code").inner_text())
    for link, name, email in ((links[0], "Sandrine Malvoisin", COUNCILLOR), (links[1], "Luc Thirion", AGENT)):
        with visitors.visit(PHONE, script=False) as visitor:
            visitor.page.goto(link)
            no_overflow(visitor.page, "setup")
            fill_account(visitor.page, name, email)
            visitor.page.get_by_role("button", name="Se déconnecter").click()
            visitor.page.wait_for_url("**/desk/sign-in")
            visitor.page.goto(base + "desk")
            check("sign-in" in visitor.page.url, "the desk stays open after signing out")


def residents(world, visitors):
    """Eight comments: with and without script, on a telephone and at a desk; half will be refused."""
    words = {}
    for size, width in ((PHONE, "390"), (SMALL, "360"), (WIDE, "1280")):
        for script in (True, False):
            for fate in ("oui", "non"):
                name = f"belette-{fate}-{width}-{'avec' if script else 'sans'}"
                text = f"Remarque {name} : **merci** de le dire avec des mots <b>simples</b> & clairs."
                words[name] = (text, comment(world, visitors, text, size, script))
    world.notes["comments"] = words


def decisions(world, visitors):
    """A councillor on a telephone, without script, refuses with a reason and publishes; nothing is public before."""
    commune, words = world.main, world.notes["comments"]
    for name in words:
        check(not commune.contains(name), f"{name} is in the site before any decision")
    with visitors.visit(SMALL, script=False) as visitor:
        page = visitor.page
        sign_in(page, commune.base, COUNCILLOR)
        open_queue(page, commune.base)
        for name in words:
            if "-oui-" in name:
                approve(page, commune.base, name)
            else:
                refuse(page, commune.base, name, REASON, f"Retirez le nom du voisin ({name}).")
        approve(page, commune.base, world.notes["keyboard"])
    with visitors.visit(SMALL, script=False) as visitor:
        page = visitor.page
        sign_in(page, commune.base, COUNCILLOR)
        # A refusal without reason comes back with what was typed.
        comment(world, visitors, "Remarque belette-sans-motif, une de plus.", PHONE, False)
        open_queue(page, commune.base)
        found = page.locator("article.case", has_text="belette-sans-motif").first
        found.locator("details.refusal > summary").click()
        found.locator("details.message > summary").click()
        found.get_by_label("Message à l’auteur").fill("mot gardé")
        form = found.locator("details.refusal form")
        hidden = dict((e.get_attribute("name"), e.get_attribute("value")) for e in form.locator("input").all())
        action = form.get_attribute("action")
        path = commune.base + action.replace("../", "")
        answer = visitor.context.request.post(path, form=hidden | {"reason": "", "note": "mot gardé"})
        check(answer.status == 422 and "mot gardé" in answer.text(), f"a refusal without reason: {answer.status}")


def publication(world, visitors):
    """The static page, the JSON and a feed show exactly what was decided; the refused words are nowhere."""
    commune, words = world.main, world.notes["comments"]
    published = [name for name in words if "-oui-" in name]
    wait_for("the last approved comment in the page", lambda: MEETING + ".html" in commune.contains(published[-1]))
    value = json.loads((commune.site / "api/v1" / (MEETING + ".json")).read_text())
    texts = json.dumps(value, ensure_ascii=False)
    for name in published:
        found = commune.contains(name)
        for path in (MEETING + ".html", "en/" + MEETING + ".html", f"api/v1/{MEETING}.json"):
            check(path in found, f"{name} is not in {path}: {found}")
        check(name in texts, f"{name} is not in the JSON value")
        check(any(path.endswith(".atom") for path in found), f"{name} is in no feed: {found}")
    for name in words:
        if "-non-" in name:
            check(not commune.contains(name), f"the refused {name} is in {commune.contains(name)}")
    page = (commune.site / (MEETING + ".html")).read_text()
    check("<strong>merci</strong>" in page, "the Markdown of a comment is not rendered")
    check("<b>simples</b>" not in page, "raw HTML of a comment reached the page")
    for feed in commune.site.rglob("*.atom"):
        ElementTree.parse(feed)


def receipts(world, visitors):
    """Who was refused reads the reason and the words; who was published is led to the page."""
    with visitors.visit(PHONE) as visitor:
        page = visitor.page
        for name, (_, receipt) in world.notes["comments"].items():
            page.goto(receipt)
            text = page.locator("main").inner_text()
            if "-oui-" in name:
                check("Publié" in text, f"{name}: the receipt says {text[:200]}")
            else:
                for words in ("Non publié", "Donnée personnelle", f"Retirez le nom du voisin ({name})"):
                    check(words in text, f"{name}: the receipt does not say {words}: {text[:400]}")
        visitor.check_quiet()


def official_answer(world, visitors):
    """A councillor answers; the answer stands in its double frame, and on the receipt."""
    commune = world.main
    name, (_, receipt) = next((n, w) for n, w in world.notes["comments"].items() if "-oui-" in n)
    with visitors.visit(PHONE) as visitor:
        page = visitor.page
        sign_in(page, commune.base, COUNCILLOR)
        page.goto(commune.base + "desk/answers")
        page.locator("main a", has_text=name).first.click()
        page.get_by_label("Réponse de la commune").fill("Réponse officielle fouine-cendrée : oui, **dès lundi**.")
        page.get_by_label("Au nom de").fill("Mme Sandrine Malvoisin, adjointe")
        no_overflow(page, "answer form")
        page.get_by_role("button", name="Publier la réponse").click()
        page.locator("[role=status]").wait_for()
        wait_for("the answer", lambda: MEETING + ".html" in commune.contains("fouine-cendrée"))
        page.goto(commune.base + MEETING + ".html")
        answer = page.locator("article.comment", has_text=name).locator("section.answer")
        frame = answer.evaluate("e => [getComputedStyle(e).borderTopStyle, getComputedStyle(e).boxShadow]")
        is_drawn = frame[0] == "solid" and frame[1].count("inset") == 2
        check(frame[0] == "double" or is_drawn, f"no double frame: {frame}")
        page.emulate_media(media="print")
        frame = answer.evaluate("e => getComputedStyle(e).borderTopStyle")
        check(frame == "double", f"no double frame on paper, where shadows are not printed: {frame}")
        page.emulate_media(media="screen")
        check("Malvoisin" in answer.inner_text(), "the answer does not say in whose name")
        page.goto(receipt)
        check("fouine-cendrée" in page.locator("main").inner_text(), "the receipt does not show the answer")


TESTS = [keyboard, accounts, residents, decisions, publication, receipts, official_answer]

"""What staff typed survives the browser's own buttons: back, reload, signing in again elsewhere."""

from commune import check
from journey_comment import CLERK, staff
from visitors import PHONE, SMALL, WIDE, send, sign_in

ITEM = "desk/m/agenda/item/2026-12-11-conseil--cantine"


def edit(page, base, text):
    """Opens the form of an item and types a text."""
    page.goto(base + ITEM)
    form = page.locator("form[action*='edit-item']")
    form.locator("textarea[name=body]").fill(text)
    return form


def refused(world, visitors):
    """A change that came too late is shown again with its words; going back to it or reloading it sends nothing."""
    base = world.main.base
    staff(world, visitors)
    for size, script in ((PHONE, False), (WIDE, True)):
        with visitors.visit(size, script) as visitor:
            page = visitor.page
            sign_in(page, base, CLERK)
            late = f"Le texte de celle qui vient après, fouine-{script}."
            form = edit(page, base, late)
            other = visitor.context.new_page()
            send(edit(other, base, f"Le texte de la première, belette-{script}."))
            check("done=" in other.url, f"the first change was refused: {other.url}")
            send(form)
            check("answer=" in page.url, f"the refused form has no address of its own: {page.url}")
            again = page.locator("form[action*='edit-item']")
            check(again.locator("textarea[name=body]").input_value() == late, "the text typed was lost")
            check("belette" in page.locator("main").inner_text(), "the newer text is not shown")
            again.locator("input[name=replace]").check()
            send(again)
            check("done=" in page.url, f"saving anyway was refused: {page.url}")
            sent = len([request for request in visitor.requests if "/desk/do/" in request])
            back = page.go_back()
            check(back is None or back.status == 409, f"going back gave {back and back.status}")
            kept = page.locator("form[action*='edit-item'] textarea[name=body]")
            check(kept.input_value() == late, "going back lost the text")
            page.reload()
            check(kept.input_value() == late, "reloading lost the text")
            posts = [request for request in visitor.requests if "/desk/do/" in request and "answer=" not in request]
            check(len(posts) <= sent, "going back sent the form again")


def signed_in_again(world, visitors):
    """The form of a session that ended, in a browser where a new one began: shown again, sent on a press."""
    base = world.main.base
    staff(world, visitors)
    with visitors.visit(WIDE, script=False) as visitor:
        page = visitor.page
        sign_in(page, base, CLERK)
        form = edit(page, base, "Une soirée de travail, putois.")
        other = visitor.context.new_page()
        other.goto(base + "desk")
        other.get_by_role("button", name="Se déconnecter").click()
        other.wait_for_url("**/desk/sign-in")
        sign_in(other, base, CLERK)
        send(form)
        main = page.locator("main")
        check("putois" in main.inner_text(), f"the text was lost: {main.inner_text()[:300]}")
        check("Rien n’a encore été enregistré" in main.inner_text(), "nobody says that nothing was recorded")
        with page.expect_navigation():
            page.get_by_role("button", name="Envoyer maintenant").click()
        check("done=" in page.url, f"the kept form was refused: {page.url} {main.inner_text()[:300]}")
        page.goto(base + ITEM)
        found = page.locator("form[action*='edit-item'] textarea[name=body]").input_value()
        check("putois" in found, "the kept form changed nothing")


def outcomes(world, visitors):
    """What a form of the desk shows once has an address: going away and back, or reloading, asks for nothing again."""
    base = world.main.base
    staff(world, visitors)
    for size, script in ((SMALL, False), (WIDE, True)):
        with visitors.visit(size, script) as visitor:
            page = visitor.page
            posts = []
            page.on("request", lambda sent, posts=posts: posts.append(sent.url) if sent.method == "POST" else None)
            sign_in(page, base, CLERK)
            for path, words in (("desk/people", "/desk/setup/"), ("desk/data", "personne@exemple.fr")):
                page.goto(base + path)
                form = page.locator(
                    "form[action*='people/invite'], form[action*='data/find']").first
                if path == "desk/people":
                    fields = form.locator("[name=role]")
                    if fields.first.evaluate("e => e.tagName") == "SELECT":
                        fields.first.select_option("agent")
                    else:
                        form.locator("[name=role][value=agent]").check()
                else:
                    page.get_by_label("Adresse électronique, ou code du récépissé").fill("personne@exemple.fr")
                send(form)
                main = page.locator("main")
                check("answer=" in page.url, f"{path} answers its form with a page without address: {page.url}")
                check(words in main.inner_text(), f"{path}: the outcome is not shown: {main.inner_text()[:300]}")
                sent = len(posts)
                shown = main.inner_text()
                page.goto(base + "desk")
                page.go_back()
                check(main.inner_text() == shown, f"{path}: going back lost the outcome")
                page.reload()
                check(main.inner_text() == shown, f"{path}: reloading lost the outcome")
                check(len(posts) == sent, f"{path}: the form was sent again: {posts[sent:]}")


TESTS = [refused, signed_in_again, outcomes]

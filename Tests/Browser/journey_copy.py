"""The folder is complete: copied elsewhere, Parvis stopped, on any file server and from the disk."""

import json
import shutil
import urllib.parse

import journey_incidents
from commune import check, fetch, plain_server
from links import Site
from visitors import PHONE, SMALL, WIDE


def copied(world, visitors):
    """The site folder copied to another place, with the server stopped, after what the other tests did."""
    if "copy" not in world.notes:
        if "number" not in world.notes:
            journey_incidents.reports(world, visitors)
            journey_incidents.published(world, visitors)
        target = world.scratch / "elsewhere" / "un dossier"
        address = world.main.base
        world.main.stop()
        shutil.copytree(world.main.site, target)
        world.notes["copy"] = (target, address)
    return world.notes["copy"]


def links(world, visitors):
    """Every link, fragment, feed entry, sitemap entry and JSON file leads somewhere."""
    folder, address = copied(world, visitors)
    found = Site(folder, address).check()
    check(not found, f"{len(found)} faults:\n       " + "\n       ".join(found[:25]))


def plain_host(world, visitors):
    """Any file server gives every file, and a reader meets no error and no request elsewhere."""
    folder, _ = copied(world, visitors)
    site = Site(folder, "")
    with plain_server(folder) as base:
        for path in sorted(site.files):
            status, headers, body = fetch(base + urllib.parse.quote(path))
            check(status == 200 and len(body) > 0, f"{path}: {status}, {len(body)} bytes")
        with visitors.visit(PHONE, forwarded=False) as visitor:
            crawl(visitor, base, site)


def crawl(visitor, base, site):
    """Opens one page of every kind by following links from the front page."""
    page = visitor.page
    seen, kinds, queue = set(), set(), [base + "index.html"]
    while queue and len(kinds) < 60:
        address = queue.pop(0)
        kind = "/".join("#" if any(c.isdigit() for c in part) else part for part in address[len(base):].split("/"))
        if kind in kinds:
            continue
        kinds.add(kind)
        page.goto(address)
        check(page.locator("h1").count() == 1, f"{address}: no title")
        for link in page.locator("a[href]").evaluate_all(
                "all => all.map(a => new URL(a.getAttribute('href'), location).href.split('#')[0])"):
            if link.startswith(base) and link.endswith(".html") and link not in seen:
                seen.add(link)
                queue.append(link)
    visitor.check_quiet()
    visitor.check_origin(base)
    check(len(kinds) > 20, f"only {len(kinds)} kinds of pages were found")


def from_disk(world, visitors):
    """The same by `file://`, also with a blank in the folder's name."""
    folder, _ = copied(world, visitors)
    base = folder.as_uri() + "/"
    with visitors.visit(WIDE, forwarded=False) as visitor:
        crawl(visitor, base, Site(folder, ""))


def results_of(page, words):
    """What the search page lists for some words."""
    page.locator("#q").fill(words)
    page.locator("form.search button").click()
    status = page.locator("#results [role=status]")
    page.wait_for_function(
        "() => /\\d|Aucun|No result/.test(document.querySelector('#results [role=status]').innerText)")
    return status.inner_text(), [a.get_attribute("href") for a in page.locator("#results ol a").all()]


def ligatures(page):
    """œ and oe are the same, whichever was written: residents wrote « manœuvre » and « coeur », see their reports."""
    for one, other in (("manœuvre", "manoeuvre"), ("cœur", "coeur"), ("CŒURS", "Coeur"), ("vœux", "voeux")):
        first, second = results_of(page, one), results_of(page, other)
        check(sorted(first[1]) == sorted(second[1]), f"{one} finds {first}, {other} finds {second}")
    for word in ("manoeuvre", "MANŒUVRES", "cœur", "coeurs"):
        found = results_of(page, word)[1]
        check(found, f"{word} is not found")
    check(any("incidents/" in link for link in results_of(page, "cœur")[1]), "a report that says « coeur »")
    check(any("incidents/" in link for link in results_of(page, "manoeuvre")[1]), "a report that says « manœuvre »")


def search(world, visitors):
    """The search works from the disk; accents, œ, capitals and plurals do not matter."""
    folder, _ = copied(world, visitors)
    with visitors.visit(SMALL, forwarded=False) as visitor:
        page = visitor.page
        page.goto(folder.as_uri() + "/recherche.html")
        pairs = [("éclairage", "ECLAIRAGES"), ("école", "ecoles"), ("numéro", "numero"), ("fossé", "Fosses")]
        for one, other in pairs:
            first, second = results_of(page, one)[1], results_of(page, other)[1]
            check(first, f"nothing found for {one}")
            check(set(first) & set(second), f"{one} and {other} find nothing in common")
        ligatures(page)
        check("Aucun" in results_of(page, "zyzzyva")[0], "a word that is nowhere is found")
        target = results_of(page, "loutre-avec")[1]
        check(target, "a report published a minute ago is not found")
        page.locator("#results ol a").first.click()
        check("loutre" in page.locator("main").inner_text(), "a result does not lead to its page")
        visitor.check_quiet()
        page.goto(folder.as_uri() + "/en/recherche.html")
        check(results_of(page, "street")[0], "the English search gives no answer")
    with plain_server(folder) as base, visitors.visit(SMALL, forwarded=False) as visitor:
        visitor.page.goto(base + "recherche.html")
        ligatures(visitor.page)
        visitor.check_quiet()
    with visitors.visit(SMALL, script=False, forwarded=False) as visitor:
        visitor.page.goto(folder.as_uri() + "/recherche.html")
        check("plan" in visitor.page.locator("main").inner_text().lower(), "without script nothing leads on")


def deep_words(world, visitors):
    """Words deep in a page are found and lead to their place: in an item, a comment, an answer; pages of lists too."""
    folder, _ = copied(world, visitors)
    with visitors.visit(SMALL, forwarded=False) as visitor:
        page = visitor.page
        page.goto(folder.as_uri() + "/recherche.html")
        check(page.locator("#search-tips").is_visible(), "a search page without words says nothing")
        link = next((a for a in results_of(page, "foyers acceptent extinction car scolaire")[1] if "#" in a), "")
        check(link.startswith("agenda/2026-06-12-conseil.html#"), f"the words of an item lead to {link}")
        check(not page.locator("#search-tips").is_visible(), "the advice stays beside the results")
        page.locator(f"#results a[href='{link}']").first.click()
        page.wait_for_url("**#*")
        seen = page.evaluate("document.querySelector(':target').getBoundingClientRect().top")
        check(-5 <= seen < page.viewport_size["height"], f"the item that was found stands at {seen}")
        page.go_back()
        comments = [a for a in results_of(page, "tartes mirabelles")[1] if "#r-" in a]
        check(comments, "the words of a comment are not found, or do not lead to it")
        check(page.locator("#results mark").count(), "the words that were found are not marked")
        check("signalements" in " ".join(results_of(page, "signalements")[1]) or
              "incidents/index.html" in results_of(page, "signalements")[1], "the page of all reports is not found")
        visitor.check_quiet()
        page.goto(folder.as_uri() + "/en/recherche.html")
        found = results_of(page, "personal data")[1]
        check("vie-privee.html" in " ".join(found), f"the English page on personal data is not among {found}")
        page.locator("#results ol a").first.click()
        check(page.locator("html").get_attribute("lang") == "en", "an English result leads to a French page")


def large_search(world, visitors):
    """With more shards than a page loads at once, files of words say which to load: the answers stay complete."""
    large = world.copy("large")
    lines = [
        {"reference": f"grand-{n}", "consultation": "laiterie", "title": f"Proposition {n}", "state": "published",
         "body": "Un verger partagé." + (" Avec des nœuds de Łódź en été." if n % 200 == 7 else ""),
         "created": "2026-09-02T08:00", "published": "2026-09-02T19:00"}
        for n in range(1, 701)]
    file = world.scratch / "large.ndjson"
    file.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines))
    world.program.run("import", "proposals", file, "-C", large.folder)
    world.program.run("build", "-C", large.folder)
    shards = list((large.site / "search").glob("fr-*.js"))
    check(len(shards) > 12 and list((large.site / "search").glob("words-fr-*.js")), f"only {len(shards)} shards")
    with plain_server(large.site) as base:
        for start in (large.site.as_uri() + "/", base):
            with visitors.visit(SMALL, forwarded=False) as visitor:
                page, asked = visitor.page, []
                page.on("request", lambda request, asked=asked: asked.append(request.url))
                page.goto(start + "recherche.html")
                for words in ("nœuds", "NOEUD", "lodz", "Łódź ete", "noeud verger"):
                    status, found = results_of(page, words)
                    check(len(found) == 4, f"{start}: {words} finds {status} {found}")
                loaded = [url for url in asked if "/search/fr-" in url]
                check(any("/search/words-fr-" in url for url in asked), "no file of words was asked")
                check(len(loaded) < len(shards), f"{len(loaded)} of {len(shards)} shards were loaded for rare words")
                check("700" in results_of(page, "verger")[0] or page.locator("#results button").count(), "no way on")
                check("Aucun" in results_of(page, "zyzzyva")[0], "a word that is nowhere is found")
                page.locator("#q").fill("R&D")
                page.wait_for_function(
                    "() => document.querySelector('#results [role=status]').innerText.includes('deux lettres')")
                visitor.check_quiet()


TESTS = [links, plain_host, from_disk, search, deep_words, large_search]

"""Checks an emitted site as a reader without network would: every link, fragment, feed and JSON file."""

import collections
import html.parser
import json
import pathlib
import posixpath
import re
import urllib.parse
import xml.etree.ElementTree as ElementTree

ATOM = "{http://www.w3.org/2005/Atom}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
# What only a running server answers: actions, receipts and the desk.
ACTION = re.compile(r"(^|/)(api/v1/[a-z-]+|follow|me)/[a-z-]+(/|$)")


class Page(html.parser.HTMLParser):
    """The links, ids and forms of a page."""

    def __init__(self, text):
        super().__init__()
        self.links, self.ids, self.forms, self.absolute, self.inline = [], collections.Counter(), [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        if values.get("id"):
            self.ids[values["id"]] += 1
        if tag == "script" and "src" not in values or tag == "style" or "style" in values:
            self.inline.append(tag)
        self.inline += [name for name in values if name.startswith("on")]
        if tag == "form":
            self.forms.append((values.get("method", "get"), values.get("action", "")))
            shards = values.get("data-shards", "").split()
            self.links += [values.get("data-path", "") + shard + ".js" for shard in shards]
        elif tag == "link" and values.get("rel") in ("canonical", "alternate"):
            self.absolute.append(values.get("href", ""))
        else:
            self.links += [values[name] for name in ("href", "src") if values.get(name) is not None]

    handle_startendtag = handle_starttag


class Site:
    """A folder of files, read once."""

    def __init__(self, folder, address, server=None):
        self.folder = pathlib.Path(folder)
        self.address = address
        self.server = server
        self.files = {str(p.relative_to(folder)) for p in self.folder.rglob("*") if p.is_file()}
        self.pages = {p: Page((self.folder / p).read_text()) for p in sorted(self.files) if p.endswith(".html")}
        self.found = []

    def wrong(self, path, words):
        """Notes something wrong in a file."""
        self.found.append(f"{path}: {words}")

    def check(self):
        """Everything; gives what is wrong, in words."""
        for path, page in self.pages.items():
            self.check_page(path, page)
        for path in sorted(self.files):
            if path.endswith((".json", ".geojson")):
                self.check_json(path)
            elif path.endswith(".ndjson"):
                for line in (self.folder / path).read_text().splitlines():
                    json.loads(line)
            elif path.endswith((".atom", ".xml")):
                self.check_xml(path)
        self.check_descriptions()
        return self.found

    def resolve(self, path, link):
        """The file of a relative link, with its fragment."""
        parts = urllib.parse.urlsplit(link)
        target = posixpath.normpath(posixpath.join(posixpath.dirname(path), urllib.parse.unquote(parts.path)))
        return (path if not parts.path else target), parts.fragment

    def check_page(self, path, page):
        """Relative links lead to a file and a place in it; absolute ones to this site are files as well."""
        if path == "404.html":
            return  # it is served at any depth, so its links start at the root
        for name, count in page.ids.items():
            if count > 1:
                self.wrong(path, f"id {name} {count} times")
        for link in page.links:
            if link.startswith(("mailto:", "tel:")):
                continue
            if link.startswith(("http://", "https://", "//")):
                self.check_absolute(path, link, fails_only_inside=True)
                continue
            if link.startswith("/"):
                self.wrong(path, f"{link} starts at the root of a server")
                continue
            target, fragment = self.resolve(path, link)
            if target not in self.files:
                self.wrong(path, f"{link} leads to nothing")
            elif fragment and target.endswith(".html") and fragment not in self.pages[target].ids:
                self.wrong(path, f"{link}: no such place in the page")
        for link in page.absolute:
            self.check_absolute(path, link)
        for method, action in page.forms:
            if method == "post":
                self.check_form(path, action)
        if page.inline:
            self.wrong(path, f"inline script or style: {page.inline[:5]}")

    def reachable(self, *starts):
        """The pages that a reader finds by following links."""
        found, queue = set(starts), list(starts)
        while queue:
            path = queue.pop()
            for link in self.pages[path].links:
                target = self.resolve(path, link)[0] if "://" not in link else ""
                if target in self.pages and target not in found:
                    found.add(target)
                    queue.append(target)
        return sorted(found)

    def check_form(self, path, action):
        """Forms go to the configured server, else to the action relative to the page."""
        if self.server:
            if not action.startswith(self.server) or not ACTION.search(action):
                self.wrong(path, f"a form goes to {action}, not to {self.server}")
        elif not action.startswith(tuple("../" * path.count("/") + own for own in ("api/v1/", "follow/ask/", "me/data"))):
            self.wrong(path, f"a form goes to {action}")

    def check_absolute(self, path, link, fails_only_inside=False):
        """An absolute address of this site is one of its files."""
        if not link.startswith(self.address):
            if not fails_only_inside:
                self.wrong(path, f"{link} is not an address of the site")
            return
        target, _, fragment = link[len(self.address):].partition("#")
        if target.startswith(("desk", "me/do/")) or target == "me":
            return
        if target not in self.files:
            self.wrong(path, f"{link} is no file of the site")
        elif fragment and fragment not in self.pages[target].ids:
            self.wrong(path, f"{link}: no such place in the page")

    def check_json(self, path):
        """It parses; GeoJSON is sane (RFC 7946)."""
        try:
            value = json.loads((self.folder / path).read_bytes())
        except ValueError as error:
            self.wrong(path, f"not JSON: {error}")
            return
        if not path.endswith(".geojson"):
            return
        if value.get("type") != "FeatureCollection" or "crs" in value:
            self.wrong(path, "no FeatureCollection, or with a crs member")
        for feature in value["features"]:
            geometry = feature["geometry"]
            if geometry is None:
                continue
            longitude, latitude = geometry["coordinates"]
            if not (-62 < longitude < 168 and -25 < latitude < 52) or "properties" not in feature:
                self.wrong(path, f"a point at {longitude}, {latitude}")
            if any(len(str(c).partition(".")[2]) > 7 for c in (longitude, latitude)):
                self.wrong(path, f"{longitude} has more digits than RFC 7946 asks for")

    def check_xml(self, path):
        """Feeds have what RFC 4287 requires; sitemaps list files."""
        root = ElementTree.parse(self.folder / path).getroot()
        if root.tag == ATOM + "feed":
            ids = [e.findtext(ATOM + "id") for e in root.findall(ATOM + "entry")]
            if len(set(ids)) != len(ids):
                self.wrong(path, "two entries with one id")
            for element in [root, *root.findall(ATOM + "entry")]:
                for name in ("id", "title", "updated"):
                    if not element.findtext(ATOM + name):
                        self.wrong(path, f"{element.tag} without {name}")
            if root.find(ATOM + "author") is None:
                self.wrong(path, "a feed without author")
            for link in root.iter(ATOM + "link"):
                self.check_absolute(path, link.get("href"))
        elif root.tag.startswith(SITEMAP):
            for location in root.iter(SITEMAP + "loc"):
                self.check_absolute(path, location.text)
        else:
            self.wrong(path, f"unknown root {root.tag}")

    def check_descriptions(self):
        """What the API's list and description promise without a key is there."""
        api = json.loads((self.folder / "api/v1/index.json").read_bytes())
        addresses = [family["url"] for family in api["families"]] + [api["openapi"]]
        description = json.loads((self.folder / "api/v1/openapi.json").read_bytes())
        addresses += [self.address + p[1:] for p, operations in description["paths"].items() if "get" in operations]
        for address in dict.fromkeys(addresses):
            if "{" not in address:
                self.check_absolute("api/v1/index.json and openapi.json", address)

"""Lost and found: what people lost or found, read by a moderator, shown until it is given back."""

from parvis_module import Call, Module, Problem, h, row, run

module = Module(__file__)


def line(call, item):
    """One item in a list."""
    return h("li", h("a", item["thing"], href={"to": ["item", item["id"]]}), " ",
             h("span", call.text(item["what"]), class_="badge"), " ", item["place"])


# What people do


@module.act("report")
def report(call):
    if call.field("day") > call.today:
        raise Problem(422, "invalid", call.text("day.future"), day=call.text("day.future"))
    thing = " ".join(call.field("thing").split())
    return {
        "do": [run("add", call.field("what"), thing, call.field("place"), call.field("day"), call.field("details"),
                   call.shown_name(), call.now)],
        "subject": ["item", row(0)],
        "moderate": [{"kind": "item", "key": row(0), "excerpt": thing}],
        "inform": [{"field": "email", "about": ["item", row(0)], "updates": False}],
        "message": call.text("report.done"),
    }


@module.form("close")
def close_form(call):
    item = call.one("item")
    if item is None or item["closed_at"] is not None:
        return None
    return {"title": call.text("close.title", thing=item["thing"]), "submit": call.text("close.submit"),
            "fields": [{"name": "outcome", "kind": "line", "label": call.text("close.outcome"), "required": True,
                        "help": call.text("close.help")}]}


@module.act("close")
def close(call):
    gone = Problem(409, "closed", call.text("close.already"))
    return {
        "do": [run("close", call.field("outcome"), call.now, call.key, rows=1, otherwise=gone)],
        "subject": ["item", call.key], "changed": [["item", call.key], "front/index"],
        "message": call.text("close.done"),
    }


# What a moderator decides


@module.evidence("item")
def evidence(call):
    item = call.one("any")
    if item is None:
        return None
    day = {"date": item["day"]} if item["day"] else "–"
    facts = [h("dt", call.text("place")), h("dd", item["place"]), h("dt", call.text("day")), h("dd", day)]
    return {"title": call.text(item["what"] + ".thing", thing=item["thing"]), "document": ["item", call.key],
            "body": [h("dl", *facts, class_="facts"), {"markdown": item["details"]}]}


@module.decide("item")
def decide(call):
    approved = call.frame["decision"]["approved"]
    return {"do": [run("decide", "published" if approved else "withheld", call.now, call.key, rows=1)],
            "changed": [["item", call.key], "front/index"]}


# What the public reads


@module.documents("item")
def item_document(call):
    item = call.one("item")
    if item is None:
        return None
    closed = item["closed_at"]
    value = {name: item[name] for name in ("what", "thing", "place", "day", "details", "author", "outcome")}

    def page(locale):
        facts = [h("dt", call.text("place", locale)), h("dd", item["place"])]
        if item["day"]:
            facts += [h("dt", call.text("day", locale)), h("dd", {"date": item["day"]})]
        if item["author"]:
            facts += [h("dt", call.text("author", locale)), h("dd", item["author"])]
        told = [h("p", call.text("closed", locale), " ", {"day": closed}, ". ", item["outcome"], class_="told")]
        return {"title": item["thing"], "kicker": call.text(item["what"], locale), "summary": item["thing"],
                "body": (told if closed else []) + [h("dl", *facts, class_="facts"), {"markdown": item["details"]},
                                                    {"flagForm": ["item", call.key]}]}

    return {"value": value, "updated": closed or item["decided_at"],
            "search": {"title": item["thing"], "text": item["details"]},
            "pages": {locale: page(locale) for locale in call.frame["locales"]}}


@module.documents("front")
def front(call):
    items = call.rows["latest"]

    def page(locale):
        here = Call(module, {**call.frame, "locale": locale})
        rows = [h("ul", *[line(here, item) for item in items], class_="rows")]
        return {"title": here.text("title"), "summary": here.text("summary"),
                "body": [h("p", here.text("lead"), class_="lead"), *(rows if items else [h("p", here.text("none"))]),
                         {"form": "report", "id": "report"}]}

    return {"value": {"items": [{"id": item["id"], "what": item["what"], "thing": item["thing"]} for item in items]},
            "updated": max((item["decided_at"] for item in items), default=0),
            "pages": {locale: page(locale) for locale in call.frame["locales"]}}


@module.entries("feed")
@module.entries("items")
def entries(call):
    table = call.rows.get("latest") or call.rows.get("all") or []
    return [{"subject": ["item", item["id"]], "title": call.text(item["what"] + ".thing", thing=item["thing"]),
             "summary": item["place"], "published": item["decided_at"],
             "fields": {name: item[name] for name in ("what", "thing", "place", "day")}} for item in table]


# The desk


@module.screen("items")
def screen(call):
    open_items = [item for item in call.rows["latest"] if item["closed_at"] is None]
    sections = []
    for item in open_items:
        form = {"form": "close", "key": item["id"], "title": False}
        sections += [h("h2", item["thing"]), h("p", item["place"]), form]
    return {"title": call.text("title"), "body": sections or [h("p", call.text("none"))]}


if __name__ == "__main__":
    module.serve()

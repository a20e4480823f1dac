import ParticipationKit
import Testing

@testable import ModuleProcess

/// A module in Python that uses what the example does not: a form of its own making, comments, followers, a
/// contribution to the front page, a job of the clock, a long stream, records found by an address.
final class Everything: Sendable {
  let descriptor: ModuleDescriptor
  private let files: WrittenFolder

  init() throws {
    files = try WrittenFolder([
      "module.json": Everything.sidecar, "main.py": Everything.program, "Locales/fr.json": Everything.words,
      "parvis_module.py": try Example.text("parvis_module.py"),
    ])
    descriptor = try ProcessPackage(
      folder: files.path, sidecar: JSONValue.parse(Array(Everything.sidecar.utf8)),
      declaration: Array(Everything.declaration.utf8),
      catalogues: [(locale: "fr", json: Array(Everything.words.utf8))]
    ).descriptor(secret: "", log: { _ in })
  }

  private static let words = #"{"there": "Il y a {n} mots", "loud": "FORT"}"#

  private static let sidecar = #"""
    {"id": "every", "version": "1.0.0", "names": {"fr": "Tout", "en": "Everything"}, "owner": "Parvis",
     "licence": "EUPL-1.2", "run": ["python3", "main.py"], "personalData": {"fr": "Des mots."}}
    """#

  private static let program = """
    from parvis_module import Module, h, row, run, takes_place
    module = Module(__file__)

    @module.form("send")
    def form(call):
        return {"title": "Envoyer", "intro": [h("p", "Pour " + module.commune["name"])], "submit": "Envoyer",
                "fields": [{"name": "words", "kind": "text", "label": "Mots", "required": True},
                           {"name": "email", "kind": "email", "label": "Adresse"}]}

    @module.act("send")
    def send(call):
        return {"do": [run("add", call.field("words"), call.field("email"), call.now + 3600000)],
                "subject": ["note", row(0)], "moderate": [{"kind": "note", "key": row(0), "excerpt": "mots"}],
                "inform": [{"field": "email", "about": ["note", row(0)], "updates": True}], "message": "Merci."}

    @module.evidence("note")
    def evidence(call):
        return {"title": "Mot", "body": [call.one("own")["words"]]}

    @module.decide("note")
    def decide(call):
        approved = call.frame["decision"]["approved"]
        return {"do": [run("decide", "published" if approved else "withheld", call.key, rows=1)],
                "changed": [["note", call.key], "front/index"],
                "announce": [{"kind": "published", "about": ["note", call.key], "once": call.key,
                              "words": {"fr": {"title": "Nouveau mot"}, "en": {"title": "New word"}}}]}

    @module.documents("note")
    def note(call):
        found = call.one("note")
        if found is None: return None
        about = ["note", call.key]
        body = [{"markdown": found["words"]}, {"discussion": True}, {"answer": True}, {"commentForm": about},
                {"followForm": about}, h("p", "clos" if found["closed"] else "ouvert")]
        return {"value": {"words": found["words"]}, "updated": 1795262400000,
                "pages": {locale: {"title": "Mot " + call.key, "crumbs": [["Tout", "front/index"]], "body": body}
                          for locale in call.frame["locales"]}}

    @module.documents("front")
    def front(call):
        loud = {"text": "loud"} if module.settings["loud"] else "bas"
        body = [h("p", loud), {"form": "send"}]
        return {"updated": 0, "pages": {locale: {"title": "Tout", "body": body} for locale in call.frame["locales"]}}

    @module.entries("notes")
    def entries(call):
        return [{"subject": ["note", note["key"]], "title": note["words"], "published": 1795262400000}
                for note in call.rows["all"]]

    @module.entries("dates")
    def dates(call):
        return [takes_place({"subject": ["note", note["key"]], "title": note["words"], "published": 1795262400000},
                            note["closes"], note["closes"] + 5400000, place="Salle; étage 2", cancelled=note["closed"])
                for note in call.rows["open"]]

    @module.slot("home")
    def home(call):
        n = call.one("count")["n"]
        if n == 0: return {"nodes": None}
        return {"nodes": {locale: [h("p", {"text": "there", "with": {"n": n}})] for locale in call.frame["locales"]}}

    @module.job("close")
    def close(call):
        return {"do": [run("close", call.key)], "subject": ["note", call.key], "changed": [["note", call.key]]}

    module.serve()
    """

  private static let declaration = #"""
    {"protocol": 1, "frontPage": "front",
     "migrations": [{"name": "notes", "statements": ["CREATE TABLE every_note(id INTEGER PRIMARY KEY, words \#
         TEXT NOT NULL, email TEXT NOT NULL, closes INTEGER NOT NULL, closed INTEGER NOT NULL DEFAULT 0, \#
         publication TEXT NOT NULL DEFAULT 'pending') STRICT"]}],
     "settings": [{"name": "loud", "kind": "bool", "default": true, "help": {"fr": "En capitales"}}],
     "queries": {
       "note": {"sql": "SELECT * FROM every_note WHERE id = ? AND publication = 'published'", "with": ["key"]},
       "own": {"sql": "SELECT * FROM every_note WHERE id = ?", "with": ["key"]},
       "text": {"sql": "SELECT words FROM every_note WHERE id = ?", "with": ["key"]},
       "mine": {"sql": "SELECT 'note' AS kind, id AS key FROM every_note WHERE email = ?", "with": ["email"]},
       "keys": {"sql": "SELECT id FROM every_note WHERE publication = 'published' AND id > coalesce(CAST(?1 AS \#
         INTEGER), 0) ORDER BY id LIMIT ?2", "with": ["after", "limit"]},
       "all": {"sql": "SELECT id AS key, words FROM every_note WHERE publication = 'published' AND id > \#
         coalesce(CAST(?1 AS INTEGER), 0) ORDER BY id LIMIT ?2", "with": ["after", "limit"]},
       "open": {"sql": "SELECT id AS key, words, closes, closed FROM every_note WHERE publication = 'published' AND \#
         closes > ?1 - 7200000 ORDER BY closes", "with": ["now"]},
       "over": {"sql": "SELECT min(closes) + 7200000 FROM every_note WHERE publication = 'published' AND closes > \#
         ?1 - 7200000", "with": ["now"]},
       "count": {"sql": "SELECT count(*) AS n FROM every_note WHERE publication = 'published'"},
       "target": {"sql": "SELECT 'Mot ' || id AS title, closes AS closes_at FROM every_note WHERE id = ? AND \#
         publication = 'published'", "with": ["key"]},
       "times": {"sql": "SELECT id AS key, closes AS at FROM every_note WHERE publication = 'published'"}
     },
     "statements": {
       "add": "INSERT INTO every_note(words, email, closes) VALUES(?, ?, ?)",
       "decide": "UPDATE every_note SET publication = ?1 WHERE id = ?2",
       "close": "UPDATE every_note SET closed = 1 WHERE id = ?",
       "redact": "UPDATE every_note SET words = ?1 WHERE id = ?2",
       "forget": "UPDATE every_note SET words = '', email = '' WHERE id = ? AND words <> ''"
     },
     "actions": [{"name": "send", "titles": {"fr": "Envoyer", "en": "Send"}}],
     "documents": [
       {"kind": "note", "titles": {"fr": "Mot"}, "path": "every/{key}", "keys": "keys", "queries": ["note"], \#
         "discussion": true},
       {"kind": "front", "rank": "index", "titles": {"fr": "Tout"}, "path": "every/index"}],
     "streams": [{"name": "notes", "format": "ndjson", "titles": {"fr": "Mots"}, "dependsOn": ["front/index"], \#
         "queries": ["all"]},
       {"name": "dates", "format": "ics", "titles": {"fr": "Dates"}, "dependsOn": ["front/index"], \#
         "queries": ["open"], "changesAt": "over"}],
     "moderated": [{"kind": "note", "titles": {"fr": "Mot"}, "queries": ["own"],
       "texts": [{"name": "words", "titles": {"fr": "Mots"}, "read": "text", "write": "redact", "with": \#
         ["text", "key"], "changed": ["note/{key}"]}]}],
     "commentable": [{"kind": "note", "target": "target", "questions": true}],
     "followable": [{"kind": "note", "target": "target"}],
     "slots": [{"slot": "home", "order": 10, "dependsOn": ["front/index"], "queries": ["count"]}],
     "jobs": [{"name": "close", "times": "times"}],
     "personalData": {"records": "mine", "export": ["own"],
       "erase": [{"kind": "note", "run": [{"statement": "forget", "with": ["key"]}], "changed": ["note/{key}"]}]}}
    """#
}

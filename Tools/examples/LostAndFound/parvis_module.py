"""A Parvis module in Python: the protocol of processes, version 1, with nothing but the standard library.

Put this file beside your own program. PROCESSES.md, beside the contract, specifies every frame; what stands here is
only one way to speak it. A process keeps nothing between two calls: another one may answer the next.
"""

import json
import os
import pathlib
import struct
import sys

PROTOCOL = 1


class Problem(Exception):
    """What a person did cannot be done: status, a word for programs, and what to do next in the person's language."""

    def __init__(self, status, code, detail, **fields):
        super().__init__(code)
        self.value = {"status": status, "code": code, "detail": detail,
                      "fields": [{"field": name, "message": text} for name, text in fields.items()]}


def run(statement, *values, rows=None, otherwise=None):
    """A declared statement with its values; how many rows it changes, and the Problem when it changes another number or
    meets a UNIQUE constraint."""
    step = {"run": statement, "with": list(values)}
    if rows is not None:
        step["rows"] = rows
    if otherwise is not None:
        step["or"] = otherwise.value
    return step


def row(number):
    """The id of the row that statement `number` of the same answer inserted."""
    return {"row": number}


def h(tag, *children, **attributes):
    """An element: h("p", "text", class_="lead"). Children are texts, elements, or pieces of the host."""
    names = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
    return [tag, names, *children]


def takes_place(entry, starts, ends, place="", cancelled=False):
    """An entry of a calendar (a stream of the format "ics"): when, in milliseconds, and where."""
    return {**entry, "starts": starts, "ends": ends, "place": place, "cancelled": bool(cancelled)}


class Call:
    """One question of the host: what it is about, and the rows of the declared queries as dictionaries."""

    def __init__(self, module, frame, rows=None, key=None):
        self.module, self.frame = module, frame
        self.key = frame.get("key", "") if key is None else key
        self.locale = frame.get("locale") or module.commune["languages"][0]
        self.now = frame.get("now", {}).get("ms")
        self.today = frame.get("now", {}).get("local", "")[:10]
        tables = frame.get("rows", {}) if rows is None else rows
        self.rows = {name: [dict(zip(table["columns"], values)) for values in table["rows"]]
                     for name, table in tables.items()}

    def one(self, query):
        """The first row of a query, or None."""
        return next(iter(self.rows[query]), None)

    def field(self, name):
        """The text of a field of the form; empty when nothing was given."""
        return next(iter(self.frame["fields"].get(name, [])), "")

    def shown_name(self):
        """What of their name the author lets the public see."""
        name, choice = " ".join(self.field("author").split()), self.field("name_shown")
        return {"none": "", "first": name.split(" ")[0]}.get(choice, name)

    def text(self, key, locale=None, **arguments):
        return self.module.text(key, locale or self.locale, **arguments)


class Module:
    """Functions by the calls that they answer: @module.act("report"), @module.documents("item") and so on."""

    def __init__(self, program):
        self.folder = pathlib.Path(program).resolve().parent
        self.facts = json.loads((self.folder / "module.json").read_text("utf-8"))
        self.words = {path.stem: json.loads(path.read_text("utf-8"))
                      for path in sorted((self.folder / "Locales").glob("*.json"))}
        self.commune, self.settings, self.answers = {}, {}, {}

    def __getattr__(self, name):
        if name not in ("form", "act", "documents", "entries", "evidence", "decide", "screen", "slot", "job"):
            raise AttributeError(name)

        def register(subject):
            def keep(function):
                self.answers[name, subject] = function
                return function
            return keep
        return register

    def text(self, key, locale, **arguments):
        found = self.words.get(locale, {}).get(key) or self.words["fr"].get(key, key)
        if isinstance(found, dict):
            count = arguments.get("count", 2)
            found = found["one" if count == 1 or (count == 0 and locale == "fr") else "other"]
        for name, value in arguments.items():
            found = found.replace("{" + name + "}", str(value))
        return found

    # What the host asks, and how the answer is named.

    def answer(self, frame):
        call = frame["call"]
        if call == "hello":
            self.commune, self.settings = frame["commune"], frame["settings"]
            return {"protocol": PROTOCOL, "module": self.facts["id"], "version": self.facts["version"]}
        if call == "ping":
            return {}
        about = {"form": "action", "act": "action", "entries": "stream", "screen": "screen", "slot": "slot",
                 "job": "job"}.get(call, "kind")
        function = self.answers.get((call, frame[about]))
        if function is None:
            print(f"nothing answers {call} of {frame[about]}: write a function below @module.{call}(\"{frame[about]}\")",
                  file=sys.stderr)
            raise LookupError(call)
        if call == "documents":
            return {"documents": [function(Call(self, frame, item["rows"], item["key"])) for item in frame["items"]]}
        try:
            result = function(Call(self, frame))
        except Problem as problem:
            return {"problem": problem.value}
        return {call: result} if call in ("form", "evidence", "entries", "screen") else result

    def serve(self):
        """Answers until the host closes the input. What is printed goes to the host's log."""
        source, target = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
        os.dup2(2, 1)
        while True:
            head = source.read(4)
            if len(head) < 4:
                return
            frame = json.loads(source.read(struct.unpack(">I", head)[0]))
            try:
                answer = {"id": frame["id"], "result": self.answer(frame)}
            except Exception as error:  # The host refuses the act, and keeps the process.
                where = error.__traceback__
                while where.tb_next:
                    where = where.tb_next
                place = f"{where.tb_frame.f_code.co_name}, line {where.tb_lineno}"
                print(type(error).__name__, "in", place, file=sys.stderr)
                answer = {"id": frame["id"], "error": type(error).__name__}
            body = json.dumps(answer, ensure_ascii=False, separators=(",", ":")).encode()
            target.write(struct.pack(">I", len(body)) + body)
            target.flush()

#!/usr/bin/env python3
"""Modules from a folder, as their authors and whoever installs them meet them: made, built, installed, refused, broken,
removed and put back; and the bundled ones loaded from a folder, with the same bytes as a result.

    python3 Tests/Command/test_modules.py [PATH/parvis]
"""

import json
import os
import pathlib
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

import harness
from harness import PARVIS, ROOT, environment, expect, main, run, server

harness.SECONDS = 400
BUNDLED = ["Agenda", "Alerts", "Consultation", "Documents", "Incidents", "SuggestionBox", "Workshops"]
IDS = sorted(json.loads((ROOT / "Plugins" / name / "module.json").read_text())["id"] for name in BUNDLED)
WORDS = "Un banc place du Lavoir"


def parvis(*arguments, program=PARVIS, language="fr", **more):
    done = subprocess.run(
        [program, *map(str, arguments)], capture_output=True, text=True, timeout=harness.SECONDS,
        env=environment(language, **more))
    return harness.Outcome(done)


class Made:
    """Modules are built once for all tests that only use them."""

    _folder = None

    @classmethod
    def folder(cls):
        if cls._folder is None:
            cls._folder = pathlib.Path(tempfile.mkdtemp(prefix="parvis-modules-"))
            expect(run("module", "new", "Idees", cls._folder / "Idees"), 0)
            expect(run("module", "build", cls._folder / "Idees"), 0, "idees 0.1.0")
        return cls._folder

    @classmethod
    def idees(cls):
        return cls.folder() / "Idees"

    @classmethod
    def bundled(cls, name):
        target = cls.folder() / name
        if not target.exists():
            shutil.copytree(ROOT / "Plugins" / name, target)
            expect(run("module", "build", target), 0)
        return target

    @classmethod
    def clean(cls):
        if cls._folder is not None:
            shutil.rmtree(cls._folder, ignore_errors=True)


def use(commune, *ids):
    """Writes `modules:` anew with these ids."""
    path = commune / "commune.yaml"
    head = path.read_text().split("\nmodules:")[0]
    path.write_text(head + "\nmodules:\n" + "".join(f"  {i}: {{}}\n" for i in ids))


def copied(folder, name):
    """A copy of the built module, to change."""
    target = folder.path / name
    shutil.copytree(Made.idees(), target)
    return target


def edited(folder, name, change, version=None):
    """A copy of the module with other sources, built again."""
    target = copied(folder, name)
    path = target / "Sources" / "IdeesModule.swift"
    text = change(path.read_text())
    if version:
        text = text.replace("0.1.0", version)
        (target / "module.json").write_text((target / "module.json").read_text().replace("0.1.0", version))
    path.write_text(text)
    expect(run("module", "build", target), 0)
    return target


def fetch(url, data=None):
    headers = {"Content-Type": "application/json", "Accept": "application/json"} if data is not None else {}
    body = None if data is None else json.dumps(data).encode()
    try:
        with urllib.request.urlopen(urllib.request.Request(url, body, headers), timeout=20) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def publish_one(commune):
    """Sends an idea and publishes it by hand, as a decision of the desk would; the site shows it."""
    with server(commune) as (_, base, _):
        assert fetch(base + "api/v1/idees/suggest", {"words": WORDS})[0] == 201
    base = sqlite3.connect(commune / "data" / "parvis.sqlite")
    base.execute("UPDATE idees_idea SET publication = 'published', decided_at = 1795262400000")
    base.commit()
    base.close()
    # No act wrote that, so nothing but making every page anew finds it.
    expect(run("build", "-C", commune, "--all"), 0)
    assert WORDS in (commune / "site/idees/index.html").read_text()


# --- From nothing to the browser


def test_an_author_gets_from_nothing_to_the_browser(folder):
    commune = folder.commune
    expect(run("module", "new", "Petition", folder.path / "Petition"), 0, "module.json", "PetitionModule.swift")
    unbuilt = run("module", "check", folder.path / "Petition")
    expect(unbuilt, 3, "parvis module build")
    said = expect(run("module", "build", folder.path / "Petition"), 0, "petition 0.1.0", "parvis module install")
    assert "warning" not in said.err
    expect(run("module", "check", folder.path / "Petition", "--level", "platinum"), 0, "platinum")
    expect(run("module", "install", folder.path / "Petition", "-C", commune), 0, "petition: {}")
    use(commune, "agenda", "petition")
    with server(commune) as (_, base, _):
        assert "Petition" in fetch(base + "petition/")[1]
        assert fetch(base + "api/v1/petition/suggest", {"words": WORDS})[0] == 201
        assert json.loads(fetch(base + "api/v1/petition/index.json")[1])["ideas"] == []
    listed = json.loads(expect(run("module", "list", "-C", commune, "--json"), 0).out)["modules"]
    row = next(m for m in listed if m["id"] == "petition")
    assert row["origin"] == "installed" and row["used"] is True and row["refused"] is None
    expect(run("module", "info", "petition", "-C", commune), 0, "EUPL-1.2", "sans nom ni adresse", "contrat 1.0")
    expect(run("doctor", "-C", commune), 1, "petition")


def test_the_module_of_the_guide_works_as_the_guide_writes_it(folder):
    """Whoever copies the code of the guide into a new folder, and nothing else, has a module that works."""
    guide = (ROOT / "Sources/ParticipationKit/README.md").read_text()
    made = folder.path / "Suggestions"
    expect(run("module", "new", "Suggestions", made), 0)
    for path in (made / "Sources").iterdir():
        path.unlink()
    quotes = re.findall(r"<!-- quote: Plugins/SuggestionBox/(\S+) -->\s+```\w+\n(.*?)```\n", guide, re.S)
    assert {q[0] for q in quotes} >= {"module.json", "Locales/fr.json", "Locales/en.json"} and len(quotes) == 4, quotes
    for path, text in quotes:
        (made / path).write_text(text)
    expect(run("module", "build", made), 0, "suggestions 1.0.0")
    own = {"PARVIS_WITHOUT_BUNDLED": "suggestions"}
    expect(parvis("module", "install", made, "-C", folder.commune, **own), 0)
    use(folder.commune, "agenda", "suggestions")
    expect(parvis("build", "-C", folder.commune, **own), 0)
    page = (folder.commune / "site/suggestions/index.html").read_text()
    assert "Boîte à idées" in page and "Envoyer à la mairie" in page


def test_the_sdk_of_an_installed_program_is_all_that_an_author_needs(folder):
    prefix = folder.path / "prefix"
    (prefix / "bin").mkdir(parents=True)
    shutil.copy(PARVIS, prefix / "bin/parvis")
    installed = prefix / "bin/parvis"
    expect(parvis("module", "new", "Seul", folder.path / "Seul", program=installed), 3, "share/parvis/sdk", "build-sdk")
    expect(run("sdk", "export", prefix / "share/parvis/sdk"), 0, "contrat 1.0", "Swift version")
    sdk = prefix / "share/parvis/sdk"
    names = {str(p.relative_to(sdk)) for p in sdk.rglob("*") if p.is_file()}
    assert {"sdk.json", "Modules/ParticipationKit.swiftinterface", "Guide/README.md", "Guide/LOADING.md",
            "Guide/PROCESSES.md", "Guide/Reference/ActionProviding.md", "Examples/LostAndFound/main.py"} <= names
    expect(parvis("module", "new", "Seul", folder.path / "Seul", program=installed), 0)
    expect(parvis("module", "build", folder.path / "Seul", program=installed), 0, "seul 0.1.0")
    expect(parvis("module", "install", folder.path / "Seul", "-C", folder.commune, program=installed), 0)
    expect(run("sdk", "export", sdk), 0)
    expect(run("sdk", "export", folder.commune), 1, "build-folder")


def test_a_module_built_against_any_recorded_contract_of_the_epoch_is_loaded(folder):
    """What an author built last year still comes into service: the interface of each release is kept as text."""
    expect(run("sdk", "export", folder.path / "now"), 0)
    epoch = json.loads((folder.path / "now/sdk.json").read_text())["epoch"]
    records = sorted((ROOT / "Tests/Contract").glob(f"{epoch}.*"))
    assert records
    for record in records:
        sdk = folder.path / f"sdk-{record.name}"
        expect(run("sdk", "export", sdk), 0)
        facts = json.loads((sdk / "sdk.json").read_text()) | {"minor": int(record.name.split(".")[1])}
        (sdk / "sdk.json").write_text(json.dumps(facts))
        shutil.copy(record / "ParticipationKit.swiftinterface", sdk / "Modules/ParticipationKit.swiftinterface")
        module = folder.path / f"Alt{record.name.replace('.', 'x')}"
        expect(run("module", "new", module.name, module, "--sdk", sdk), 0)
        expect(run("module", "build", module, "--sdk", sdk), 0)
        expect(run("module", "install", module, "-C", folder.commune), 0)
        use(folder.commune, "agenda", module.name.lower())
        expect(run("build", "-C", folder.commune), 0)
        assert (folder.commune / "site" / module.name.lower() / "index.html").exists()


def test_errors_of_the_compiler_name_file_and_line(folder):
    module = copied(folder, "Faux")
    path = module / "Sources" / "IdeesModule.swift"
    path.write_text(path.read_text().replace("sent.text(\"words\")", "sent.texte(\"words\")"))
    said = expect(run("module", "build", module), 1, "build-sources", "error:")
    assert re.search(r"^Sources/IdeesModule\.swift:\d+:\d+: error:", said.err, re.M), said
    expect(run("module", "build", folder.path), 1, "build-folder", "module.json")
    expect(parvis("module", "build", module, PARVIS_SWIFTC="/nowhere/swiftc"), 3, "build-compiler", "PARVIS_SWIFTC")
    expect(run("module", "new", "minuscule", folder.path / "m"), 1, "majuscule")
    expect(run("module", "install", folder.path, "-C", folder.commune), 1, "load-unreadable")
    unbuilt = copied(folder, "Brut")
    shutil.rmtree(unbuilt / ".build")
    expect(run("module", "install", unbuilt, "-C", folder.commune), 1, "load-unreadable", "parvis module build")
    (unbuilt / "Locales" / "en.json").write_text('{\n"a": "b",\n}')
    expect(run("module", "build", unbuilt), 1, "build-locales", "Locales/en.json : ligne 3, colonne 1")


# --- The program


def test_the_program_shows_the_contract_and_shares_the_runtime(folder):
    headers = subprocess.run(["readelf", "-d", PARVIS], capture_output=True, text=True).stdout
    assert "libswiftCore.so" in headers, "a program with its own runtime crashes on the first module"
    names = subprocess.run(["nm", "-D", "--defined-only", PARVIS], capture_output=True, text=True).stdout
    for symbol in ("$s16ParticipationKit11ModuleEntryCMa", "$s16ParticipationKit8ManifestVMn"):
        assert symbol in names, symbol


# --- What cannot come into service


def test_a_missing_module_is_said_with_its_line(folder):
    use(folder.commune, "agenda", "idees")
    said = run("serve", "-C", folder.commune, "--port", "0")
    expect(said, 1, "load-missing", "parvis module install", "idees")
    assert re.search(r"commune\.yaml:\d+: ", said.err), said


def test_a_module_of_another_compiler_is_left_out_and_the_commune_is_served(folder):
    commune = folder.commune
    expect(run("module", "install", Made.idees(), "-C", commune), 0)
    use(commune, "agenda", "idees")
    library = next((commune / "data/modules/idees").glob("0.1.0-*/idees.so"))
    library.chmod(0o600)
    bytes_ = library.read_bytes()
    at = bytes_.index(b"PARVISAB") + 24
    library.write_bytes(bytes_[:at] + b"5.9/deadbeefdeadbeef".ljust(64, b"\0") + bytes_[at + 64:])
    with server(commune) as (_, base, _):
        assert fetch(base + "agenda/")[0] == 200
        assert fetch(base + "idees/")[0] == 404
    for verb, code in (("build", 0), ("check", 0), ("doctor", 1)):
        expect(run(verb, "-C", commune), code, "load-compiler", "5.9/deadbeefdeadbeef")
    expect(run("module", "list", "-C", commune), 1, "load-compiler")
    expect(run("module", "info", "idees", "-C", commune), 1, "load-compiler")


def test_the_id_of_a_bundled_module_is_refused_with_both_paths(folder):
    said = expect(run("module", "install", Made.bundled("Agenda"), "-C", folder.commune), 1, "load-duplicate")
    assert os.path.realpath(PARVIS) in said.err and "agenda.so" not in said.err and "Agenda" in said.err, said
    # One that was installed while the bundled one was left out gives way to it again.
    without = {"PARVIS_WITHOUT_BUNDLED": "agenda"}
    expect(parvis("module", "install", Made.bundled("Agenda"), "-C", folder.commune, **without), 0)
    expect(run("module", "list", "-C", folder.commune), 1, "load-duplicate", os.path.realpath(PARVIS))
    expect(run("build", "-C", folder.commune), 0, "load-duplicate")


def test_a_trap_at_loading_ends_the_program_once_and_never_again(folder):
    commune = folder.commune
    broken = edited(
        folder, "Broken",
        lambda text: text.replace("{ self.site = site }", "{ self.site = site; precondition(site.module.isEmpty) }"))
    expect(run("module", "install", Made.idees(), "-C", commune), 0)
    use(commune, "agenda", "idees")
    publish_one(commune)
    expect(run("module", "install", broken, "-C", commune), 0)
    first = run("serve", "-C", commune, "--port", "0")
    assert first.code < 0, f"the trap must end the program: {first}"
    assert list((commune / "data/modules/idees").glob("loading-*")), "no marker was left"
    with server(commune) as (process, base, _):
        assert fetch(base + "agenda/")[0] == 200
        time.sleep(0.5)
        page = fetch(base + "idees/")[1]
        assert WORDS in page and "n’est plus en service" in page, page
    for verb, code in (("check", 0), ("doctor", 1)):
        expect(run(verb, "-C", commune), code, "load-quarantined", "parvis module release idees")
    expect(run("module", "list", "-C", commune), 1, "load-quarantined")
    # Released, it is tried again, and ends the program again.
    expect(run("module", "release", "idees", "-C", commune), 0)
    assert run("build", "-C", commune).code < 0
    expect(run("build", "-C", commune), 0, "load-quarantined")
    expect(run("module", "release", "agenda", "-C", commune), 1)
    # A corrected version is in service at once, with its own page and its data.
    fixed = edited(folder, "Fixed", lambda text: text, version="0.1.1")
    expect(run("module", "install", fixed, "-C", commune), 0, "0.1.1")
    expect(run("build", "-C", commune), 0)
    page = (commune / "site/idees/index.html").read_text()
    assert WORDS in page and "n’est plus en service" not in page


def test_a_trap_during_the_check_is_a_finding_with_its_rule(folder):
    head = "private func suggest(_ context: ActionContext, _ sent: Submission) throws -> Outcome {"
    trap = "\n    if Array(sent.text(\"words\").utf8).count == 1 { preconditionFailure() }"
    trapping = edited(folder, "Trapping", lambda text: text.replace(head, head + trap))
    said = run("module", "check", trapping)
    expect(said, 1, "✗ input (bronze)", "SIG", "Que faire")
    assert "idees 0.1.0 : aucun niveau" in said.out, said
    report = json.loads(run("module", "check", trapping, "-C", folder.commune, "--json").out)
    assert report["ok"] is False and report["level"] is None and report["kept"] is True
    assert [rule["id"] for rule in report["rules"]] == ["input"] and report["rules"][0]["findings"]
    at_once = edited(
        folder, "AtOnce", lambda text: text.replace("{ self.site = site }", "{ self.site = site; preconditionFailure() }"))
    expect(run("module", "check", at_once), 1, "✗ ", "SIG")
    assert not list(pathlib.Path("/tmp").glob("parvis-check-*")), "nothing is left behind"


# --- Installing and removing


def test_installing_leaves_what_a_server_uses_as_it_is(folder):
    commune = folder.commune
    expect(run("module", "install", Made.idees(), "-C", commune), 0)
    use(commune, "agenda", "idees")
    old = next((commune / "data/modules/idees").glob("0.1.0-*/idees.so"))
    before = (old.stat().st_ino, old.read_bytes())
    newer = edited(folder, "Newer", lambda text: text, version="0.2.0")
    with server(commune) as (process, base, _):
        maps = pathlib.Path(f"/proc/{process.pid}/maps").read_text()
        assert f" {before[0]} " in maps, "the server has not loaded the library"
        expect(run("module", "install", newer, "-C", commune), 0, "prochain démarrage")
        assert (old.stat().st_ino, old.read_bytes()) == before
        assert fetch(base + "idees/")[0] == 200
        assert fetch(base + "api/v1/idees/suggest", {"words": WORDS})[0] == 201
    assert os.readlink(commune / "data/modules/idees/current").startswith("0.2.0-")
    expect(run("module", "info", "idees", "-C", commune), 0, "idees 0.2.0")
    expect(run("module", "install", newer, "-C", commune), 0)
    third = edited(folder, "Third", lambda text: text, version="0.3.0")
    expect(run("module", "install", third, "-C", commune), 0)
    builds = sorted(p.name[:5] for p in (commune / "data/modules/idees").glob("0.*"))
    assert builds == ["0.2.0", "0.3.0"], builds


def test_a_removed_module_leaves_what_it_published_and_finds_it_again(folder):
    commune = folder.commune
    expect(run("module", "install", Made.idees(), "-C", commune), 0)
    use(commune, "agenda", "idees")
    publish_one(commune)
    feed = (commune / "site/idees/feed.atom").read_bytes()
    expect(run("module", "remove", "idees", "-C", commune), 4, "commune.yaml")
    use(commune, "agenda")
    expect(run("module", "remove", "idees", "-C", commune), 0, "reste lisible")
    assert not (commune / "data/modules/idees").exists()
    expect(run("module", "remove", "idees", "-C", commune), 3, "n’est pas installé")
    expect(run("build", "-C", commune), 0)
    languages = (("idees/index.html", "n’est plus en service depuis"), ("en/idees/index.html", "out of service"))
    for page, words in languages:
        text = (commune / "site" / page).read_text()
        assert WORDS in text and words in text and "<form" not in text.split("<main")[1], text
    assert (commune / "site/idees/feed.atom").read_bytes() == feed
    assert json.loads((commune / "site/api/v1/idees/index.json").read_text())["ideas"] == [WORDS]
    assert "idees/index.html" in (commune / "site/plan.html").read_text()
    assert "idees/index.html" in (commune / "site/sitemap-0.xml").read_text()
    expect(run("check", commune / "site"), 0)
    # The rest goes on: the server, its public pages and its desk.
    with server(commune) as (_, base, lines):
        for path in ("", "agenda/", "feed.atom", "moderation/index.html", "recherche.html", "desk/"):
            assert fetch(base + path)[0] == 200, path
        assert fetch(base + "api/v1/idees/suggest", {"words": "trop tard"})[0] == 404
    # A whole build elsewhere holds the same, and a second build changes nothing.
    expect(run("build", "-C", commune, "--out", folder.path / "whole"), 0)
    assert (folder.path / "whole/idees/index.html").read_bytes() == (commune / "site/idees/index.html").read_bytes()
    expect(run("build", "-C", commune), 0, ": 0")
    # Installed again, it finds its data.
    expect(run("module", "install", Made.idees(), "-C", commune), 0)
    use(commune, "agenda", "idees")
    expect(run("build", "-C", commune), 0)
    text = (commune / "site/idees/index.html").read_text()
    assert WORDS in text and "n’est plus en service" not in text and "<form" in text


# --- One source, two ways


def test_bundled_modules_loaded_from_a_folder_emit_the_same_bytes(folder):
    commune = folder.path / "demo"
    expect(run("init", commune, "--demo", "--content", ROOT / "Content"), 0)
    expect(run("build", "-C", commune, "--out", folder.path / "static"), 0)
    without = {"PARVIS_WITHOUT_BUNDLED": " ".join(IDS)}
    for name in BUNDLED:
        expect(parvis("module", "install", Made.bundled(name), "-C", commune, **without), 0)
        checked = parvis("module", "check", Made.bundled(name), "--level", "platinum", "--json", **without)
        assert json.loads(expect(checked, 0).out)["way"] == "loaded"
    listed = json.loads(expect(parvis("module", "list", "-C", commune, "--json", **without), 0).out)["modules"]
    assert {m["id"]: m["origin"] for m in listed} == {i: "installed" for i in IDS}
    expect(parvis("build", "-C", commune, "--out", folder.path / "loaded", **without), 0)
    trees = [
        {str(p.relative_to(root)): p.read_bytes() for p in root.rglob("*") if p.is_file()}
        for root in (folder.path / "static", folder.path / "loaded")
    ]
    assert trees[0].keys() == trees[1].keys() and len(trees[0]) > 300
    assert [p for p in trees[0] if trees[0][p] != trees[1][p]] == []
    expect(parvis("doctor", "-C", commune, **without), 1, ", ".join(IDS))


# --- Modules in processes of their own


EXAMPLE = ROOT / "Tools/examples/LostAndFound"
NOTICE = {"what": "found", "thing": "Parapluie rouge", "place": "Place du Lavoir", "details": "Manche en bois"}


def example(folder, change=None, version=None):
    """A copy of the example in Python, with another program if wanted."""
    target = folder.path / "LostAndFound"
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(EXAMPLE, target, ignore=shutil.ignore_patterns("__pycache__"))
    if change:
        (target / "main.py").write_text(change((target / "main.py").read_text()))
    if version:
        (target / "module.json").write_text((target / "module.json").read_text().replace("1.0.0", version))
    return target


def children(server_pid):
    """The processes that a server has started."""
    found = subprocess.run(["pgrep", "-P", str(server_pid)], capture_output=True, text=True).stdout.split()
    return [int(pid) for pid in found]


def gone(pids):
    """Whether processes end within ten seconds."""
    until = time.monotonic() + 10
    while time.monotonic() < until:
        if not any(pathlib.Path(f"/proc/{pid}").exists() for pid in pids):
            return True
        time.sleep(0.05)
    return False


def test_a_module_in_python_goes_from_its_folder_to_the_browser(folder):
    commune = folder.commune
    said = expect(run("module", "install", EXAMPLE, "-C", commune), 0, "lostfound 1.0.0", "processus à part")
    assert "lostfound: {}" in said.out
    use(commune, "agenda", "lostfound")
    with server(commune) as (process, base, _):
        assert "Objets trouvés" in fetch(base + "lostfound/")[1]
        assert fetch(base + "api/v1/lostfound/report", NOTICE)[0] == 201
        refused = fetch(base + "api/v1/lostfound/report", {**NOTICE, "day": "2099-01-01"})
        assert refused[0] == 422 and "#/day" in refused[1]
        started = children(process.pid)
        assert started, "its process runs"
        process.terminate()
        assert process.wait(timeout=30) == 0
    assert gone(started), "it ends with the server"
    row = next(m for m in json.loads(run("module", "list", "-C", commune, "--json").out)["modules"]
               if m["id"] == "lostfound")
    assert row["origin"] == "installed" and row["used"] and row["run"] == ["python3", "main.py"]
    assert row["contract"] is None and isinstance(row["confined"], bool)
    expect(run("module", "info", "lostfound", "-C", commune), 0, "python3 main.py", "EUPL-1.2")
    expect(run("doctor", "-C", commune), 1, "module lostfound", "processus")
    use(commune, "agenda")
    expect(run("module", "remove", "lostfound", "-C", commune), 0, "reste lisible")
    expect(run("build", "-C", commune), 0)
    assert "Objets trouvés" in (commune / "site/lostfound/index.html").read_text()


def test_a_killed_server_leaves_no_process_behind(folder):
    commune = folder.commune
    expect(run("module", "install", EXAMPLE, "-C", commune), 0)
    use(commune, "lostfound")
    with server(commune) as (process, base, _):
        assert fetch(base + "api/v1/lostfound/report", NOTICE)[0] == 201
        started = children(process.pid)
        process.kill()
        process.wait()
    assert started and gone(started)


def test_a_process_that_crashes_is_said_and_a_better_build_takes_its_place(folder):
    commune = folder.commune
    head = "def report(call):"
    broken = example(folder, lambda text: text.replace(head, head + "\n    import os\n    os._exit(7)"))
    expect(run("module", "install", broken, "-C", commune), 0)
    use(commune, "lostfound")
    with server(commune) as (process, base, _):
        status, body = fetch(base + "api/v1/lostfound/report", NOTICE)
        assert status == 503 and "ne répond pas" in body and "problem-module" in body
        assert fetch(base + "lostfound/")[0] == 200 and fetch(base + "healthz")[0] == 200
    hopeless = example(folder, lambda text: "raise SystemExit(4)", version="1.0.1")
    expect(run("module", "install", hopeless, "-C", commune), 0, "1.0.1")
    expect(run("doctor", "-C", commune), 1, "À VOIR module lostfound", "code 4", "child-ended")
    said = run("build", "-C", commune)
    assert said.code == 1 and "lostfound" in said.out + said.err, said
    expect(run("module", "install", example(folder, version="1.0.2"), "-C", commune), 0, "1.0.2")
    expect(run("build", "-C", commune), 0)
    expect(run("doctor", "-C", commune), 1, "bon   module lostfound")


def test_mistakes_in_the_folder_of_a_process_are_named(folder):
    commune = folder.commune
    target = example(folder)
    text = (target / "declaration.json").read_text()
    for old, new, words in [
        ('"protocol": 1', '"protocol": 7', "protocol"), ('"queries": ["item"]', '"queries": ["itme"]', "itme"),
        ('"frontPage"', '"frontpage"', "frontpage"), ('"rank": "record"', '"rank": "best"', "documents[0].rank"),
    ]:
        (target / "declaration.json").write_text(text.replace(old, new, 1))
        expect(run("module", "install", target, "-C", commune), 1, "load-declaration", words)
    (target / "declaration.json").write_text(text)
    (target / "secret").symlink_to("/etc/hostname")
    expect(run("module", "install", target, "-C", commune), 1, "load-unreadable", "secret")
    (target / "secret").unlink()
    (target / "declaration.json").unlink()
    expect(run("module", "install", target, "-C", commune), 1, "load-unreadable", "declaration.json")
    assert not (commune / "data/modules/lostfound/current").exists()


def test_the_kit_checks_a_process_as_any_other_module(folder):
    said = expect(run("module", "check", EXAMPLE, "--level", "platinum", "--json"), 0)
    report = json.loads(said.out)
    assert report["level"] == "platinum"
    states = {rule["id"]: rule for rule in report["rules"]}
    assert states["source"]["state"] == "not-concerned" and "process" in states["source"]["evidence"]
    broken = example(folder, lambda text: text.replace('href={"to": ["item", item["id"]]}', 'onclick="x()"'))
    said = run("module", "check", broken, "--json")
    assert said.code == 1 and json.loads(said.out)["level"] is None
    # A function that was forgotten is named to its author, and not the line of the helper that looked for it.
    forgetful = example(folder, lambda text: text.replace('@module.form("close")', ""))
    expect(run("module", "check", forgetful), 1, 'nothing answers form of close', '@module.form("close")')


if __name__ == "__main__":
    chosen = [f for n, f in list(globals().items()) if n.startswith("test_")]
    words = os.environ.get("ONLY")
    code = main([f for f in chosen if not words or words in f.__name__])
    Made.clean()
    sys.exit(code)

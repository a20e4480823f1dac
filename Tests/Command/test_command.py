#!/usr/bin/env python3
"""The command as a person and a program meet it: exit codes, words in both languages, mistakes, interruptions.

    python3 Tests/Command/test_command.py [PATH/parvis]
"""

import base64
import json
import os
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import urllib.parse
import urllib.request

from harness import NOBODY, PARVIS, ROOT, environment, expect, in_terminal, main, run, server

VERBS = [
    "init", "build", "serve", "check", "import", "export", "person add", "person list", "person role",
    "person reset-factor", "person disable", "person enable", "person invite", "mail send", "mail test", "mail bounce",
    "module list", "module info", "module new", "module build", "module check", "module install", "module remove",
    "module release", "sdk export", "register verify", "register head", "register receipt", "backup", "restore", "doctor",
    "version", "help",
]
PASSWORD = "un long mot de passe"


# --- Usage


def test_every_verb_explains_itself_in_both_languages(folder):
    for verb in VERBS:
        french = expect(run(*verb.split(), "--help"), 0, f"parvis {verb}", "Usage :", "cette aide").out
        english = expect(run(*verb.split(), "--help", language="en"), 0, f"parvis {verb}", "Usage:", "this help").out
        assert french != english
        assert run("help", *verb.split()).out == french


def test_without_arguments_all_verbs_are_listed(folder):
    said = expect(run(), 0, "Usage : parvis").out
    for verb in VERBS:
        assert f"  {verb} " in said, verb


def test_language_follows_the_environment(folder):
    cases = [
        ({"LANG": "fr_FR.UTF-8"}, "inconnu"), ({"LANG": "en_GB.UTF-8"}, "unknown"), ({}, "unknown"),
        ({"LC_ALL": "C", "LANG": "fr_FR.UTF-8"}, "unknown"), ({"LC_MESSAGES": "fr_BE", "LANG": "C"}, "inconnu"),
        ({"LC_ALL": "", "LANG": "br_FR.UTF-8"}, "inconnu"),
    ]
    for variables, word in cases:
        expect(run("nothing", env={"PATH": os.environ["PATH"], **variables}), 2, word)


def test_mistyped_names_get_the_nearest_one(folder):
    expect(run("biuld"), 2, "vouliez-vous dire « build »")
    expect(run("biuld", language="en"), 2, "did you mean “build”")
    expect(run("build", "--dryrun"), 2, "« --dry-run »")
    expect(run("person", "ad"), 2, "« add »")
    expect(run("serve", "--prot", "80"), 2, "« --port »")
    expect(run("zzzzzzzz"), 2, "parvis help")
    expect(run("init", folder.path / "x", "--accessibility"), 2, "option inconnue")
    assert not (folder.path / "x").exists()


def test_module_steps_that_do_not_exist_name_those_that_do(folder):
    expect(run("module", "instal", "x"), 2, "« install »")
    expect(run("module", "zzzz"), 2, "list, info")
    expect(run("module", "info", "agend"), 2, "agenda")


def test_a_module_is_checked_and_its_level_is_kept_for_the_desk(folder):
    home = folder.commune
    said = expect(run("module", "check", ROOT / "Plugins" / "Agenda", "--level", "gold", "-C", home), 0, "agenda 1.0.0").out
    assert "✓ escaping (bronze)" in said and "✗" not in said
    kept = json.loads((home / "data" / "checks" / "agenda.json").read_text())
    assert kept["version"] == "1.0.0" and kept["level"] in ("gold", "platinum") and kept["program"]
    assert all(rule["state"] in ("kept", "not-concerned") for rule in kept["rules"])
    expect(run("module", "check", "agenda", "--level", "diamond"), 2, "bronze, silver, gold, platinum")
    expect(run("module", "check", "agend"), 2, "agenda")
    expect(run("module", "check", home), 2, "module.json")


def test_missing_and_extra_words_show_the_usage(folder):
    expect(run("import", "reports"), 2, "il manque FILE", "parvis import KIND FILE")
    expect(run("import", "a", "b", "c", language="en"), 2, "one too many")
    expect(run("serve", "--port"), 2, "attend une valeur")
    expect(run("serve", "--port", "70000"), 2, "65535")
    expect(run("build", "--dry-run=yes"), 2, "ne prend pas de valeur")
    expect(run("person"), 2, "add, list")
    expect(run("import", "reports", "f", "--set", "x"), 2, "nom=valeur")
    expect(run("init", ""), 2, "est vide")


def test_version_and_options_before_the_verb(folder):
    said = run("--version").out
    assert said.startswith("parvis ") and said == run("version").out == run("-V").out
    expect(run("-C", folder.commune, "module", "list"), 0, "utilisé")


def test_man_page_and_completion_come_from_the_table(folder):
    for language in ("fr", "en"):
        page = expect(run("help", "--man", language=language), 0, ".TH PARVIS 1").out
        for verb in VERBS:
            assert ".SS " + verb.replace("-", "\\-") in page, verb
    script = expect(run("help", "--completions", "bash"), 0).out
    assert subprocess.run(["bash", "-n"], input=script, text=True).returncode == 0
    asked = script + "\nCOMP_WORDS=(parvis person add --pass); COMP_CWORD=3; _parvis; echo \"${COMPREPLY[@]}\""
    done = subprocess.run(["bash"], input=asked, text=True, capture_output=True)
    assert done.stdout.split() == ["--password-file", "--password-stdin"], done
    expect(run("help", "--completions", "fish"), 2, "bash")


def test_start_does_not_load_foundation(folder):
    done = subprocess.run(["ldd", PARVIS], capture_output=True, text=True)
    assert done.returncode == 0 and "libswiftCore" in done.stdout, done
    assert "Foundation" not in done.stdout and "icu" not in done.stdout.lower(), done.stdout


# --- init


def test_init_makes_a_commune_that_checks_and_builds(folder):
    made = folder.path / "new"
    expect(run("init", made, "--name", 'L’"Été" \\ sur Meuse', "--insee", "2A004"), 0, "parvis serve -C", "population")
    assert oct((made / "data").stat().st_mode & 0o777) == "0o700"
    expect(run("check", "-C", made), 0, "Rien à redire")
    expect(run("build", "-C", made), 0, "Le site est à jour")
    expect(run("check", made / "site"), 0)
    assert "Été" in (made / "site" / "index.html").read_text()


def test_init_protects_what_is_there(folder):
    (folder.path / "notes.txt").write_text("mes notes")
    expect(run("init", folder.path), 4, "n’est pas vide", "--yes")
    expect(run("init", folder.path, language="en"), 4, "is not empty")
    assert sorted(p.name for p in folder.path.iterdir()) == ["notes.txt"]
    expect(run("init", folder.path / "notes.txt"), 4, "n’est pas un dossier")
    (folder.path / "commune.yaml").write_text((folder.commune / "commune.yaml").read_text())
    before = (folder.path / "commune.yaml").read_bytes()
    again = expect(run("init", folder.path, "--yes", "--name", "Autre"), 0, "content/pages/charte.md", "La commune Essai")
    assert "Autre" not in again.out, again
    assert (folder.path / "commune.yaml").read_bytes() == before
    assert (folder.path / "notes.txt").read_text() == "mes notes"


def test_init_refuses_values_that_cannot_be(folder):
    wrong = [
        ("--insee", "1234"), ("--population", "beaucoup"), ("--time-zone", "Mars/Olympus"), ("--languages", "fr,de"),
        ("--address", "example.org"), ("--time-zone", "../../../etc/passwd"), ("--department", "Meuse"),
    ]
    for option, value in wrong:
        expect(run("init", folder.path / "x", option, value), 2, option, "attendu")
        assert not (folder.path / "x").exists()


def test_init_asks_at_a_terminal(folder):
    made = folder.path / "asked"
    typed = [
        ("Nom de la commune", "Rupt-l’Étang"), ("Code INSEE", "12"), ("attendu 5 caractères", "97411"),
        ("habitants", "99"), ("Département [974]", ""), ("Fuseau horaire [Indian/Reunion]", ""), ("Langues", "fr,en"),
        ("Adresse", "https://rupt.example"),
    ]
    code, out, shown = in_terminal(["init", made], typed)
    assert code == 0, (code, out, shown)
    text = (made / "commune.yaml").read_text()
    for part in ['"Rupt-l’Étang"', "Indian/Reunion", "[fr, en]", '"https://rupt.example/"', "population: 99"]:
        assert part in text, part


def test_init_in_a_folder_that_cannot_be_written(folder):
    os.chmod(folder.path, 0o555)
    expect(run("init", folder.path / "x", **as_nobody()), 3, "permissions")
    expect(run("init", folder.path / "x", language="en", **as_nobody()), 3, "permissions")


def as_nobody():
    """The superuser may write anywhere; what a person meets is seen as somebody else."""
    return {"user": NOBODY, "group": NOBODY} if os.getuid() == 0 else {}


# --- The demonstration


def test_demonstration_is_made_and_whole(folder):
    made = folder.path / "demo"
    expect(run("init", made, "--demo", "--content", ROOT / "Content"), 0, "reports.ndjson", "Le site est à jour")
    expect(run("check", "-C", made, "--json"), 0)
    again = expect(run("import", "reports", ROOT / "Content" / "reports.ndjson", "-C", made, "--json"), 0)
    report = json.loads(again.out)
    assert report["added"] == 0 and report["unchanged"] >= 60, report


def test_demonstration_never_fills_a_real_commune(folder):
    """A clerk who types --demo in the wrong folder must not find invented residents among the real ones."""
    before = sorted((path, path.stat().st_mtime_ns) for path in folder.commune.rglob("*") if path.is_file())
    expect(run("init", folder.commune, "--demo", "--yes", "--content", ROOT / "Content"), 4, "demonstration: true")
    assert sorted((path, path.stat().st_mtime_ns) for path in folder.commune.rglob("*") if path.is_file()) == before


def test_the_second_word_of_a_verb_may_stand_behind_options(folder):
    expect(run("person", "-C", folder.commune, "list", "--json"), 0)
    expect(run("person", "--commune", folder.commune, "list"), 0)
    expect(run("person", "-C", folder.commune), 2)


def test_an_export_is_read_by_its_owner_only(folder):
    out = folder.path / "record.md"
    expect(run("export", "processing-record", "-C", folder.commune, "--out", out), 0)
    assert out.stat().st_mode & 0o777 == 0o600, oct(out.stat().st_mode)


def test_demonstration_that_is_not_found_says_where_to_look(folder):
    expect(run("init", folder.path / "d", "--demo", "--content", folder.path), 3, "demonstration.yaml")
    env = environment("en", PARVIS_CONTENT=str(folder.path / "nowhere"))
    expect(run("init", folder.path / "d", "--demo", env=env), 3, "demonstration.yaml is missing")
    (folder.path / "demonstration.yaml").write_text("content: [pages]\nimport: []\n")
    expect(run("init", folder.path / "d", "--demo", "--content", folder.path), 1, "demonstration.yaml:2", "imports")


# --- Files that are wrong


def test_missing_commune_says_how_to_make_one(folder):
    for verb in (["build"], ["check"], ["serve"], ["doctor"], ["person", "list"], ["backup", "f"]):
        expect(run(*verb, "-C", folder.path / "none"), 3, "parvis init")
        expect(run(*verb, "-C", folder.path / "none", language="en"), 3, "parvis init", "is missing")


def test_wrong_configuration_names_file_line_and_expectation(folder):
    path = folder.commune / "commune.yaml"
    text = path.read_text().replace("population: 321", "population: beaucoup").replace("accent:", "acent:")
    path.write_text(text)
    line = 1 + text.splitlines().index("population: beaucoup")
    french = expect(run("check", "-C", folder.commune), 1, f"commune.yaml:{line}:", "beaucoup", "acent", "accent")
    assert "nombre" in french.out
    expect(run("build", "-C", folder.commune, language="en"), 1, f"commune.yaml:{line}:", "whole number")
    told = json.loads(expect(run("check", "-C", folder.commune, "--json"), 1).out)
    assert not told["ok"] and told["errors"] == 2 and told["findings"][0]["line"] == line, told


def test_wrong_front_matter_names_file_line_and_expectation(folder):
    path = folder.commune / "content" / "services" / "voirie.md"
    path.write_text(path.read_text().replace("position: 10", "positon: 10"))
    expect(run("check", "-C", folder.commune), 1, "content/services/voirie.md:5:", "positon", "position")
    expect(run("build", "-C", folder.commune, language="en"), 1, "content/services/voirie.md:5:", "unknown field")
    assert not (folder.commune / "site").exists()
    path.write_text("---\ncode: voirie\nname: \"sans fin\n---\n")
    expect(run("check", "-C", folder.commune), 1, "content/services/voirie.md:")
    path.write_bytes(b"---\ncode: voirie\nname: caf\xe9\ndescription: x\n---\n")
    expect(run("check", "-C", folder.commune), 1, "content/services/voirie.md:3:", "UTF-8")


def test_wrong_content_leaves_the_site_as_it_was(folder):
    expect(run("build", "-C", folder.commune), 0)
    before = (folder.commune / "site" / "index.html").read_bytes()
    (folder.commune / "content" / "pages" / "charte.md").write_text("---\ntitel: x\n---\n")
    expect(run("build", "-C", folder.commune), 1, "charte.md", "title")
    assert (folder.commune / "site" / "index.html").read_bytes() == before


def test_check_finds_broken_links_of_a_site(folder):
    expect(run("build", "-C", folder.commune), 0)
    (folder.commune / "site" / "charte.html").unlink()
    expect(run("check", folder.commune / "site"), 1, "charte.html")
    expect(run("check", folder.path / "no-site"), 3, "n’est pas un dossier")


# --- build, import, export


def test_a_second_build_writes_nothing_and_a_dry_run_says_what_would_be_written(folder):
    dry = json.loads(expect(run("build", "-C", folder.commune, "--dry-run", "--json"), 0).out)
    assert dry["dry_run"] and dry["written"] > 10 and "index.html" in dry["paths"], dry
    assert not (folder.commune / "site" / "index.html").exists()
    expect(run("build", "-C", folder.commune), 0)
    again = json.loads(expect(run("build", "-C", folder.commune, "--json"), 0).out)
    assert again["written"] == 0 and again["deleted"] == 0 and again["unchanged"] > 10, again


def test_build_into_a_new_folder_equals_the_site_in_place(folder):
    expect(run("build", "-C", folder.commune), 0)
    expect(run("build", "-C", folder.commune, "--out", folder.path / "out"), 0)
    expect(run("build", "-C", folder.commune, "--out", folder.path / "out"), 4, "n’est pas vide")
    done = subprocess.run(["diff", "-r", folder.commune / "site", folder.path / "out"], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


REPORT = (ROOT / "Content" / "reports.ndjson").read_text().splitlines()[0]


def reports(count):
    for number in range(count):
        record = json.loads(REPORT)
        record["reference"] = f"essai-{number}"
        record["service"] = "voirie"
        del record["street"]
        yield json.dumps(record, ensure_ascii=False) + "\n"


def test_import_that_breaks_keeps_nothing_and_names_the_line(folder):
    expect(run("import", "meeting", ROOT / "Content" / "meetings" / "2026-06-12-conseil.md", "-C", folder.commune), 0)
    comments = (ROOT / "Content" / "meetings" / "comments.ndjson").read_text().splitlines(keepends=True)
    good = [line for line in comments if json.loads(line)["meeting"] == "2026-06-12-conseil"]
    path = folder.path / "bad.ndjson"
    path.write_text("".join(good[:2]) + "{not json}\n")
    expect(run("import", "meeting-comments", path, "-C", folder.commune), 1, "bad.ndjson:3:", "rien")
    expect(run("import", "meeting-comments", path, "-C", folder.commune, language="en"), 1, "bad.ndjson:3:", "nothing")
    failure = json.loads(expect(run("import", "meeting-comments", path, "-C", folder.commune, "--json"), 1).out)
    assert failure["ok"] is False and failure["findings"][0]["line"] == 3, failure
    path.write_text("".join(good[:2]))
    report = json.loads(expect(run("import", "meeting-comments", path, "-C", folder.commune, "--json"), 0).out)
    assert report["added"] == 2, report


def test_a_line_left_out_is_named_with_its_reason(folder):
    path = folder.path / "one-bad.ndjson"
    lines = list(reports(2))
    path.write_text(lines[0] + lines[1].replace('"voirie"', '"licorne"'))
    expect(run("import", "reports", path, "-C", folder.commune), 1, "one-bad.ndjson:2:", "licorne", "ajouts : 1")
    again = json.loads(expect(run("import", "reports", path, "-C", folder.commune, "--json", language="en"), 1).out)
    assert again["skipped_lines"][0]["line"] == 2 and again["unchanged"] == 1, again


def test_import_twice_changes_nothing_and_a_dry_run_keeps_nothing(folder):
    path = folder.path / "good.ndjson"
    path.write_text("".join(reports(3)))
    dry = json.loads(expect(run("import", "reports", path, "-C", folder.commune, "--dry-run", "--json"), 0).out)
    assert dry["added"] == 3 and run("export", "reports", "-C", folder.commune).out == ""
    expect(run("import", "reports", path, "-C", folder.commune), 0, "ajouts : 3")
    again = json.loads(expect(run("import", "reports", path, "-C", folder.commune, "--json"), 0).out)
    assert again["added"] == 0 and again["unchanged"] == 3, again


def test_an_export_brought_back_changes_nothing_and_erases_no_contact(folder):
    path, back = folder.path / "with.ndjson", folder.path / "without.ndjson"
    records = [json.loads(line) for line in reports(3)]
    for record in records:
        record |= {"contact_name": "Ana", "contact_email": "ana@exemple.fr", "wants_updates": True}
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    expect(run("import", "reports", path, "-C", folder.commune), 0, "ajouts : 3")
    expect(run("export", "reports", "--out", back, "-C", folder.commune), 0)
    assert "ana@exemple.fr" not in back.read_text()
    told = json.loads(expect(run("import", "reports", back, "-C", folder.commune, "--json"), 0).out)
    assert told["unchanged"] == 3 and told["updated"] == 0, told
    # One that was corrected in the file is brought up to date, and who reported it stays known.
    back.write_text(back.read_text().replace('"place":"', '"place":"plus loin, '))
    told = json.loads(expect(run("import", "reports", back, "-C", folder.commune, "--json"), 0).out)
    assert told["updated"] == 3, told
    kept = run("export", "reports", "--set", "contacts=yes", "-C", folder.commune).out
    assert kept.count("ana@exemple.fr") == 3 and kept.count("plus loin") == 3, kept


def test_a_page_in_a_language_that_was_taken_away_is_named(folder):
    pages = folder.commune / "content" / "pages"
    pages.mkdir(parents=True, exist_ok=True)
    (pages / "halle.md").write_text("---\ntitle: La halle\n---\nTexte.\n")
    (pages / "halle.en.md").write_text("---\ntitle: The hall\n---\nText.\n")
    path = folder.commune / "commune.yaml"
    text = path.read_text()
    assert "languages: [fr" in text, text
    path.write_text("".join("languages: [fr]\n" if line.startswith("languages:") else line
                            for line in text.splitlines(keepends=True)))
    told = expect(run("check", "-C", folder.commune), 1, "halle.en.md", "« en »")
    assert "minuscules" not in told.out, told


def test_import_of_unknown_kind_or_file(folder):
    expect(run("import", "reports", "x", "-C", folder.commune), 3, "il n’y a pas de fichier x")
    # The first word that is wrong is told first.
    both = expect(run("import", "report", "x", "-C", folder.commune), 2, "reports", "meeting")
    assert "fichier x" not in both.err, both
    expect(run("import", "report", PARVIS, "-C", folder.commune), 2, "reports", "meeting")
    expect(run("import", "reports", folder.path / "r", "--set", "a=b", "-C", folder.commune), 3)


def test_killed_import_keeps_nothing_and_can_be_run_again(folder):
    pipe = folder.path / "pipe.ndjson"
    os.mkfifo(pipe)
    process = subprocess.Popen(
        [PARVIS, "import", "reports", str(pipe), "-C", str(folder.commune)], env=environment(),
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with open(pipe, "w", encoding="utf-8") as writer:
        # More than a pipe holds: when the last line is taken, the import is in the middle of its transaction.
        writer.writelines(reports(2000))
        writer.flush()
        process.kill()
        process.wait()
        try:
            writer.close()
        except BrokenPipeError:
            pass
    expect(run("check", "-C", folder.commune), 0)
    assert run("export", "reports", "-C", folder.commune).out == ""
    path = folder.path / "all.ndjson"
    path.write_text("".join(reports(2000)))
    report = json.loads(expect(run("import", "reports", path, "-C", folder.commune, "--json"), 0).out)
    assert report["added"] == 2000, report


def test_export_replaces_a_file_only_when_the_new_one_is_whole(folder):
    path = folder.path / "out.md"
    path.write_text("ancien")
    expect(run("export", "meetings", "--out", path, "-C", folder.commune), 2, "meeting")
    assert path.read_text() == "ancien" and len(list(folder.path.glob("out.md*"))) == 1
    meeting = ROOT / "Content" / "meetings" / "2026-12-11-conseil.md"
    expect(run("import", "meeting", meeting, "-C", folder.commune), 0)
    expect(run("export", "meeting", "--out", path, "-C", folder.commune), 0)
    expect(run("export", "meeting", "--out", folder.path / "no" / "x", "-C", folder.commune), 3, "le dossier")
    expect(run("backup", folder.path / "no" / "x", "-C", folder.commune), 3, "le dossier")
    assert path.read_text() == run("export", "meeting", "-C", folder.commune).out
    assert "2026-12-11-conseil" in path.read_text() and len(list(folder.path.glob("out.md*"))) == 1


def test_output_that_cannot_be_written_is_not_success(folder):
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [PARVIS, "module", "list"], stdout=full, stderr=subprocess.PIPE, text=True, env=environment())
    assert done.returncode == 3 and "plein" in done.stderr, done


# --- People


def test_password_never_comes_from_the_arguments(folder):
    add = ["person", "add", "a@b.example", "--name", "A", "--role", "clerk", "-C", folder.commune]
    expect(run(*add), 2, "--password-stdin")
    expect(run(*add, "--password", PASSWORD), 2, "option inconnue")
    expect(run(*add, "--password-stdin", stdin="court\n"), 2, "12")
    assert json.loads(run("person", "list", "--json", "-C", folder.commune).out)["people"] == []


def test_accounts_are_made_listed_changed(folder):
    add = ["person", "add", "A@b.example", "--name", "Odile", "--role", "clerk", "-C", folder.commune]
    expect(run(*add, "--password-stdin", stdin=PASSWORD + "\n"), 0, "Compte créé")
    expect(run(*add, "--password-stdin", stdin=PASSWORD + "\n"), 2, "existe déjà")
    secret = folder.path / "secret"
    secret.write_text(PASSWORD + "\n")
    expect(
        run("person", "add", "c@d.example", "--name", "C", "--role", "agent", "--password-file", secret, "-C",
            folder.commune, language="en"), 0, "Account made")
    expect(run("person", "role", "a@b.example", "councillor", "-C", folder.commune), 4, "dernier compte")
    expect(run("person", "role", "c@d.example", "administrator", "-C", folder.commune), 0)
    expect(run("person", "role", "a@b.example", "councillor", "-C", folder.commune), 0)
    expect(run("person", "role", "a@b.example", "clerk", "-C", folder.commune), 0)
    expect(run("person", "role", "c@d.example", "agent", "-C", folder.commune), 4, "administrateur")
    expect(run("person", "role", "a@b.example", "administrator", "-C", folder.commune), 0)
    expect(run("person", "role", "c@d.example", "agent", "-C", folder.commune), 0)
    expect(run("person", "role", "a@b.example", "king", "-C", folder.commune), 2, "clerk")
    expect(run("person", "disable", "c@d.example", "-C", folder.commune), 0, "désactivé")
    expect(run("person", "disable", "x@y.example", "-C", folder.commune), 1, "Aucun compte")
    people = json.loads(run("person", "list", "--json", "-C", folder.commune).out)["people"]
    assert [(p["email"], p["role"], p["disabled"]) for p in people] == [
        ("c@d.example", "agent", True), ("a@b.example", "administrator", False)], people
    expect(run("person", "enable", "c@d.example", "-C", folder.commune), 0)
    expect(run("person", "invite", "--role", "agent", "-C", folder.commune), 0, "desk/setup/")


def test_password_typed_at_a_terminal_is_not_shown(folder):
    add = ["person", "add", "a@b.example", "--name", "A", "--role", "clerk", "-C", folder.commune]
    typed = [("Mot de passe", PASSWORD), ("Encore une fois", PASSWORD)]
    code, out, shown = in_terminal(add, typed)
    assert code == 0 and "Compte créé" in out, (code, out, shown)
    assert PASSWORD not in shown and PASSWORD not in out, shown


# --- serve


def get(address):
    with urllib.request.urlopen(address, timeout=20) as answer:
        return answer.status, answer.read().decode()


def test_first_serve_gives_a_link_for_the_first_account_and_stops_gracefully(folder):
    for number in (signal.SIGTERM, signal.SIGINT):
        with server(folder.commune) as (process, base, lines):
            link = next(line for line in lines if "/desk/setup/" in line).split()[-1]
            assert get(base)[0] == 200 and get(link)[0] == 200
            assert "Essai" in get(base)[1] and get(base + "api/v1/index.json")[0] == 200
            process.send_signal(number)
            assert process.wait(timeout=30) == 0
    add = ["person", "add", "a@b.example", "--name", "A", "--role", "clerk", "-C", folder.commune, "--password-stdin"]
    expect(run(*add, stdin=PASSWORD + "\n"), 0)
    with server(folder.commune, language="en") as (process, base, lines):
        assert not any("/desk/setup/" in line for line in lines), lines


def test_stop_with_sigint_ignored_by_the_shell(folder):
    command = f'trap "" INT; exec "{PARVIS}" serve -C "{folder.commune}" --port 0'
    process = subprocess.Popen(["bash", "-c", command], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        env=environment("en"))
    for line in process.stdout:
        if "Ctrl-C" in line:
            break
    process.send_signal(signal.SIGINT)
    process.stdout.close()
    assert process.wait(timeout=30) == 0


def test_second_server_and_build_are_refused(folder):
    with server(folder.commune):
        expect(run("serve", "-C", folder.commune, "--port", "0"), 4, "Arrêtez le serveur")
        expect(run("serve", "-C", folder.commune, "--port", "0", language="en"), 4, "Stop the server")
        expect(run("build", "-C", folder.commune), 4)
        failure = json.loads(expect(run("build", "-C", folder.commune, "--json"), 4).out)
        assert failure["error"]["code"] == "locked", failure
    # The first one was killed: nothing it left behind keeps the next one out.
    with server(folder.commune) as (_, base, _):
        assert get(base)[0] == 200


def test_import_and_export_without_a_kind_name_the_kinds(folder):
    for language, word in (("fr", "il manque KIND"), ("en", "KIND is missing")):
        expect(run("export", "-C", folder.commune, language=language), 2, word, "meeting, ", "proposals")
        expect(run("import", "-C", folder.commune, language=language), 2, word, "grand-debat", "reports")
    expect(run("export", "-C", folder.path / "none"), 3, "parvis init")


def test_check_tells_each_mistake_once_and_shows_the_word_that_is_wrong(folder):
    path = folder.commune / "commune.yaml"
    lines = path.read_text().splitlines()
    path.write_text("\n".join("languages: [fr, kl]" if line.startswith("languages:") else line for line in lines
                              if not line.startswith("address:")) + "\n")
    told = json.loads(expect(run("check", "-C", folder.commune, "--json"), 1).out)
    assert len(told["findings"]) == 2, told
    address = next(one["message"] for one in told["findings"] if "address" in one["message"])
    assert "https://www.exemple.fr/" in address, told
    assert any("« kl »" in one["message"] for one in told["findings"]), told


def test_readers_and_errands_pass_while_a_server_runs(folder):
    commune = folder.commune
    with server(commune) as (_, base, _):
        for verb in (["check"], ["doctor"], ["module", "list"], ["module", "info", "agenda"], ["person", "list"],
                     ["build", "--dry-run"]):
            done = run(*verb, "-C", commune)
            assert done.code in (0, 1) and "lock" not in done.err, f"{verb}: {done}"
        backup = folder.path / "copy.parvis"
        expect(run("backup", backup, "-C", commune), 0, str(backup))
        expect(run("backup", backup, "-C", commune), 4, "existe")
        expect(run("person", "add", "ana@exemple.fr", "--name", "Ana", "--role", "clerk", "--password-stdin", "-C",
                   commune, stdin="le chat dort sur le mur\n"), 0, "ana@exemple.fr")
        expect(run("person", "list", "-C", commune), 0, "ana@exemple.fr")
        expect(run("person", "disable", "ana@exemple.fr", "-C", commune), 4, "dernier compte")
        expect(run("person", "role", "ana@exemple.fr", "agent", "-C", commune, language="en"), 4, "last active account")
        link = expect(run("person", "invite", "--role", "agent", "-C", commune), 0).out.strip()
        assert link.startswith(base + "desk/setup/"), link
        assert get(link)[0] == 200
        expect(run("import", "nothing", backup, "-C", commune), 2, "nothing")
    # Ana was added since: what a restore would lose is said, and must be accepted.
    expect(run("restore", backup, "-C", commune, "--force"), 4, "--accept-loss")
    expect(run("restore", backup, "-C", commune, "--force", "--accept-loss"), 0)
    expect(run("check", "-C", commune), 0)


def test_busy_port_says_what_to_do(folder):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        expect(run("serve", "-C", folder.commune, "--port", port), 3, "déjà pris", "--port")
        expect(run("serve", "-C", folder.commune, "--port", port, language="en"), 3, "already in use", "--port")
    expect(run("serve", "-C", folder.commune, "--host", "203.0.113.7"), 3)


def test_read_only_commune_says_so(folder):
    expect(run("build", "-C", folder.commune), 0)
    subprocess.run(["chmod", "-R", "a+rX,a-w", str(folder.commune)], check=True)
    for verb in ("serve", "build"):
        expect(run(verb, "-C", folder.commune, **as_nobody()), 3, "lock", "droit")
        expect(run(verb, "-C", folder.commune, language="en", **as_nobody()), 3, "lock", "right")


def test_newer_database_is_left_alone(folder):
    path = folder.commune / "data" / "parvis.sqlite"
    with sqlite3.connect(path) as database:
        database.execute("INSERT INTO host_migration(namespace, number, name, at) VALUES('host', 999, 'future', 0)")
    database.close()
    before = path.read_bytes()
    for verb in ("build", "serve", "doctor"):
        expect(run(verb, "-C", folder.commune), 4, "récent")
        expect(run(verb, "-C", folder.commune, language="en"), 4, "newer")
    assert path.read_bytes() == before


# --- backup, restore, doctor, modules


def test_backup_and_restore_bring_everything_back(folder):
    path = folder.path / "reports.ndjson"
    path.write_text("".join(reports(5)))
    expect(run("import", "reports", path, "-C", folder.commune), 0)
    before = run("export", "reports", "-C", folder.commune).out
    backup = folder.path / "copy.parvis"
    told = json.loads(expect(run("backup", backup, "-C", folder.commune, "--json"), 0).out)
    assert told["ok"] and told["bytes"] == backup.stat().st_size
    expect(run("backup", backup, "-C", folder.commune), 4, "--force")
    expect(run("backup", backup, "--force", "-C", folder.commune), 0)
    path.write_text("".join(list(reports(9))[5:]))
    expect(run("import", "reports", path, "-C", folder.commune), 0)
    expect(run("restore", backup, "-C", folder.commune), 4, "--force")
    assert run("export", "reports", "-C", folder.commune).out != before
    expect(run("restore", backup, "--force", "-C", folder.commune), 4, "--accept-loss")
    expect(run("restore", backup, "--force", "--accept-loss", "-C", folder.commune), 0, "ancienne base", "Perdues")
    assert run("export", "reports", "-C", folder.commune).out == before
    expect(run("check", "-C", folder.commune), 0)


def test_restore_refuses_what_is_not_a_backup(folder):
    expect(run("build", "-C", folder.commune), 0)
    (folder.path / "letter.txt").write_text("Madame, Monsieur,\n" * 100)
    before = (folder.commune / "data" / "parvis.sqlite").read_bytes()
    refused = run("restore", folder.path / "letter.txt", "--force", "-C", folder.commune)
    assert refused.code in (1, 3, 4), refused
    assert (folder.commune / "data" / "parvis.sqlite").read_bytes() == before
    expect(run("restore", folder.path / "none", "-C", folder.commune), 3, "pas de sauvegarde")


def test_doctor_and_modules_speak_json(folder):
    told = json.loads(run("doctor", "-C", folder.commune, "--json").out)
    assert {"disk", "database", "modules"} <= {item["name"] for item in told["items"]}, told
    people = run("doctor", "-C", folder.commune).out
    assert "disque :" in people and "comptes :" in people and "disk" not in people, people
    assert "disk:" in run("doctor", "-C", folder.commune, language="en").out
    listed = json.loads(expect(run("module", "list", "--json", cwd=folder.path), 0).out)
    ids = ["agenda", "alerts", "consultation", "documents", "incidents", "suggestions", "workshops"]
    assert [m["id"] for m in listed["modules"]] == ids
    assert all(m["used"] is None for m in listed["modules"])
    used = json.loads(run("module", "list", "--json", "-C", folder.commune).out)
    assert all(m["used"] is True for m in used["modules"])
    info = json.loads(expect(run("module", "info", "incidents", "--json", "-C", folder.commune), 0).out)
    assert "reports" in info["imports"] and "incidents.handle" in info["permissions"], info


def test_failures_are_json_too(folder):
    for verb in (["build"], ["check"], ["doctor"], ["person", "list"], ["backup", "f"], ["import", "reports", PARVIS]):
        failure = json.loads(expect(run(*verb, "--json", "-C", folder.path / "none"), 3).out)
        assert failure["ok"] is False and failure["exit"] == 3 and failure["error"]["message"], failure


def test_a_person_s_data_are_seen_given_out_and_erased_beside_a_server(folder):
    home = demonstration(folder)
    with server(home) as (_, base, _):
        fields = {
            "service": "voirie", "street": "other", "place_text": "Devant le lavoir", "description": "Un banc MARQUE cassé devant le lavoir.",
            "not_emergency": "true", "contact_name": "Odile MARQUE", "contact_email": "o.perrin@exemple.example",
        }
        sent = urllib.request.urlopen(base + "api/v1/incidents/report", urllib.parse.urlencode(fields).encode())
        number = int(re.search(r"/receipt/(\d+)-", sent.url)[1]) + 1
        expect(run("person", "data", str(number), "-C", home), 0, f"{number:05}", "MARQUE")
        expect(run("person", "data", "personne@exemple.example", "-C", home), 1, "ne garde rien")
        expect(run("person", "data", "ni ceci ni cela", "-C", home), 2, "récépissé")
        out = folder.path / "data.json"
        expect(run("person", "export", str(number), "--out", out, "-C", home), 0)
        assert "MARQUE" in json.loads(out.read_text())["modules"].__repr__() and out.stat().st_mode & 0o777 == 0o600
        expect(run("person", "erase-data", str(number), "-C", home), 4, "--yes")
        expect(run("person", "erase-data", str(number), "--yes", "-C", home), 0, "Effacé : 1")
        assert "MARQUE" not in run("person", "data", str(number), "-C", home).out


# --- Terminals


def test_colour_and_progress_are_for_terminals_only(folder):
    _, _, shown = in_terminal(["nothing"])
    assert "\x1b[1;31m" in shown, shown
    _, _, shown = in_terminal(["nothing"], NO_COLOR="1")
    assert "\x1b" not in shown and "inconnu" in shown, shown
    code, out, shown = in_terminal(["build", "-C", folder.commune])
    assert code == 0 and "Écriture du site" in shown and "Écriture" not in out, (out, shown)
    piped = run("build", "-C", folder.commune)
    assert "\x1b" not in piped.out + piped.err and piped.err == "", piped


def test_reader_that_stops_early_ends_us_quietly(folder):
    done = subprocess.run(
        ["bash", "-c", f'"{PARVIS}" help --man | head -c 0; exit "${{PIPESTATUS[0]}}"'], capture_output=True, text=True,
        env=environment("en"))
    assert done.stderr == "" and done.returncode in (0, 128 + signal.SIGPIPE), done


def test_two_serving_communes_do_not_meet(folder):
    other = folder.path / "other"
    expect(run("init", other, "--name", "Ailleurs", "--insee", "55997"), 0)
    with server(folder.commune) as (_, first, _), server(other) as (_, second, _):
        answers = {}
        threads = [
            threading.Thread(target=lambda a=address: answers.setdefault(a, get(a)[1])) for address in (first, second)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert "Essai" in answers[first] and "Ailleurs" in answers[second]
        assert "Ailleurs" not in answers[first] and "Essai" not in answers[second]


# --- What there is for programs


def json_types(value):
    """The names that JSON Schema has for what a value is."""
    if value is None:
        return {"null"}
    if isinstance(value, bool):
        return {"boolean"}
    if isinstance(value, int):
        return {"integer", "number"}
    if isinstance(value, float):
        return {"number"}
    return {{str: "string", list: "array", dict: "object"}[type(value)]}


def mismatches(schema, value, place):
    """What a value lacks of a schema: the parts of JSON Schema that the description uses for what is read."""
    wanted = schema.get("type", [])
    if wanted and not json_types(value) & set([wanted] if isinstance(wanted, str) else wanted):
        return [f"{place}: {json_types(value)}, expected {wanted}"]
    if not isinstance(value, dict):
        return []
    found = [f"{place}: {name} is missing" for name in schema.get("required", []) if name not in value]
    for name, member in schema.get("properties", {}).items():
        if name in value:
            found += mismatches(member, value[name], f"{place}.{name}")
    return found


def test_the_description_of_the_api_tells_each_file_that_is_there(folder):
    """Who writes a program reads the description alone: no file may be missing in it, nor be otherwise than it says."""
    site = demonstration(folder) / "site"
    paths = json.loads((site / "api/v1/openapi.json").read_text())["paths"]
    reads = {path: entry["get"] for path, entry in paths.items() if "get" in entry}

    def matching(path):
        if path in reads:
            return [path]
        return [known for known in reads
                if re.fullmatch("".join("[^/]+" if part.startswith("{") else re.escape(part)
                                        for part in re.split(r"(\{[^}]+\})", known)), path)]

    met, faults = set(), []
    for file in sorted(site.rglob("*")):
        path = "/" + str(file.relative_to(site))
        if not re.search(r"\.(json|geojson|atom|csv|ndjson|ics)$", path):
            continue
        known = matching(path)
        if not known:
            faults.append(f"{path} is not described")
            continue
        # A path with variables may fit two families; the one with fewer variables is meant.
        met.add(min(known, key=lambda name: name.count("{")))
        if path.endswith("json") and not path.endswith(".ndjson"):
            value = json.loads(file.read_text())
            kinds = [next(iter(reads[name]["responses"]["200"]["content"].values()))["schema"] for name in known]
            told = [mismatches(kind, value, path) for kind in kinds]
            faults += min(told, key=len)
    assert not faults, "\n".join(faults[:20])
    unmet = {path for path in reads if "{" not in path} - met
    assert not unmet, f"described and not there: {unmet}"
    # A questionnaire's own fields are told, and a program finds its way to each list of proposals.
    body = paths["/api/v1/consultation/answer/deplacements"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert len(body["properties"]) > 5, body
    data = json.loads((site / "api/v1/consultation/laiterie.json").read_text())
    pages = data["proposals"]["pages"]
    last = pages["url"].replace("{page}", str(pages["last"])).split("/api/v1/")[1]
    assert json.loads((site / "api/v1" / last).read_text())["older"] is None or pages["last"] > 1


def test_content_that_is_gone_takes_no_page_away(folder):
    home = folder.commune
    expect(run("build", "-C", home), 0)
    page = (home / "site" / "charte.html").read_text()
    (home / "content" / "pages").rename(home / "pages")
    for language, words in (("fr", "dossier vide"), ("en", "empty folder")):
        expect(run("build", "-C", home, language=language), 4, "content/pages/", words)
        expect(run("check", "-C", home, language=language), 1, "content/pages/", words)
    (home / "content").rename(home / "elsewhere")
    expect(run("serve", "-C", home, "--port", "0"), 4, "content/", "dossier vide")
    expect(run("check", "-C", home), 1, "content/")
    assert (home / "site" / "charte.html").read_text() == page
    (home / "elsewhere").rename(home / "content")
    (home / "pages").rename(home / "content" / "pages")
    expect(run("build", "-C", home), 0)


def test_a_port_that_is_not_that_of_the_address_is_said(folder):
    with server(folder.commune) as (process, base, _):
        process.terminate()
        told = process.communicate(timeout=60)[1]
    assert "attention : commune.yaml dit « address: http://127.0.0.1:8080/ »" in told, told
    assert "parvis serve --port 8080" in told, told


def test_wrong_insee_is_told_with_its_line(folder):
    path = folder.commune / "commune.yaml"
    path.write_text(path.read_text().replace('insee: "55998"', 'insee: "1"'))
    line = 1 + path.read_text().splitlines().index('insee: "1"')
    expect(run("check", "-C", folder.commune), 1, f"commune.yaml:{line}:", "5 caractères")
    expect(run("check", "-C", folder.commune, language="en"), 1, "5 characters")


def test_grand_debat_without_consultation_lists_them(folder):
    home = demonstration(folder)
    path = folder.path / "gd.json"
    path.write_text("[\n]\n")
    expect(run("import", "grand-debat", path, "-C", home), 1, "--set consultation=ID", "deplacements, laiterie")
    expect(run("import", "grand-debat", path, "-C", home, "--set", "consultation=x"), 1, "« x »", "laiterie")
    expect(run("import", "grand-debat", path, "-C", home, language="en"), 1, "--set consultation=ID", "laiterie")


def test_a_consultation_whose_file_is_gone_is_found(folder):
    home = demonstration(folder)
    next((home / "content" / "consultations").glob("laiterie.*")).unlink()
    expect(run("check", "-C", home), 1, "content/consultations/laiterie.md", "remettez le fichier")


def test_content_without_head_is_told_what_it_should_look_like(folder):
    path = folder.commune / "content" / "services" / "neuf.md"
    for text, fr, en in (("", "fichier vide", "empty file"), ("Bonjour\n", "pas d’en-tête", "no front matter")):
        path.write_text(text)
        expect(run("check", "-C", folder.commune), 1, "content/services/neuf.md:1:", fr, "code: …, name: …")
        expect(run("check", "-C", folder.commune, language="en"), 1, "content/services/neuf.md:1:", en)


# --- The register


def demonstration(folder):
    """The demonstration commune with its site."""
    home = folder.path / "demo"
    expect(run("init", home, "--demo", "--content", ROOT / "Content"), 0)
    return home


def verifiers(site, *more, receipt=None):
    """The exit codes and words of both verifiers: ours, and the one that was written from the documentation alone."""
    ours = run("register", "verify", site, *more, *(["--receipt", receipt] if receipt else []), language="en")
    calls = [("register", site, *more), ("pages", site)] + ([("receipt", site, receipt)] if receipt else [])
    scripts = [
        subprocess.run(
            [sys.executable, ROOT / f"Tools/verify_{name}.py", *map(str, rest)], capture_output=True, text=True, timeout=60)
        for name, *rest in calls]
    words = "".join(script.stdout + script.stderr for script in scripts)
    return (ours.code, ours.out + ours.err), (max(script.returncode for script in scripts), words)


def test_both_verifiers_accept_the_demonstration_and_find_the_same_faults(folder):
    home = demonstration(folder)
    for code, words in verifiers(home / "site"):
        assert code == 0, words
    older = folder.path / "older"
    shutil.copytree(home / "site", older)
    changes = [
        ("UPDATE consultation_proposal SET body = body || '!' WHERE id = 1", "consultation/proposal/1"),
        ("DELETE FROM consultation_proposal WHERE id = 2", "consultation/proposal/2"),
        ("UPDATE consultation_proposal SET verified_supports = 99 WHERE id = 3", "99"),
        ("UPDATE host_comment SET author = 'Quelqu’un' WHERE id = 1", "host/comment/1"),
        ("DELETE FROM consultation_answer WHERE choice = 'cafe'", "cafe"),
        ("UPDATE incidents_report SET description = 'rien' WHERE number = '2026-0003'", "incidents/report/2026-0003"),
        ("DELETE FROM host_register WHERE position = 4", "leaf 4"),
        ("DELETE FROM host_proof WHERE subject = 'consultation/proposal/4'", "consultation/proposal/4"),
    ]
    database = home / "data/parvis.sqlite"
    sound = database.read_bytes()
    for sql, named in changes:
        with sqlite3.connect(database) as connection:
            assert connection.execute(sql).rowcount > 0, sql
        connection.close()
        out = folder.path / "out"
        expect(run("build", "-C", home, "--out", out), 0)
        for code, words in verifiers(out, older):
            assert code == 1 and named in words, f"{sql}: {words}"
        shutil.rmtree(out)
        for rest in ("-wal", "-shm"):
            database.with_name(database.name + rest).unlink(missing_ok=True)
        database.write_bytes(sound)


def forge(site, path, change):
    """Changes a JSON resource of a copy of the site by hand; a new one begins as an empty object."""
    file = site / "api/v1" / path
    value = json.loads(file.read_text()) if file.exists() else {}
    change(value)
    file.write_text(json.dumps(value, ensure_ascii=False))


def choices(results):
    return next(question["choices"] for question in results["questions"] if question["choices"])


def answered(value):
    """The first comment with an official answer."""
    if isinstance(value, dict) and value.get("answer"):
        return value
    members = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return next((found for found in map(answered, members) if found), None)


def lists(value, name):
    """The first array of that name, at any depth."""
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    found = (member if key == name and isinstance(member, list) else lists(member, name) for key, member in members)
    return next((entry for entry in found if entry is not None), None)


# What whoever writes the site's files could publish without touching the register: resource, change, words of the fault.
FORGERIES = {
    "a general pardon": ("x.json", lambda new: new.update(id="consultation/proposal/1", sealedUntil="2099-01-01T00:00:00Z"), "sealed"),
    "a pardon for what is counted": (
        "consultation/laiterie/results.json", lambda old: old.update(sealedUntil="2099-01-01T00:00:00Z"), "sealed"),
    "a day that has passed": (
        "consultation/deplacements/results.json", lambda old: old.update(sealedUntil="2026-01-01T00:00:00Z"), "sealed"),
    "results that cannot be counted again": (
        "consultation/laiterie/results.json", lambda old: (old.update(recount=None), old["people"].update(total=9999)), "laiterie"),
    "a choice that is left out": ("consultation/laiterie/results.json", lambda old: choices(old).pop(0), "laiterie"),
    "a question that is left out": ("consultation/laiterie/results.json", lambda old: old["questions"].pop(0), "laiterie"),
    "an older list": ("consultation/laiterie/results.json", lambda old: old["recount"].update(position=4), "laiterie"),
    "a proof that no head will ever cover": (
        "consultation/proposal/1.json",
        lambda old: (old["proof"].update(position=10**9), old.update(title="Inventé", supports={"verified": 9999})), "proposal/1"),
    "a comment without proof": (
        "consultation/proposal/1.json", lambda old: lists(old, "comments").append({"id": 999, "markdown": "INVENTÉ"}), "999"),
    "a text without proof": (
        "consultation/laiterie/results.json", lambda old: lists(old, "published").append({"id": 998, "text": "INVENTÉ"}), "998"),
    "a record without proof": (
        "x.json", lambda new: new.update(id="consultation/proposal/999", title="Inventé"), "999"),
    "an answer that is replaced": (
        "agenda/2026-12-11-conseil.json", lambda old: answered(old)["answer"].update(markdown="INVENTÉ"), "host/answer/host/comment"),
    "an answer that is taken away": (
        "agenda/2026-12-11-conseil.json", lambda old: answered(old).update(answer=None), "host/answer/host/comment"),
    "an answer without proof": (
        "incidents/2026-0055.json",
        lambda old: old.update(official_answer={"on": "incidents/report/2026-0055", "markdown": "Oui"}), "2026-0055"),
    "supports declared withheld": (
        "consultation/proposal/1.json", lambda old: old.update(supports={"suppressed": True, "verified": None}), "proposal/1"),
}


def test_both_verifiers_refuse_what_is_forged_without_the_register(folder):
    home = demonstration(folder)
    for name, (path, change, named) in FORGERIES.items():
        site = folder.path / "forged"
        shutil.copytree(home / "site", site)
        forge(site, path, change)
        for arguments in ([site], [site, home / "site"]):
            for code, words in verifiers(*arguments):
                assert code == 1 and named in words and "Traceback" not in words, f"{name}: {words}"
        shutil.rmtree(site)


# What whoever writes the site's files could show on a page while its JSON stays: page, words there, other words, the fault.
PAGES = {
    "other words": ("consultation/proposal/1.html", "</h1>", " inventé</h1>", None),
    "words within": ("en/consultation/proposal/1.html", "<h1", "<h1>Inventé</h1><h1 hidden", "proposal/1"),
    "a comment of nobody": ("agenda/2026-12-11-conseil.html", "</main>", '<p id="r-999">INVENTÉ</p></main>', "host/comment/999"),
    "an answer of nobody": (
        "incidents/2026-0055.html", "</main>", '<section class="answer">Demain.</section></main>', "official answers"),
    "an entry of nobody": ("feed.atom", ":incidents/report/", ":incidents/report/1", "incidents/report/1"),
}


def test_both_verifiers_compare_pages_with_the_json(folder):
    home = demonstration(folder)
    for name, (path, old, new, named) in PAGES.items():
        site = folder.path / "forged"
        shutil.copytree(home / "site", site)
        page = site / path
        assert old in page.read_text(), name
        page.write_text(page.read_text().replace(old, new, 1))
        for code, words in verifiers(site):
            # What is added after the words is said in the documentation not to be found.
            assert code == (1 if named else 0) and (not named or named in words), f"{name}: {words}"
            assert "Traceback" not in words, words
        shutil.rmtree(site)
    (home / "site/consultation/proposal/2.html").unlink()
    (home / "site/en/consultation/proposal/2.html").unlink()
    for code, words in verifiers(home / "site"):
        assert code == 1 and "proposal/2 is missing" in words, words


def test_the_expected_key_is_pinned_and_without_it_both_say_so(folder):
    home = demonstration(folder)
    site = home / "site"
    line = (site / "register/key.txt").read_text().strip()
    short = json.loads((site / "api/v1/registre.json").read_text())["fingerprint"]
    assert short in (site / "registre.html").read_text()
    for code, words in verifiers(site):
        assert code == 0 and "taken from the site itself" in words and short in words, words
    for key in (line, short, short.replace(" ", "").upper()):
        for code, words in verifiers(site, "--key", key):
            assert code == 0 and "taken from the site itself" not in words, words
    for key in ("0" * 32, line.replace("+", "x+", 1)):
        for code, words in verifiers(site, "--key", key):
            assert code == 1 and "another key than the expected one" in words, words
    expect(run("register", "verify", site, "--key", short[:19]), 2, "32")
    expect(run("register", "head", "-C", home), 0, short)


def test_a_head_that_was_signed_stays_listed_and_is_good_for_the_board(folder):
    home = demonstration(folder)
    for order in (["export", "reports", "-C", home], ["register", "head", "-C", home], ["build", "-C", home]):
        expect(run(*order), 0)
    site = folder.path / "forged"
    shutil.copytree(home / "site", site)
    heads = (site / "register/checkpoints.txt").read_text().split("\n")
    assert len(heads) > 10, heads
    first = base64.b64decode(heads[2]).hex()
    expect(run("register", "verify", site, "--root", first), 0)
    (site / "register/checkpoints.txt").write_text("\n".join(heads[5:]))
    expect(run("register", "verify", site, "--root", first), 1, "affichée")
    for code, words in verifiers(site, home / "site"):
        assert code == 1 and "head over" in words, words


def test_a_head_is_signed_on_demand_and_compared_with_the_board(folder):
    expect(run("register", "head", "-C", folder.commune), 1, "encore vide")
    home = demonstration(folder)
    told = json.loads(expect(run("register", "head", "-C", home, "--json"), 0).out)
    expect(run("build", "-C", home), 0)
    groups = " ".join(told["root"][start:start + 4] for start in range(0, 64, 4))
    expect(run("register", "verify", home / "site", "--root", groups), 0, "Rien à redire")
    expect(run("register", "verify", home / "site", "--root", groups[::-1]), 1, "affichée")
    assert json.loads(run("register", "verify", home / "site", "--json").out)["leaves"] == told["size"]
    expect(run("register", "verify", folder.path / "nowhere"), 3, "nowhere")
    assert run("export", "reports", "-C", home).code == 0
    assert json.loads(run("register", "head", "-C", home, "--json").out)["size"] == told["size"] + 1
    expect(run("register", "receipt", "7", "-C", home), 1, "reçu n° 7")
    expect(run("register", "receipt", "x", "-C", home), 2, "00042")


def test_a_receipt_is_given_again_and_checked_by_both_verifiers(folder):
    home = demonstration(folder)
    with server(home) as (process, base, _):
        fields = {
            "service": "voirie", "street": "other", "place_text": "Devant le lavoir", "description": "Un banc cassé devant le lavoir.",
            "not_emergency": "true",
        }
        answer = urllib.request.urlopen(base + "api/v1/incidents/report", urllib.parse.urlencode(fields).encode())
        position = int(answer.url.split("/receipt/")[1].split("-")[0])
        process.send_signal(signal.SIGTERM)
        process.wait(20)
    expect(run("register", "head", "-C", home), 0)
    expect(run("build", "-C", home), 0)
    paper = folder.path / "receipt.json"
    paper.write_text(expect(run("register", "receipt", str(position + 1), "-C", home), 0, "banc cassé").out)
    for code, words in verifiers(home / "site", receipt=paper):
        assert code == 0, words
    paper.write_text(paper.read_text().replace("banc cassé", "banc neuf"))
    for code, words in verifiers(home / "site", receipt=paper):
        assert code == 1 and "not what was sent" in words, words


if __name__ == "__main__":
    sys.exit(main([value for name, value in list(globals().items()) if name.startswith("test_")]))

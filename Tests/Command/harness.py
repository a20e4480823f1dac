"""What the tests of the command share: finding the program, running it, a commune to break."""

import contextlib
import fcntl
import os
import pathlib
import pty
import select
import shutil
import subprocess
import sys
import tempfile
import time
import traceback

ROOT = pathlib.Path(__file__).resolve().parents[2]
NOBODY = 65534
SECONDS = 60


def program():
    """The program under test: the argument, $PARVIS, or the newest build of this tree."""
    named = sys.argv[1] if len(sys.argv) > 1 else os.environ.get("PARVIS")
    if named:
        return os.path.abspath(named)
    builds = [p for p in (ROOT / ".build" / kind / "parvis" for kind in ("debug", "release")) if p.exists()]
    if not builds:
        sys.exit("no program: build it first (swift build --product parvis), or give its path as the argument")
    return str(max(builds, key=lambda p: p.stat().st_mtime))


PARVIS = program()


def environment(language="fr", **more):
    kept = {k: v for k, v in os.environ.items() if k in ("PATH", "HOME", "LD_LIBRARY_PATH", "TMPDIR")}
    return {**kept, "LC_ALL": {"fr": "fr_FR.UTF-8", "en": "C"}[language], **more}


class Outcome:
    def __init__(self, done):
        self.code, self.out, self.err = done.returncode, done.stdout, done.stderr

    def __repr__(self):
        return f"exit {self.code}\n--- out\n{self.out}\n--- err\n{self.err}"


def run(*arguments, language="fr", stdin="", cwd=None, env=None, **more):
    done = subprocess.run(
        [PARVIS, *map(str, arguments)], input=stdin, capture_output=True, text=True, timeout=SECONDS, cwd=cwd,
        env=env or environment(language), **more)
    return Outcome(done)


def expect(outcome, code, *parts):
    """The exit code, and words that must stand in the output."""
    assert outcome.code == code, f"expected exit {code}: {outcome}"
    said = outcome.out + outcome.err
    for part in parts:
        assert part in said, f"expected {part!r}: {outcome}"
    assert "fatal error" not in said.lower(), outcome
    return outcome


class Folder:
    """A temporary folder with a fresh commune in `commune`, made once and copied."""

    _base = None

    def __init__(self):
        self.path = pathlib.Path(tempfile.mkdtemp(prefix="parvis-command-"))
        os.chmod(self.path, 0o755)

    @property
    def commune(self):
        target = self.path / "commune"
        if not target.exists():
            shutil.copytree(Folder.base(), target)
        return target

    @classmethod
    def base(cls):
        if cls._base is None:
            cls._base = pathlib.Path(tempfile.mkdtemp(prefix="parvis-base-")) / "commune"
            made = run(
                "init", cls._base, "--name", "Essai", "--insee", "55998", "--population", "321", "--languages", "fr,en")
            assert made.code == 0, made
        return cls._base

    @classmethod
    def clean(cls):
        if cls._base is not None:
            shutil.rmtree(cls._base.parent, ignore_errors=True)

    def remove(self):
        subprocess.run(["chmod", "-R", "u+rwX", str(self.path)], check=False)
        shutil.rmtree(self.path, ignore_errors=True)


@contextlib.contextmanager
def server(commune, *arguments, language="fr"):
    """A running server with its address and the lines it printed; killed at the end if it still runs."""
    process = subprocess.Popen(
        [PARVIS, "serve", "-C", str(commune), "--port", "0", *arguments], stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True, env=environment(language))
    lines, base = [], None
    try:
        for line in process.stdout:
            lines.append(line.strip())
            if base is None and "http://" in line:
                base = line[line.index("http://"):].strip()
            if "Ctrl-C" in line:
                break
        assert base, f"no address: {lines} {process.stderr.read() if process.poll() is not None else ''}"
        yield process, base, lines
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def in_terminal(arguments, typed=(), language="fr", **more):
    """Runs with a terminal as stdin and stderr; what is typed is given as (wait for, answer) pairs."""
    parent, child = pty.openpty()
    env = environment(language, TERM="xterm", **more)
    process = subprocess.Popen(
        [PARVIS, *map(str, arguments)], stdin=child, stderr=child, stdout=subprocess.PIPE, text=False, env=env,
        start_new_session=True, preexec_fn=lambda: fcntl.ioctl(0, 0x540E, 0))
    os.close(child)
    shown, waiting, end = b"", list(typed), time.monotonic() + SECONDS
    while time.monotonic() < end:
        ready, _, _ = select.select([parent], [], [], 0.05)
        if ready:
            try:
                piece = os.read(parent, 4096)
            except OSError:
                break
            if not piece:
                break
            shown += piece
        if waiting and waiting[0][0].encode() in shown:
            os.write(parent, waiting.pop(0)[1].encode() + b"\n")
    out = process.stdout.read()
    process.wait(timeout=SECONDS)
    os.close(parent)
    process.stdout.close()
    return process.returncode, out.decode(), shown.decode()


def main(tests):
    """Runs the tests, each in a folder of its own, and prints `N passed, N failed`."""
    passed = failed = 0
    for test in tests:
        folder = Folder()
        try:
            test(folder)
            passed += 1
        except Exception:  # A test that breaks in any way has failed, and the next one still runs.
            failed += 1
            print(f"FAILED {test.__name__}")
            traceback.print_exc()
        finally:
            folder.remove()
    Folder.clean()
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0

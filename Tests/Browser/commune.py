"""A commune under test: made by the command, served on a free port, stopped, killed, compared."""

import contextlib
import filecmp
import functools
import http.server
import json
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import urllib.error
import urllib.request

# The demonstration is dated: its draft meeting takes comments until 6 December 2026, one consultation is open and one
# closed. Every process of the program runs at this hour, whatever the day of the test.
DEMONSTRATION_DAY = 1_795_456_800  # 2026-11-23T18:00:00Z
CONTENT = pathlib.Path(__file__).resolve().parents[2] / "Content"


class Failed(Exception):
    """What a test found wrong, in words."""


def check(condition, message):
    """Stops the test with the message unless the condition holds."""
    if not condition:
        raise Failed(message)


def wait_for(what, attempt, seconds=15):
    """Tries until the attempt gives something true; an error inside counts as not yet."""
    end = time.monotonic() + seconds
    while True:
        result = attempt()
        if result:
            return result
        if time.monotonic() > end:
            raise Failed(f"{what}: not within {seconds} s")
        time.sleep(0.05)


def free_port():
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def fetch(address, data=None, headers=None, method=None, handlers=()):
    """One request without following redirects: status, headers, body."""
    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_):
            return None

    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), Stay, *handlers)
    request = urllib.request.Request(address, data=data, headers=headers or {}, method=method)
    try:
        with opener.open(request, timeout=30) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


# What libfaketime says, and ends with, when two programs that start at the same instant meet in its shared memory;
# the program itself has then not begun.
FAKETIME_FAULT = "libfaketime: In ft_shm_init()"
FAKETIME_TRIES = 5


class Program:
    """The program `parvis`, run at the hour of the demonstration."""

    def __init__(self, path):
        self.path = str(path)
        library = next(iter(sorted(pathlib.Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"))), None)
        check(library, "libfaketime is missing: apt-get install faketime")
        offset = DEMONSTRATION_DAY - int(time.time())
        # The seconds by which the program's clock differs from this one's.
        self.offset = offset
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith(("PARVIS_", "LC_"))}
        # Naming a shared memory that is not there keeps libfaketime from changing the environment at its start: Swift
        # finds its arguments beside the first environment and would see none.
        self.environment |= {
            "LD_PRELOAD": str(library), "FAKETIME": f"{offset:+d}s",
            "FAKETIME_SHARED": "/parvis_absent /parvis_absent", "LANG": "C.UTF-8", "NO_COLOR": "1",
        }

    def run(self, *arguments, code=0, **options):
        """Runs a verb to its end and checks its exit code."""
        for _ in range(FAKETIME_TRIES):
            result = subprocess.run(
                [self.path, *map(str, arguments)], env=self.environment, capture_output=True, text=True, timeout=600,
                **options)
            if FAKETIME_FAULT not in result.stderr:
                break
        words = f"parvis {' '.join(map(str, arguments))}: exit {result.returncode}\n{result.stdout}{result.stderr}"
        check(code is None or result.returncode == code, words)
        return result


class Commune:
    """A commune in a folder, and its server while there is one."""

    def __init__(self, program, folder):
        self.program = program
        self.folder = pathlib.Path(folder)
        self.site = self.folder / "site"
        self.process = None
        self.base = None
        self.setup_link = None
        self.log = self.folder.parent / (self.folder.name + ".log")

    def configure(self, **values):
        """Sets keys of `commune.yaml`."""
        path = self.folder / "commune.yaml"
        text = path.read_text()
        for key, value in values.items():
            text = re.sub(rf"(?m)^{key}:.*\n", "", text) + f'{key}: "{value}"\n'
        path.write_text(text)

    def serve(self, port=None, build=True, prefix=(), **popen):
        """Starts the server and waits until it answers."""
        port = port or free_port()
        if build:
            self.program.run("build", "-C", self.folder)
        for attempt in range(FAKETIME_TRIES):
            try:
                return self._serve(port, prefix, popen)
            except Failed as failure:
                if FAKETIME_FAULT not in str(failure) or attempt + 1 == FAKETIME_TRIES:
                    raise
                self.log.unlink()

    def _serve(self, port, prefix, popen):
        self.base = f"http://127.0.0.1:{port}/"
        output = open(self.log, "ab")
        self.process = subprocess.Popen(
            [*prefix, self.program.path, "serve", "-C", self.folder, "--port", str(port), "--behind-proxy"],
            stdout=subprocess.PIPE, stderr=output, env=self.program.environment, text=True, **popen)
        output.close()
        self.setup_link = None
        for line in self.process.stdout:
            if "/desk/setup/" in line:
                self.setup_link = line.split()[-1]
            if "Ctrl-C" in line:
                break
        else:
            raise Failed(f"the server did not start: exit {self.process.wait()}\n{self.log.read_text()}")
        return self.base

    def stop(self):
        """Stops the server gracefully and checks that it ended well."""
        if self.process is None:
            return
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(timeout=60)
        self.process.stdout.close()
        self.process = None
        check(code == 0, f"the server ended with {code}\n{self.log.read_text()[-2000:]}")

    def kill(self):
        """Ends the server at once, as a power cut does."""
        self.process.kill()
        self.process.wait(timeout=60)
        self.process.stdout.close()
        self.process = None

    def full_build(self, out):
        """A whole site in a new folder."""
        self.program.run("build", "-C", self.folder, "--out", out)

    def contains(self, text):
        """The files of the site that contain a text, as paths below the site."""
        wanted = text.encode()
        files = (path for path in self.site.rglob("*") if path.is_file())
        return sorted(str(path.relative_to(self.site)) for path in files if wanted in path.read_bytes())


def differences(one, other):
    """The paths that differ between two folders, with what differs."""
    def files(folder):
        return {str(p.relative_to(folder)): p for p in pathlib.Path(folder).rglob("*") if p.is_file()}

    first, second = files(one), files(other)
    found = [f"only in {one}: {p}" for p in sorted(first.keys() - second.keys())]
    found += [f"only in {other}: {p}" for p in sorted(second.keys() - first.keys())]
    found += [p for p in sorted(first.keys() & second.keys()) if not filecmp.cmp(first[p], second[p], shallow=False)]
    return found


def check_same(commune, out):
    """The site written act by act equals a full build, byte for byte; the server is stopped.

    The dumps of everything (CSV, NDJSON) are written on a schedule, not at each act: a build in place brings them, and
    nothing else, up to date.
    """
    commune.full_build(out)
    found = [path for path in differences(commune.site, out) if not path.endswith((".csv", ".ndjson"))]
    check(not found, f"{len(found)} files differ from a full build: {found[:10]}")
    commune.program.run("build", "-C", commune.folder)
    found = differences(commune.site, out)
    check(not found, f"after a build in place {len(found)} files differ from a full build: {found[:10]}")


class QuietFiles(http.server.SimpleHTTPRequestHandler):
    """A plain file server that knows nothing of Parvis."""

    def log_message(self, *_):
        pass


@contextlib.contextmanager
def plain_server(folder, port=0):
    """Serves a folder as any static host does; gives the base address."""
    handler = functools.partial(QuietFiles, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", port), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        server.server_close()


class World:
    """What all tests share: the program, a scratch folder, a filled commune to copy."""

    def __init__(self, program, shots=None):
        self.program = Program(program)
        self.scratch = pathlib.Path(tempfile.mkdtemp(prefix="parvis-test-"))
        self.shots = pathlib.Path(shots) if shots else None
        self.template = self.scratch / "template"
        self.program.run("init", self.template, "--demo", "--content", CONTENT)
        self._main = None
        self.notes = {}

    def copy(self, name, **values):
        """A fresh demonstration commune of its own."""
        folder = self.scratch / name
        shutil.copytree(self.template, folder)
        commune = Commune(self.program, folder)
        commune.configure(**values)
        return commune

    @property
    def main(self):
        """The commune in which all journeys happen, served."""
        if self._main is None:
            port = free_port()
            self._main = self.copy("main", address=f"http://127.0.0.1:{port}/")
            self._main.serve(port)
        return self._main

    def close(self, keep):
        """Stops what still runs and removes the scratch folder."""
        if self._main is not None and self._main.process is not None:
            self._main.kill()
        if not keep:
            shutil.rmtree(self.scratch, ignore_errors=True)


def read_json(path):
    """A JSON file as Python values."""
    return json.loads(pathlib.Path(path).read_text())

"""Runs the browser journeys and the checks of the emitted site, and counts them.

    run.py --parvis PROGRAM [--only WORD] [--kills N] [--keep]

`--only` takes the name of a file (as `comment`) or of a test (as `comment.receipts`); tests of one file build on each
other. PARVIS_SHOTS names a folder for pictures of the main pages.
"""

import argparse
import importlib
import os
import pathlib
import sys
import time
import traceback

from playwright.sync_api import sync_playwright

from commune import Failed, World
from visitors import Visitors

GROUPS = [
    "comment", "desk", "incidents", "consultation", "people", "privacy", "follow", "register", "back", "requests",
    "modules", "pages", "stale", "same", "copy", "origins", "disk", "calendar", "deploy", "crash",
]


def reason(error):
    """An error in a few lines: words for what a test found, the place for what nobody expected."""
    notes = "".join(f"\n       {note}" for note in getattr(error, "__notes__", []))
    if isinstance(error, Failed):
        return f"{error}{notes}"
    frames = traceback.extract_tb(error.__traceback__)
    place = next((f for f in reversed(frames) if f"{os.sep}Browser{os.sep}" in f.filename), frames[-1])
    words = str(error).split("Call log:")[0].strip()
    return f"{type(error).__name__} at {pathlib.Path(place.filename).name}:{place.lineno}: {words}{notes}"


def main():
    """Runs what was asked for; gives the exit code."""
    options = argparse.ArgumentParser()
    options.add_argument("--parvis", required=True)
    options.add_argument("--only", default="")
    options.add_argument("--kills", type=int, default=20)
    options.add_argument("--keep", action="store_true")
    chosen = options.parse_args()
    group, _, test = chosen.only.partition(".")
    passed, failed = 0, 0
    world = World(chosen.parvis, os.environ.get("PARVIS_SHOTS"))
    world.kills = chosen.kills
    with sync_playwright() as playwright:
        visitors = Visitors(playwright)
        for name in GROUPS:
            if group not in ("", name):
                continue
            for function in importlib.import_module(f"journey_{name}").TESTS:
                if test not in ("", function.__name__):
                    continue
                start = time.monotonic()
                label = f"{name}.{function.__name__}"
                try:
                    function(world, visitors)
                    passed += 1
                    print(f"ok   {label} ({time.monotonic() - start:.1f} s)", flush=True)
                except Exception as error:  # one failure must not hide the others
                    failed += 1
                    print(f"FAIL {label}: {reason(error)}", flush=True)
        visitors.close()
    world.close(chosen.keep)
    if chosen.keep:
        print(f"kept: {world.scratch}")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())

"""Same database, content and clock: the same bytes; and what was written act by act is what a full build writes."""

from commune import check, check_same, differences


def twice(world, _):
    """Two builds into new folders are identical, also from a copy of the commune elsewhere."""
    commune = world.copy("twice")
    commune.full_build(world.scratch / "one")
    commune.full_build(world.scratch / "two")
    found = differences(world.scratch / "one", world.scratch / "two")
    check(not found, f"two builds differ: {found[:10]}")
    check(any((world.scratch / "one").iterdir()), "the build is empty")


def unchanged(world, _):
    """A build with nothing to do writes nothing and touches nothing."""
    commune = world.copy("unchanged")
    world.program.run("build", "-C", commune.folder)
    before = {p: p.stat().st_mtime_ns for p in commune.site.rglob("*")}
    result = world.program.run("build", "-C", commune.folder, "--json")
    check('"written":0' in result.stdout.replace(" ", ""), f"a second build wrote: {result.stdout}")
    after = {p: p.stat().st_mtime_ns for p in commune.site.rglob("*")}
    touched = [str(p) for p in after if after[p] != before.get(p)]
    check(not touched, f"a second build touched {touched[:10]}")


def as_built(world, _):
    """After all the journeys, the site that grew act by act equals a whole build, byte for byte."""
    commune = world.main
    if commune.process is not None:
        commune.stop()
    out = world.scratch / "whole"
    check_same(commune, out)
    result = world.program.run("check", "-C", commune.folder, code=None)
    check(result.returncode == 0, f"parvis check: {result.returncode}\n{result.stdout}{result.stderr}")
    result = world.program.run("check", out, code=None)
    check(result.returncode == 0, f"parvis check SITE: {result.returncode}\n{result.stdout}{result.stderr}")


TESTS = [twice, unchanged, as_built]

#!/usr/bin/env python3
"""Set everything up in .venv, with nothing but Python 3.10 or newer, and run something.

    python3 dev.py demo            check the example draft
    python3 dev.py test            ruff, mypy, the quick tests, the slow ones
    python3 dev.py test ARGS...    ruff, mypy, and pytest with ARGS
    python3 dev.py setup           only set up
"""

# No feature newer than Python 3.6 in this file: an old interpreter must get as far as the message.
import hashlib
import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.abspath(__file__))
VENV = os.path.join(ROOT, ".venv")
BIN = os.path.join(VENV, "Scripts" if os.name == "nt" else "bin")
PYTHON = os.path.join(BIN, "python.exe" if os.name == "nt" else "python")
STAMP = os.path.join(VENV, "healthlint-setup")


def main(argv):
    """Run one command; the exit code."""
    command, rest = (argv[0], argv[1:]) if argv else ("", [])
    if command not in ("demo", "test", "setup") or (rest and command != "test"):
        sys.stderr.write(__doc__)
        return 2
    if sys.version_info < (3, 10):
        fail(
            "this is Python {}.{}; healthlint needs 3.10 or newer. Run dev.py with a newer one, "
            "for example: python3.12 dev.py {}".format(*sys.version_info[:2], command)
        )
    set_up(developing=command != "demo")
    if command == "setup":
        return 0
    if command == "demo":
        return call([PYTHON, "-m", "healthlint", "check", "--exit-zero", "examples"])
    for step in [["ruff", "check", "."], ["mypy"]] + tests(rest):
        say("$ " + " ".join(step))
        code = call([PYTHON, "-m"] + step)
        if code:
            return code
    return 0


def tests(arguments):
    """The runs of pytest: one with the arguments, or the quick tests and then the slow ones."""
    if arguments:
        return [["pytest"] + arguments]
    # The tests of a file share what costs time to make: they stay together.
    spread = ["--numprocesses=auto", "--maxprocesses=4", "--dist=loadfile"]
    return [["pytest", "-q", "-m", which] + spread for which in ("not slow", "slow")]


def set_up(developing):
    """Make .venv with healthlint in it, unless that is done and pyproject.toml has not changed."""
    wanted = stamp()
    done = read(STAMP).split("\n")
    if done[0] == wanted and (not developing or "dev" in done) and works():
        return
    if not works():
        make_venv()
    say("Installing healthlint into .venv (once; needs a package index)")
    target = ".[dev]" if developing or "dev" in done else "."
    command = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    if call(command + ["--editable", target]):
        fail(
            "pip could not install what pyproject.toml asks for (its message stands above). "
            "Check that this machine reaches a package index, or set PIP_INDEX_URL to one it does."
        )
    with open(STAMP, "w") as file:
        file.write("\n".join([wanted, "dev"] if target != "." else [wanted]))


def make_venv():
    """A new virtual environment in .venv."""
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError:
        fail(
            "this Python has no `venv` module. On Debian or Ubuntu: "
            "sudo apt install python{}.{}-venv".format(*sys.version_info[:2])
        )
    say("Making a virtual environment in .venv")
    if call([sys.executable, "-m", "venv", "--clear", VENV]):
        fail("the virtual environment could not be made in {}".format(VENV))


def works():
    """Whether .venv holds a Python that runs, is new enough and has pip."""
    if not os.path.exists(PYTHON):
        return False
    code = "import sys, pip; sys.exit(sys.version_info < (3, 10))"
    quiet = subprocess.DEVNULL
    return subprocess.call([PYTHON, "-c", code], stdout=quiet, stderr=quiet) == 0


def stamp():
    """What an installation depends on: pyproject.toml and the place of the checkout."""
    content = read(os.path.join(ROOT, "pyproject.toml"))
    return hashlib.sha256((content + ROOT).encode("utf-8")).hexdigest()


def read(path):
    """The text of a file; nothing if there is none."""
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except OSError:
        return ""


def call(command):
    """Run a command in the checkout; its exit code."""
    sys.stdout.flush()
    return subprocess.call(command, cwd=ROOT)


def say(text):
    """A line about what happens."""
    print(text, flush=True)


def fail(text):
    """The end: one line that says what to do."""
    sys.exit("dev.py: " + text)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)

"""Promises of `make setup`: what is missing is said first, and a .venv of another Python is no trap."""

import os
import re
import shutil
import subprocess

import pytest

from template_review.template_copies import ROOT

SCRIPT = ROOT / "requirements" / "conditions.sh"
OF_THE_SYSTEM = ("bash", "env", "mkdir", "mktemp", "rm")
PYTHON = """#!/bin/bash
case "$*" in
  *version_info*) [[ -n "{version}" ]] && echo "{version}" ;;
  *ensurepip*) exit {no_venv} ;;
  *"pip download"*) exit {no_network} ;;
  "-m venv "*) mkdir -p "$3/bin" && echo {version} >"$3/made-with" ;;
esac
"""


class Machine:
    """A machine with nothing on its PATH but what a test puts there, and a clone to set up."""

    def __init__(self, folder):
        self.path, self.clone = folder / "bin", folder / "clone"
        self.path.mkdir()
        self.clone.mkdir()
        for name in OF_THE_SYSTEM:
            (self.path / name).symlink_to(shutil.which(name))

    def has(self, name, text, *, folder=None):
        file = (folder or self.path) / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
        file.chmod(0o755)

    def has_python(self, name, version, *, no_venv=0, no_network=0, folder=None):
        text = PYTHON.format(version=version, no_venv=no_venv, no_network=no_network)
        self.has(name, text, folder=folder)

    def has_node(self, version="v24.1.0", *, no_network=0):
        self.has("node", f"#!/bin/bash\necho {version}\n")
        self.has("npm", f"#!/bin/bash\nexit {no_network}\n")

    def has_venv(self, version):
        self.has_python("python", version, folder=self.clone / ".venv" / "bin")
        (self.clone / ".venv" / ".complete").touch()

    def venv_is_of(self):
        return (self.clone / ".venv" / "made-with").read_text().strip()

    def setup(self, python="python3", *, named=False, lines=1):
        """The sentence, if any, and whether setup would go on."""
        command = [str(self.path / "bash"), str(SCRIPT), python, "yes" if named else ""]
        path = os.pathsep.join((str(self.clone / ".venv" / "bin"), str(self.path)))
        done = subprocess.run(
            command, cwd=self.clone, env={"PATH": path}, capture_output=True, text=True, check=False
        )
        assert done.returncode in {0, 2}
        assert len((done.stdout + done.stderr).splitlines()) <= lines
        return done.stdout + done.stderr, done.returncode == 0


@pytest.fixture
def machine(tmp_path):
    found = Machine(tmp_path)
    found.has_python("python3", "3.11.9")
    found.has_node()
    return found


def test_where_everything_is_there_nothing_is_said(machine):
    assert machine.setup() == ("", True)


@pytest.mark.parametrize(
    ("python", "sentence"),
    [
        ("python3.10", "python3.10 is Python 3.10.13, and"),
        ("python2", "python2 is Python 2.7.18, and"),
        ("python3.9", "there is no python3.9, and Python"),
        ("broken", "broken does not start, and Python"),
    ],
)
def test_a_python_that_is_too_old_or_not_there_is_told_with_one_that_is(machine, python, sentence):
    machine.has_python("python3.10", "3.10.13")
    machine.has_python("python3.11", "3.11.9")
    machine.has_python("python2", "2.7.18")
    machine.has_python("broken", "")
    advice = "3.11 or newer is needed: make setup PYTHON=python3.11"
    assert machine.setup(python, named=True) == (f"make setup: {sentence} {advice}\n", False)


def test_where_no_python_is_new_enough_one_is_to_be_installed(machine):
    machine.has_python("python3", "3.10.13")
    said, goes_on = machine.setup()
    assert not goes_on
    assert said.endswith("install one, and name it: make setup PYTHON=…\n")


def test_one_that_nobody_named_gives_way_to_one_that_is_new_enough(machine):
    machine.has_python("python3", "3.10.13")
    machine.has_python("python3.12", "3.12.4")
    sentence = "python3 is Python 3.10.13, and 3.11 or newer is needed: python3.12 is taken"
    assert machine.setup() == (f"make setup: {sentence}\n", True)
    assert machine.venv_is_of() == "3.12.4"


def test_an_environment_of_an_old_python_is_made_anew_with_one_that_is_there(machine):
    machine.has_python("python3", "3.10.13")
    machine.has_python("python3.11", "3.11.9")
    machine.has_venv("3.10.13")
    said, goes_on = machine.setup()
    assert goes_on
    assert said == (
        "make setup: python3 is Python 3.10.13, and 3.11 or newer is needed: python3.11 is taken;"
        " .venv is of Python 3.10.13, and is made anew with 3.11.9\n"
    )
    assert machine.venv_is_of() == "3.11.9"


def test_nothing_is_made_with_it_before_all_that_is_needed_is_there(machine):
    machine.has_python("python3", "3.10.13")
    machine.has_python("python3.11", "3.11.9")
    (machine.path / "npm").unlink()
    assert machine.setup(lines=2)[1] is False
    assert not (machine.clone / ".venv").exists()


def test_a_python_that_cannot_make_environments_is_told_with_the_package_it_lacks(machine):
    machine.has_python("python3", "3.11.9", no_venv=1)
    said, goes_on = machine.setup()
    assert (goes_on, "python3-venv" in said) == (False, True)


@pytest.mark.parametrize("missing", ["node", "npm"])
def test_without_node_it_is_told_before_anything_is_made(machine, missing):
    (machine.path / missing).unlink()
    said, goes_on = machine.setup()
    assert not goes_on
    assert said.startswith("make setup: there is no Node.js with npm: install it")


def test_a_node_that_is_too_old_is_told(machine):
    machine.has_node("v16.20.2")
    said, goes_on = machine.setup()
    assert (goes_on, "node is 16.20.2, and the CDK needs 18" in said) == (False, True)


@pytest.mark.parametrize("tool", ["pip", "npm"])
def test_without_a_network_it_is_told_and_where_the_address_comes_from(machine, tool):
    machine.has_python("python3", "3.11.9", no_network=int(tool == "pip"))
    machine.has_node(no_network=int(tool == "npm"))
    said, goes_on = machine.setup()
    assert not goes_on
    assert said.startswith(f"make setup: {tool} reaches no ")
    assert "a network is needed the first time" in said


def test_what_is_set_up_needs_no_network(machine):
    machine.has_venv("3.11.9")
    machine.has_node(no_network=1)
    (machine.clone / "node_modules").mkdir()
    (machine.clone / "node_modules" / ".complete").touch()
    assert machine.setup() == ("", True)


@pytest.mark.parametrize("named", [True, False])
def test_an_environment_of_a_python_that_is_too_old_is_made_anew(machine, named):
    machine.has_venv("3.10.13")
    said, goes_on = machine.setup(named=named)
    assert (said, goes_on) == ("make setup: .venv is of Python 3.10.13, and is made anew with 3.11.9\n", True)
    assert not (machine.clone / ".venv").exists()


def test_an_environment_whose_python_is_gone_is_made_anew(machine):
    machine.has_venv("")
    assert machine.setup() == (
        "make setup: .venv is of Python that is gone, and is made anew with 3.11.9\n",
        True,
    )
    assert not (machine.clone / ".venv").exists()


def test_an_environment_stays_unless_another_python_is_named(machine):
    machine.has_python("python3.13", "3.13.2")
    machine.has_venv("3.12.4")
    assert machine.setup() == ("", True)
    assert (machine.clone / ".venv").exists()
    said, _ = machine.setup("python3.13", named=True)
    assert "is made anew with 3.13.2" in said
    assert not (machine.clone / ".venv").exists()


def test_an_environment_stays_where_the_python_of_the_system_is_too_old(machine):
    machine.has_python("python3", "3.10.13")
    machine.has_venv("3.12.4")
    assert machine.setup() == ("", True)


def test_a_python_that_is_too_old_takes_no_environment_away(machine):
    machine.has_python("python3.10", "3.10.13")
    machine.has_venv("3.12.4")
    assert machine.setup("python3.10", named=True)[1] is False
    assert (machine.clone / ".venv").exists()


def test_make_setup_asks_before_it_looks_at_what_is_there():
    makefile = (ROOT / "Makefile").read_text("utf-8")
    assert "\n\t.venv/bin/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv .venv\n" in makefile
    assert re.search(r"^setup: conditions .*\n\t@\$\(MAKE\) .* installed$", makefile, re.MULTILINE)
    assert re.search(r"^conditions:.*\n\t@requirements/conditions.sh", makefile, re.MULTILINE)

"""Promises of the functions' bundle."""

import os
import re
import subprocess
import sys
from importlib.util import find_spec
from modulefinder import ModuleFinder
from pathlib import Path

import pytest

from stacks import bundle_contents, bundling
from stacks.bundling import BundlingError, bundle_check_images, bundle_functions
from template_review.template_copies import ROOT

HANDLERS = ("convert_manifest", "start_training", "record_outcome", "sweep")
OF_THE_RUNTIME = ("boto3", "botocore", "s3transfer", "dateutil", "urllib3", "six")


@pytest.fixture(scope="module")
def for_lambda(tmp_path_factory):
    return bundle_functions(ROOT, tmp_path_factory.mktemp("lambda"))


@pytest.fixture(scope="module")
def for_this_machine(tmp_path_factory):
    return bundle_functions(ROOT, tmp_path_factory.mktemp("host"), "host")


@pytest.fixture(scope="module")
def check_images(tmp_path_factory):
    return bundle_check_images(ROOT, tmp_path_factory.mktemp("lambda"))


@pytest.fixture(scope="module")
def check_images_here(tmp_path_factory):
    return bundle_check_images(ROOT, tmp_path_factory.mktemp("host"), "host")


@pytest.fixture(params=["functions", "check_images"])
def each_for_lambda(request, for_lambda, check_images):
    return {"functions": for_lambda, "check_images": check_images}[request.param]


@pytest.fixture(params=["functions", "check_images"])
def each_here(request, for_this_machine, check_images_here):
    return {"functions": for_this_machine, "check_images": check_images_here}[request.param]


def files_in(folder):
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_compiled_wheels_are_those_of_lambdas_platform(each_for_lambda):
    compiled = [file.name for file in each_for_lambda.rglob("*.so")]
    assert compiled
    assert all("cpython-314-aarch64-linux-gnu" in name for name in compiled)


def test_two_bundles_are_equal_byte_by_byte(for_this_machine, tmp_path):
    assert files_in(bundle_functions(ROOT, tmp_path, "host")) == files_in(for_this_machine)


def test_two_bundles_of_check_images_are_equal_byte_by_byte(check_images_here, tmp_path):
    assert files_in(bundle_check_images(ROOT, tmp_path, "host")) == files_in(check_images_here)


def naming(folder, *places):
    """Names of the files that hold one of the places."""
    found = files_in(folder).items()
    return [name for name, content in found if any(str(place).encode() in content for place in places)]


def test_the_bundle_names_no_place_on_this_machine(each_here):
    assert naming(each_here, ROOT, sys.prefix) == []
    assert naming(each_here, "def handler("), "the search reads the files"


def test_a_place_on_this_machine_would_be_found(tmp_path):
    (tmp_path / "RECORD").write_text(f"{sys.prefix}/bin/python\n", "utf-8")
    assert naming(tmp_path, ROOT, sys.prefix) == ["RECORD"]


def test_the_bundle_holds_the_handlers_and_the_library_without_its_command_line(for_lambda):
    assert all((for_lambda / package / "handler.py").is_file() for package in HANDLERS)
    assert (for_lambda / "groundtrain" / "settings" / "environment.py").is_file()
    for room in ("cli", "evaluation", "formats", "merging", "pipe"):
        assert not (for_lambda / "groundtrain" / room).exists()
    for room in ("predictions", "preflight", "publishing", "rehearsal", "relabeling"):
        assert not (for_lambda / "groundtrain" / room).exists()
    assert not list(for_lambda.rglob("check.py"))
    assert not (for_lambda / "groundtrain" / "linting" / "linter.py").exists()
    assert (for_lambda / "groundtrain" / "output" / "messages").is_dir()
    assert not (for_lambda / "groundtrain" / "output" / "pictures").exists()
    assert not (for_lambda / "groundtrain" / "manifest" / "rules" / "examples").exists()
    assert not list(for_lambda.rglob("__pycache__"))


def test_only_the_bundle_of_check_images_decodes_images(for_lambda, check_images):
    for name in ("PIL", "pillow.libs", "check_images"):
        assert not (for_lambda / name).exists()
        assert (check_images / name).is_dir()
    assert not any((check_images / package).exists() for package in HANDLERS)


def test_the_bundle_of_check_images_has_what_it_imports_of_ours_and_no_more(check_images):
    rooms = {path.name for path in (check_images / "groundtrain").iterdir() if path.is_dir()}
    assert {"images", "linting"} <= rooms
    assert not {"dataset", "formats", "gate", "output", "reporting", "settings", "training"} & rooms
    assert len(list((check_images / "groundtrain").rglob("*"))) < 90


@pytest.mark.parametrize("package", [*HANDLERS, "check_images"])
def test_nothing_that_a_handler_may_import_is_left_out(for_lambda, check_images, package):
    """Imports within functions, too, which a call of the handler may not reach."""
    bundle = check_images if package == "check_images" else for_lambda
    finder = ModuleFinder([str(bundle)])
    finder.run_script(str(bundle / package / "handler.py"))
    assert "groundtrain.errors" in finder.modules
    missing, _ = finder.any_missing_maybe()
    for_type_checkers = {name for name, by in finder.badmodules.items() if set(by) == {"groundtrain"}}
    assert [n for n in missing if n.startswith("groundtrain.") and n not in for_type_checkers] == []


def test_the_page_of_the_bundles_contents_is_up_to_date(for_lambda, check_images):
    assert bundle_contents.PAGE.read_text("utf-8") == bundle_contents.write_page(for_lambda, check_images)


def entries_of_nobody(bundle):
    """What is neither from lambdas/ nor from a package."""
    packaged = {entry for part in bundle_contents.third_parties(bundle) for entry in part.entries}
    ours = {path.name for path in (ROOT / "lambdas").iterdir()}
    return {path.name for path in bundle.iterdir()} - packaged - ours


@pytest.mark.parametrize("lock", ["lambda.txt", "lambda-images.txt"])
def test_nothing_is_shipped_but_our_code_and_the_packages_of_the_lock(for_lambda, check_images, lock):
    bundle = for_lambda if lock == "lambda.txt" else check_images
    text = (ROOT / "requirements" / lock).read_text("utf-8")
    locked = re.findall(r"^([\w-]+)==([\w.]+)", text, re.MULTILINE)
    shipped = {
        (part.name.lower().replace("_", "-"), part.version) for part in bundle_contents.third_parties(bundle)
    }
    assert entries_of_nobody(bundle) == set()
    assert shipped == set(locked)


def test_a_file_of_nobodys_in_the_bundle_would_be_found(tmp_path):
    for name in ("convert_manifest", "nobodys"):
        (tmp_path / name).mkdir()
    assert entries_of_nobody(tmp_path) == {"nobodys"}


def test_every_package_of_a_lock_is_pinned_by_hash():
    for lock in (ROOT / "requirements").glob("*.txt"):
        entries = re.split(r"\n(?=[a-z0-9])", lock.read_text("utf-8"))[1:]
        assert entries
        assert [entry for entry in entries if "==" not in entry or "--hash=sha256:" not in entry] == []


PLACE = re.compile(r"https?://|resolved")


def test_the_locks_name_no_place_to_download_from():
    locks = [*(ROOT / "requirements").glob("*.txt"), ROOT / "package-lock.json"]
    assert len(locks) > 4
    assert [lock.name for lock in locks if PLACE.search(lock.read_text("utf-8"))] == []


@pytest.mark.parametrize(
    "line", ["--index-url https://example.com", '"resolved": "file:x"', "http://x/y.whl"]
)
def test_a_place_to_download_from_would_be_found(line):
    assert PLACE.search(f"uv==0.9\n{line}\n")


def test_the_bundle_stays_far_below_lambdas_limits(each_for_lambda):
    size = sum(file.stat().st_size for file in each_for_lambda.rglob("*"))
    assert size < (40_000_000 if (each_for_lambda / "PIL").exists() else 20_000_000)  # of 250 MB unzipped


@pytest.fixture(scope="module")
def runtime(tmp_path_factory):
    """A folder with the packages that Lambda's runtime has."""
    folder = tmp_path_factory.mktemp("runtime")
    for name in OF_THE_RUNTIME:
        origin = Path(find_spec(name).origin)
        installed = origin.parent if origin.name == "__init__.py" else origin
        (folder / installed.name).symlink_to(installed)
    return folder


def run_isolated(code, *folders, **variables):
    """Run code in an interpreter that sees nothing else than these folders."""
    code = f"import sys; sys.path[:0] = {[str(folder) for folder in folders]}; {code}"
    command = [sys.executable, "-I", "-S", "-B", "-c", code]
    return subprocess.run(
        command, capture_output=True, text=True, check=False, env={**os.environ, **variables}
    )


@pytest.mark.parametrize("package", HANDLERS)
def test_a_handler_needs_nothing_but_the_bundle_and_the_runtimes_own_boto3(
    for_this_machine, runtime, package
):
    done = run_isolated(f"import {package}.handler", for_this_machine, runtime)
    assert done.returncode == 0, done.stderr


LOOK_AT_A_SHARD = """
import io, json
import check_images.handler as it
from groundtrain.images.labeled_image import LabeledImage
from groundtrain.linting.image_shards import cut_images
from groundtrain.record_keys import keys_of
from groundtrain.s3_addresses import S3Address
from PIL import Image
from types import SimpleNamespace as Made

def found(Key, **_):
    return {"ContentLength": len(objects[Key]), "ETag": "1"}

def read(Key, Range, **_):
    first, last = map(int, Range.removeprefix("bytes=").split("-"))
    size = {"ContentRange": f"bytes {first}-{last}/{len(objects[Key])}", "ETag": "1"}
    return {"Body": io.BytesIO(objects[Key][first:last + 1]), **size}

def written(Key, Body, **_):
    objects[Key] = Body

Image.new("RGB", (40, 30)).save(whole := io.BytesIO(), "PNG")
before, mark, after = whole.getvalue().partition(b"IDAT")
damaged = before + mark + bytes([255] * 9) + after[9:]
lines = [LabeledImage(1, "s3://labels/a.png"), LabeledImage(2, "s3://labels/b.png")]
cut = cut_images(lines, keys_of("road-ref"), S3Address("datasets", "image-checks/yard/"))
objects = {"a.png": whole.getvalue(), "b.png": damaged, "image-checks/yard/images.jsonl": cut.images}
s3 = Made(head_object=found, get_object=read, put_object=written)
it.connect = lambda: Made(s3=s3)
context = Made(function_name="", memory_limit_in_mb=1, invoked_function_arn="", aws_request_id="")
print(it.handler(json.loads(cut.shard_lines), context))
"""


def test_check_images_looks_at_a_shard_with_nothing_but_its_bundle(check_images_here, runtime):
    variables = {"DATASETS_BUCKET": "datasets", "LABELING_BUCKETS": "labels"}
    done = run_isolated(LOOK_AT_A_SHARD, check_images_here, runtime, **variables)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == str({"images": 2, "masks": 0, "findings": 1})


def test_an_unknown_platform_is_refused(tmp_path):
    with pytest.raises(BundlingError, match="use one of lambda, host"):
        bundle_functions(ROOT, tmp_path, "windows")


def test_without_uv_the_error_says_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setattr(bundling.sys, "executable", str(tmp_path / "python"))
    monkeypatch.setitem(os.environ, "PATH", "")
    with pytest.raises(BundlingError, match="run make setup"):
        bundle_functions(ROOT, tmp_path)


def test_a_wheel_with_another_hash_is_refused(tmp_path):
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / "lambda.txt").write_text(
        f"msgspec==0.22.0 --hash=sha256:{'0' * 64}\n", "utf-8"
    )
    (tmp_path / "bundle").mkdir()
    with pytest.raises(BundlingError, match="could not install"):
        bundle_functions(tmp_path, tmp_path / "bundle", "host")

"""Every change of settings that synthesizes also deploys: what a deployed stack imports stays as it is."""

import json
from itertools import permutations

import pytest
from msgspec import Struct
from msgspec.structs import fields

from groundtrain.settings.environment import Environment
from groundtrain.settings.environment_file import load_environment
from groundtrain.training.settings_checks import training_mistakes
from stacks.readable_template import normalise
from template_review.assessment import assess
from template_review.notes import Section
from template_review.template_copies import synthesize

ELSEWHERE = {"name", "region", "account"}  # another value is another deployment, not a change of this one
OWN_IMAGE = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/detectors/yolo:7"
KEY = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
VARIANTS = {  # that together set every key to something else than its default
    "defaults": "",
    "existing buckets": """
        [labeling]
        buckets = ["yard-images", "yard-labels"]
        create_bucket = false
        job_name_prefixes = ["pallets-"]
        statuses = ["Completed", "Stopped", "Failed"]
        [notifications]
        emails = ["yard@example.com", "depot@example.com"]
    """,
    "both kinds of bucket": """
        [labeling]
        buckets = ["yard-images"]
        [notifications]
        emails = ["depot@example.com"]
    """,
    "uploads beside labeling jobs": """
        [labeling]
        uploads = ["manifests/", "s3://yard-uploads/exports/"]
    """,
    "uploads instead of labeling jobs": """
        [labeling]
        buckets = ["yard-images"]
        create_bucket = false
        jobs = false
        uploads = ["s3://yard-images/manifests/", "s3://yard-images/other/"]
    """,
    "nothing kept": """
        [retention]
        logs_days = 14
        replaced_objects_days = 5
        keep_buckets = false
        [sweep]
        every = "30m"
        look_back = "3d"
        grace = "10m"
    """,
    "other data": """
        [dataset]
        label = "boxes"
        validation = 0.2
        test = 0.15
        split = "stratified"
        split_attribute = "side"
        group_by = "^(.*)/"
        group_attribute = "video"
        record_key = ["page"]
        without_objects = "drop"
        machine_labeled = "drop"
        images = "header"
        unused_classes = "drop"
        verified_by = "check"
        accepted = ["good"]
        select = ["GT2"]
        ignore = ["GT204"]
        fix = ["GT108"]
        [dataset.classes]
        rename = { "Pallet" = "pallet" }
        drop = ["unsure"]
        emptied_records = "keep"
        [gate]
        max_rejected = 0.1
        min_records = 40
        min_records_per_class = 2
        classes_in_both_splits = false
    """,
    "every pixel": """
        [dataset]
        images = "full"
        [image_checks]
        max_concurrency = 20
        tolerated_failure_percentage = 5
        [gate]
        max_image_cost = 20
    """,
    "other machines": """
        [training]
        job_name_prefix = "yard"
        instance_types = ["ml.p3.2xlarge"]
        volume_gb = 70
        spot = false
        max_runtime = "2h"
        capacity_wait = "9h"
        on_demand_after_spot = true
        retry_attempts = 1
        shuffle_seed = 8
        incremental = true
        max_jobs_per_day = 5
        max_concurrent_jobs = 2
        network = { subnets = ["subnet-1a"], security_groups = ["sg-2b"], isolated = true, encrypted = true }
        experiment = "pallets"
        tags = { team = "yard" }
        price_per_hour = { "ml.p3.2xlarge" = 4.0 }
        algorithm = "object-detection"
        hyperparameters = { epochs = 5 }
    """,
    "rules of a company": """
        [tags]
        cost-center = "1234"
        [deployment]
        qualifier = "acme"
        permissions_boundary = "boundaries/teams"
    """,
    "an image of one's own": f"""
        [training]
        algorithm = "own-image"
        image_uri = "{OWN_IMAGE}"
        instance_types = ["ml.m5.xlarge"]
        instance_count = 2
        volume_key_arn = "{KEY}"
        metrics = {{ loss = "loss=([0-9.]+)" }}
        [training.overrides.own-image]
        volume_gb = 60
    """,
    "our detector": """
        [training]
        algorithm = "groundtrain-detector"
        image_uri = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/groundtrain-detector:1"
        hyperparameters = { network = "fcos_resnet50_fpn", epochs = 20 }
    """,
}

PAIRS = list(permutations(VARIANTS, 2))


@pytest.fixture(scope="module")
def variants(tmp_path_factory):
    """The environment "dev" with the settings of each variant: the record, and its readable templates."""
    folder = tmp_path_factory.mktemp("variants")
    (folder / "functions").mkdir()
    made = {}
    for number, (name, text) in enumerate(VARIANTS.items()):
        (folder / "dev.toml").write_text(f'region = "eu-west-1"\n{text}', "utf-8")
        environment = load_environment(folder / "dev.toml", training_mistakes)
        files = synthesize([environment], folder / str(number), folder / "functions")
        templates = {stack: normalise(json.loads(file.read_text("utf-8"))) for stack, file in files.items()}
        made[name] = environment, templates
    return made


def exports_of(templates):
    outputs = [output for template in templates.values() for output in template.get("Outputs", {}).values()]
    return {output["Export"]["Name"]: output["Value"] for output in outputs if "Export" in output}


def imports_of(templates):
    said = json.dumps(templates)
    return {name: value for name, value in exports_of(templates).items() if f"${{{name}}}" in said}


def settings_of(record, path=()):
    for field in fields(record):
        value = getattr(record, field.name)
        if isinstance(value, Struct):
            yield from settings_of(value, (*path, field.name))
        else:
            yield (*path, field.name), value


def test_every_setting_is_changed_by_some_variant(variants):
    default = dict(settings_of(Environment(name="dev", region="eu-west-1")))
    others = [dict(settings_of(environment)) for environment, _ in variants.values()]
    unchanged = {path for path, value in default.items() if all(other[path] == value for other in others)}
    assert {path for path in unchanged if path[0] not in ELSEWHERE} == set()


def test_stacks_import_what_others_export(variants):
    """Without it the next test would find nothing in whatever it is given."""
    for _, templates in variants.values():
        assert len(imports_of(templates)) > 15


@pytest.mark.parametrize(("deployed", "wanted"), PAIRS)
def test_what_deployed_stacks_import_is_still_exported_with_the_same_value(variants, deployed, wanted):
    exported = exports_of(variants[wanted][1])
    lost = {
        name: value
        for name, value in imports_of(variants[deployed][1]).items()
        if exported.get(name) != value
    }
    assert lost == {}


@pytest.mark.parametrize(("deployed", "wanted"), PAIRS)
def test_the_review_of_a_change_of_settings_foresees_no_refusal(variants, deployed, wanted):
    before, after = (
        {f"{stack.replace('/', '-')}.json": template for stack, template in variants[name][1].items()}
        for name in (deployed, wanted)
    )
    [assessment] = assess(before, after)
    assert assessment.within(Section.DEPLOYMENT) == []

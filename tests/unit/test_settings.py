import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from groundtrain.durations import Duration, parse_duration
from groundtrain.errors import SettingsError
from groundtrain.settings.environment import Environment
from groundtrain.settings.environment_file import dump_environment, load_environment, parse_environment
from groundtrain.training.settings_checks import training_mistakes

REGION = 'region = "eu-west-1"\n'


def load(tmp_path: Path, text: str) -> Environment:
    path = tmp_path / "dev.toml"
    path.write_text(text)
    return load_environment(path, training_mistakes)


def test_the_environment_is_named_after_its_file(tmp_path):
    assert load(tmp_path, REGION).name == "dev"


@pytest.mark.parametrize("name", ["dev", "prod"])
def test_each_committed_environment_is_valid(name):
    path = Path(__file__).parents[2] / "environments" / f"{name}.toml"
    assert load_environment(path, training_mistakes).name == name


def test_functions_receive_the_settings_that_synth_read(tmp_path):
    environment = load(tmp_path, REGION + '[training]\nmax_runtime = "90m"\nhyperparameters = {epochs = 5}\n')
    assert parse_environment(dump_environment(environment), training_mistakes) == environment


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", 'the key "region" is missing'),
        (REGION + "colour = 1\n", 'there is no key or table "colour"'),
        (REGION + "[training]\nspto = true\n", 'the table [training] has no key "spto": the nearest is spot'),
        (REGION + '[training]\nspot = "yes"\n', "training.spot: 'yes' is not one of true, false, auto"),
        (REGION + "[dataset]\nvalidation = 1.0\n", "dataset.validation: expected a number < 1.0"),
        (REGION + '[training]\nmax_runtime = "4x"\n', "training.max_runtime: expected a duration"),
        (
            REGION + '[training]\nmax_wait = "8h"\n',
            'the table [training] has no key "max_wait": say how long',
        ),
        (REGION + '[dataset]\ngroup_by = "("\n', "dataset.group_by: not a regular expression"),
        (
            REGION + '[dataset]\nverified_by = "check"\n',
            "dataset.verified_by: no class of check is said to keep a record",
        ),
        (
            REGION + '[dataset]\naccepted = ["good"]\n',
            "dataset.accepted: no label attribute is named whose classes these are",
        ),
        (REGION + "[labeling]\ncreate_bucket = false\n", "labeling.buckets: no bucket"),
        (REGION + '[tags]\n"aws:team" = "yard"\n', "tags: expected the key of a tag"),
        (REGION + '[tags]\n"AWS:team" = "yard"\n', "tags: expected the key of a tag"),
        (REGION + '[tags]\nteam = ""\n', "tags[...]: expected the value of a tag"),
        (REGION + '[tags]\nteam = "a"\nTeam = "b"\n', "tags: team and Team differ in case only: keep one"),
        (
            REGION
            + "".join(["[tags]\n", *(f'a{n} = "x"\n' for n in range(30)), "[training.tags]\n"])
            + "".join(f'b{n} = "x"\n' for n in range(11)),
            "tags: with training.tags a training job would have 41, and 40 are possible",
        ),
        (REGION + '[deployment]\nqualifier = "ACME"\n', "deployment.qualifier: expected 1 to 10 small"),
        (
            REGION + '[deployment]\npermissions_boundary = "arn:aws:iam::aws:policy/x"\n',
            "deployment.permissions_boundary: expected the name of a managed policy, not its ARN",
        ),
        (REGION + "[labeling]\nstatuses = []\n", "labeling.statuses"),
        (REGION + "[labeling]\njob_name_prefixes = []\n", "labeling.job_name_prefixes"),
        (REGION + '[labeling]\nbuckets = ["photos", "photos"]\n', "labeling.buckets: photos is there twice"),
        (REGION + "[labeling]\njobs = false\n", "labeling.jobs: nothing would start the pipeline"),
        (REGION + '[labeling]\nuploads = ["in/", "in/"]\n', "labeling.uploads: in/ is there twice"),
        (
            REGION + '[labeling]\nuploads = ["manifests"]\n',
            'labeling.uploads: "manifests" does not end in "/", so that it would be',
        ),
        (
            REGION + '[labeling]\nbuckets = ["photos"]\ncreate_bucket = false\nuploads = ["in/"]\n',
            'labeling.uploads: "in/" would lie in the bucket that the stack makes, which create_bucket',
        ),
        (
            REGION + '[labeling]\nuploads = ["s3://groundtrain-dev-storage-datasets3f2a-x1y2/datasets/"]\n',
            "lies in a bucket that the functions of an environment write manifests to",
        ),
        *(
            (
                REGION + f"[labeling]\nuploads = ['{folder}']\n",
                "labeling.uploads[0]: expected a folder such",
            )
            for folder in (
                "",
                "/",
                "/in/",
                "s3://photos/",
                "s3://photos",
                "s3:///in/",
                "in*/",
                "in?/",
                "a\\b/",
            )
        ),
        (
            REGION + '[training]\ninstance_types = ["ml.g5.xlarge", "ml.g5.xlarge"]\n',
            "training.instance_types: ml.g5.xlarge is there twice",
        ),
        (
            REGION + '[notifications]\nemails = ["a@example.com", "a@example.com"]\n',
            "notifications.emails: a@example.com is there twice",
        ),
        (
            REGION + '[training.overrides.object-detection]\nnetwork = { subnets = ["subnet-0a1b"] }\n',
            "training.overrides.object-detection.network.security_groups: missing",
        ),
        (
            REGION + "[training.overrides.object-detection]\nhyperparameters = 5\n",
            "training.overrides.object-detection: hyperparameters: expected",
        ),
        (
            REGION + "[training.overrides.object-detection.hyperparameters]\nepochs = 0\n",
            "training.overrides.object-detection.hyperparameters.epochs: ",
        ),
        (
            REGION + '[training.overrides.object-detection]\nmax_runtime = "40d"\n',
            "training.overrides.object-detection.max_runtime: ",
        ),
        (
            REGION + '[training.overrides.object-detection]\ntags = { a = "1" }\n',
            "training.overrides.object-detection.tags: the same for all algorithms",
        ),
        (
            REGION + '[training.overrides.own-image]\nnonsense = "x"\n',
            'training.overrides.own-image: there is no key or table "nonsense"',
        ),
        (REGION + "[dataset]\nsplit_attribute = 'a\"b'\n", "dataset.split_attribute: expected the name"),
        ('region = "eu-west-9"\n', "region: eu-west-9 has no images of SageMaker's algorithms"),
        (
            REGION + '[training.network]\nsubnets = ["subnet-0a1b"]\n',
            "training.network.security_groups: missing",
        ),
        (REGION + '[training.network]\nsecurity_groups = ["sg-0a1b"]\n', "training.network.subnets: missing"),
        ('region = "Europe"\n', "region: expected a region such as eu-west-1"),
        ("region = \n", "not TOML: Invalid value"),
        (
            REGION + '[dataset]\nignore = ["GT2040"]\n',
            "dataset.ignore: there is no rule GT2040; the nearest is GT204",
        ),
        (
            REGION + "[image_checks]\nmax_concurrency = 20\n",
            'image_checks.max_concurrency: it is for images = "full" under [dataset], and images are looked',
        ),
        (
            REGION + '[dataset]\nimages = "header"\n[image_checks]\ntolerated_failure_percentage = 5\n',
            'image_checks.tolerated_failure_percentage: it is for images = "full" under [dataset]',
        ),
        (
            REGION + "[gate]\nmax_image_cost = 20\n",
            'gate.max_image_cost: it is for images = "full" under [dataset], and images are looked at',
        ),
        (
            REGION + '[dataset]\nimages = "full"\n[image_checks]\nmax_concurrency = 1001\n',
            "image_checks.max_concurrency: expected a whole number <= 1000",
        ),
        (REGION + '[dataset]\nimages = "none"\n', "none"),
        (REGION + '[dataset]\nselect = ["GT9"]\n', "dataset.select: there is no rule GT9"),
        (
            REGION + '[dataset]\nfix = ["GT101"]\n',
            "dataset.fix: GT101 (not-json) has no automatic fix",
        ),
        (REGION + '[dataset]\nignore = ["GT301"]\n', "GT301 (class-not-in-map) cannot be ignored"),
        (
            REGION + '[training]\ninstance_types = ["g5"]\n',
            "instance_types[0]: expected an instance type such as",
        ),
        (REGION + '[training]\nalgorithm = "object-detect"\n', "is not one of auto, blazingtext"),
        (REGION + "[training.price_per_hour]\ng5 = 1\n", "price_per_hour: expected an instance type such as"),
        (REGION + "[gate]\nmax_image_cost = -1\n", "gate.max_image_cost: expected a number >= 0"),
        (REGION + "[gate]\nmax_image_cost = inf\n", "gate.max_image_cost: expected a number <= 1000000"),
        (REGION + '[gate]\nmin_records = "20"\n', "gate.min_records: expected a whole number, got a text"),
        (
            REGION + "[training.overrides.object-detection]\nspto = true\n",
            'overrides.object-detection: there is no key or table "spto"',
        ),
    ],
)
def test_a_wrong_setting_is_refused_with_file_key_and_reason(tmp_path, text, reason):
    with pytest.raises(SettingsError) as refusal:
        load(tmp_path, text)
    assert "dev.toml: " in str(refusal.value)
    assert reason in str(refusal.value)


def test_the_usual_limit_of_what_images_may_cost_is_left_out_of_what_is_deployed(tmp_path):
    usual, higher = (
        load(tmp_path, REGION + f'[dataset]\nimages = "full"\n[gate]\nmax_image_cost = {limit}\n')
        for limit in (5, 20)
    )
    assert "max_image_cost" not in dump_environment(usual)
    assert parse_environment(dump_environment(higher), training_mistakes).gate.max_image_cost == 20


def test_functions_are_told_of_image_checks_only_where_they_were_changed(tmp_path):
    full = REGION + '[dataset]\nimages = "full"\n[image_checks]\n'
    told = [load(tmp_path, full + keys) for keys in ("max_concurrency = 50\n", "max_concurrency = 20\n")]
    written = [json.loads(dump_environment(environment)).get("image_checks") for environment in told]
    assert written == [None, {"max_concurrency": 20}]
    assert parse_environment(dump_environment(told[1]), training_mistakes) == told[1]


def test_a_missing_settings_file_is_a_settings_error(tmp_path):
    with pytest.raises(SettingsError, match=r"absent.toml: there is no such file: name a settings file"):
        load_environment(tmp_path / "absent.toml", training_mistakes)


def test_a_file_whose_name_names_no_environment_is_to_be_renamed(tmp_path):
    file = tmp_path / "my-team.toml"
    file.write_text(REGION)
    with pytest.raises(SettingsError, match=r'named after its file, and "my-team" is not 2 to 12 .*: rename'):
        load_environment(file, training_mistakes)


@given(st.integers(1, 10_000), st.sampled_from("smhd"))
def test_a_duration_prints_as_a_text_that_reads_back_to_it(count, unit):
    duration = parse_duration(f"{count}{unit}")
    assert parse_duration(str(duration)) == duration


@pytest.mark.parametrize("text", ["", "4", "h", "-4h", "0h", "1.5h", "4 weeks", 4, None])
def test_what_is_not_a_duration_is_refused(text):
    with pytest.raises(ValueError, match="expected a duration"):
        parse_duration(text)


def test_a_duration_is_its_seconds():
    assert Duration(7200) == parse_duration("2h") == 7200

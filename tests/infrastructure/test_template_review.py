"""Promises of the review of a change: what must be seen first is first, what is nothing is folded."""

import copy
import json
import subprocess

import pytest

from groundtrain.printable_text import printable
from template_review.__main__ import ROOT, main, review
from template_review.assessment import assess
from template_review.markdown import write_review
from template_review.notes import Section, code
from template_review.review_examples import PAGE, write_page
from template_review.template_versions import COPIES, BaseError, changed_in_bundle, fork_point

DEPLOYMENT, PERMISSIONS, EXPOSURE, DATA, COST, REST = Section
ROLE = "pipeline/Role"


def resource(kind, properties=None, **more):
    return {"Type": kind, "Properties": properties or {}, **more}


def governs(target, *statements):
    """The properties of a bucket's policy."""
    return {"Bucket": target, "PolicyDocument": {"Statement": [*statements]}}


def stack(**resources):
    return {"dev-pipeline.json": {"Resources": resources}}


def assessed(before, after):
    [assessment] = assess(before, after)
    return assessment


def changed(kind, before, after, **more):
    """One resource whose properties change."""
    return assessed(stack(It=resource(kind, before, **more)), stack(It=resource(kind, after, **more)))


def statement(effect="Allow", action="s3:GetObject", on="arn:aws:s3:::b/*", **more):
    return {"Effect": effect, "Action": action, "Resource": on, **more}


def policy(*statements):
    return resource(
        "AWS::IAM::Policy", {"Roles": ["${Role}"], "PolicyDocument": {"Statement": [*statements]}}
    )


def policies_changed(before, after):
    role = resource("AWS::IAM::Role")
    return assessed(stack(Role=role, Policy=policy(*before)), stack(Role=role, Policy=policy(*after)))


def only(assessment, section):
    """The one note there is."""
    assert [it.section for it in assessment.notes] == [section], assessment.notes
    return assessment.notes[0].text


WHEN = {"StringEquals": {"aws:SourceAccount": ["1", "2"]}}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([], [statement()]),
        ([statement()], [statement(action=["s3:GetObject", "s3:PutObject"])]),
        ([statement()], [statement(action="s3:*")]),
        ([statement()], [statement(on="*")]),
        ([statement(Condition=WHEN)], [statement()]),
        ([statement(Condition=WHEN)], [statement(Condition={"StringEquals": {"aws:PrincipalTag/a": "b"}})]),
        ([statement()], [{"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}]),
        ([statement("Deny")], []),
        ([statement("Deny")], [statement("Deny", Condition=WHEN)]),
    ],
)
def test_a_policy_that_allows_more_is_a_widened_permission(before, after):
    [told] = policies_changed(before, after).within(PERMISSIONS)
    assert ROLE in told


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([statement()], []),
        ([statement(on="*")], [statement()]),
        ([statement(action="s3:*")], [statement()]),
        ([statement()], [statement(Condition=WHEN)]),
        ([statement(Condition=WHEN)], [statement(Condition={"StringEquals": {"aws:SourceAccount": "1"}})]),
        ([], [statement("Deny")]),
    ],
)
def test_a_policy_that_allows_less_widens_nothing(before, after):
    assert {it.section for it in policies_changed(before, after).notes} <= {REST}


@pytest.mark.parametrize(
    "after",
    [
        [statement(action="s3:PutObject"), statement()],
        [statement(action=["s3:PutObject", "s3:GetObject"])],
        [statement(), statement(action="s3:PutObject"), statement()],
    ],
)
def test_statements_that_only_move_merge_or_split_are_no_change(after):
    before = [statement(), statement(action="s3:PutObject")]
    assert policies_changed(before, after).notes == ()


def test_a_condition_that_is_dropped_is_told():
    widened = policies_changed([statement(Condition=WHEN)], [statement()])
    assert "before only when" in only(widened, PERMISSIONS)


def test_more_values_of_a_negative_condition_are_not_taken_for_stricter():
    one = {"StringNotEquals": {"aws:SourceAccount": ["1", "2"]}}
    fewer = {"StringNotEquals": {"aws:SourceAccount": ["1"]}}
    widened = policies_changed([statement(Condition=one)], [statement(Condition=fewer)])
    assert widened.within(PERMISSIONS)


def test_who_may_take_a_role_is_a_permission():
    def trust(service):
        allowed = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
        return {"AssumeRolePolicyDocument": {"Statement": [allowed]}}

    widened = changed("AWS::IAM::Role", trust("lambda.amazonaws.com"), trust("ec2.amazonaws.com"))
    assert "`ec2.amazonaws.com` may now `sts:AssumeRole`" in widened.within(PERMISSIONS)[0]


def test_a_managed_policy_and_a_boundary_that_goes_are_permissions():
    before = {"PermissionsBoundary": "arn:boundary"}
    widened = changed("AWS::IAM::Role", before, {"ManagedPolicyArns": ["arn:admin"]})
    assert len(widened.within(PERMISSIONS)) == 2


def test_a_bucket_policy_that_lets_in_everyone_is_public():
    everyone = statement(Principal="*")
    bucket = resource("AWS::S3::Bucket", {"PublicAccessBlockConfiguration": dict.fromkeys("abcd", True)})
    opened = resource(
        "AWS::S3::BucketPolicy", {"Bucket": "${B}", "PolicyDocument": {"Statement": [everyone]}}
    )
    public = assessed(stack(B=bucket), stack(B=bucket, P=opened))
    assert public.within(EXPOSURE) == [
        "**everyone** may now `s3:GetObject` on `arn:aws:s3:::b/*` (policy of `pipeline/B`)"
    ]


def test_the_denial_of_plain_http_that_goes_is_a_permission_unless_its_bucket_goes_too():
    plain = statement("Deny", "s3:*", Principal="*", Condition={"Bool": {"aws:SecureTransport": "false"}})
    bucket = resource("AWS::S3::Bucket", DeletionPolicy="Retain")
    guard = resource("AWS::S3::BucketPolicy", {"Bucket": "${B}", "PolicyDocument": {"Statement": [plain]}})
    assert "no longer forbidden" in assessed(stack(B=bucket, P=guard), stack(B=bucket)).within(PERMISSIONS)[0]
    assert assessed(stack(B=bucket, P=guard), stack()).within(PERMISSIONS) == []


def test_a_function_url_without_sign_in_is_public():
    url = resource("AWS::Lambda::Url", {"AuthType": "NONE", "TargetFunctionArn": "${F.Arn}"})
    assert (
        "**everyone** may now `lambda:InvokeFunctionUrl`"
        in assessed(stack(), stack(U=url)).within(EXPOSURE)[0]
    )


@pytest.mark.parametrize(
    ("kind", "before", "after"),
    [
        ("AWS::S3::Bucket", {"PublicAccessBlockConfiguration": {"BlockPublicAcls": True}}, {}),
        ("AWS::S3::Bucket", {"BucketEncryption": {"a": "aws:kms"}}, {"BucketEncryption": {"a": "AES256"}}),
        ("AWS::S3::Bucket", {"VersioningConfiguration": {"Status": "Enabled"}}, {}),
        ("AWS::SQS::Queue", {"SqsManagedSseEnabled": True}, {"SqsManagedSseEnabled": False}),
        ("AWS::SQS::Queue", {"RedrivePolicy": {"maxReceiveCount": 3}}, {}),
        ("AWS::KMS::Key", {"EnableKeyRotation": True}, {"EnableKeyRotation": False}),
        ("AWS::EC2::SecurityGroup", {}, {"SecurityGroupIngress": [{"CidrIp": "0.0.0.0/0"}]}),
    ],
)
def test_protection_that_goes_is_told(kind, before, after):
    assert changed(kind, before, after).within(EXPOSURE)


def test_protection_that_is_added_alarms_nobody():
    assert changed("AWS::Logs::LogGroup", {}, {"KmsKeyId": "key"}).within(EXPOSURE) == []


def test_a_new_bucket_that_does_not_block_public_access_is_told():
    new = assessed(stack(), stack(B=resource("AWS::S3::Bucket")))
    assert "does not block public access" in new.within(EXPOSURE)[0]


@pytest.mark.parametrize(
    ("removal", "fate"), [({}, "**deleted**"), ({"DeletionPolicy": "Retain"}, "kept (Retain)")]
)
def test_a_bucket_that_goes_is_deleted_or_kept_as_its_removal_policy_says(removal, fate):
    gone = assessed(stack(B=resource("AWS::S3::Bucket", **removal)), stack())
    assert fate in only(gone, DATA)


def test_a_renamed_bucket_is_told_to_start_empty():
    bucket = resource("AWS::SQS::Queue")
    renamed = assessed(stack(Queue1=bucket, Far=bucket), stack(Queue2=bucket, Away=bucket))
    assert "`Queue2` is new and of the same type" in renamed.within(DATA)[1]


@pytest.mark.parametrize(
    ("kind", "before", "after"),
    [
        ("AWS::S3::Bucket", {"BucketName": "a"}, {"BucketName": "b"}),
        ("AWS::SQS::Queue", {}, {"FifoQueue": True}),
        ("AWS::SageMaker::ModelPackageGroup", {"ModelPackageGroupName": "a"}, {"ModelPackageGroupName": "b"}),
        (
            "AWS::DynamoDB::Table",
            {"KeySchema": [{"AttributeName": "a"}]},
            {"KeySchema": [{"AttributeName": "b"}]},
        ),
    ],
)
def test_what_cannot_be_changed_in_place_is_replaced(kind, before, after):
    assert "**replaced** by an empty one" in only(changed(kind, before, after), DATA)


def test_a_replaced_thing_without_data_stands_with_the_rest():
    anew = changed("AWS::Lambda::Function", {"FunctionName": "a"}, {"FunctionName": "b"})
    assert only(anew, REST).endswith("(replaces it)")


def test_a_weaker_removal_policy_is_told():
    before = stack(B=resource("AWS::S3::Bucket", DeletionPolicy="Retain"))
    after = stack(B=resource("AWS::S3::Bucket", DeletionPolicy="Delete"))
    assert "is deleted when it leaves the stack" in only(assessed(before, after), DATA)
    assert {it.section for it in assessed(after, before).notes} == {REST}


@pytest.mark.parametrize(
    ("kind", "key", "longer", "shorter"),
    [
        ("AWS::Logs::LogGroup", "RetentionInDays", 90, 30),
        ("AWS::Logs::LogGroup", "RetentionInDays", None, 30),
        ("AWS::SQS::Queue", "MessageRetentionPeriod", 1209600, None),
    ],
)
def test_keeping_for_less_long_is_told_and_keeping_longer_is_not(kind, key, longer, shorter):
    long, short = ({key: value} if value else {} for value in (longer, shorter))
    assert changed(kind, long, short).within(DATA)
    assert changed(kind, short, long).within(DATA) == []


def test_a_new_rule_that_lets_objects_expire_is_told():
    def rules(*days):
        return {"LifecycleConfiguration": {"Rules": [{"ExpirationInDays": number} for number in days]}}

    [told] = changed("AWS::S3::Bucket", rules(90), rules(90, 7)).within(DATA)
    assert told.endswith("objects expire after days: `90` → `7`")


def test_gpu_settings_cost_money_and_are_told_once():
    def functions(machine):
        settings = {"training": {"instance_types": [machine]}}
        function = resource(
            "AWS::Lambda::Function", {"Environment": {"Variables": {"GROUNDTRAIN_SETTINGS": settings}}}
        )
        return stack(A=function, B=function)

    dearer = assessed(functions("ml.g5.2xlarge"), functions("ml.g5.48xlarge"))
    assert dearer.within(COST) == [
        "setting `training.instance_types.0`, GPU time: `ml.g5.2xlarge` → `ml.g5.48xlarge`"
    ]


@pytest.mark.parametrize(
    ("kind", "key", "before", "after"),
    [
        ("AWS::Lambda::Function", "MemorySize", 512, 1769),
        ("AWS::Events::Rule", "ScheduleExpression", "rate(1 hour)", "rate(1 minute)"),
        ("AWS::Lambda::EventSourceMapping", "ScalingConfig", {"M": 2}, {"M": 50}),
    ],
)
def test_what_is_paid_by_use_is_told(kind, key, before, after):
    assert only(changed(kind, {key: before}, {key: after}), COST)


def test_a_new_key_costs_money():
    assert assessed(stack(), stack(K=resource("AWS::KMS::Key"))).within(COST)


def test_every_other_change_stands_with_the_rest():
    other = changed("AWS::Lambda::Function", {"Description": "a"}, {"Description": "b"})
    assert only(other, REST) == "`pipeline/It` Properties.Description: `a` → `b`"


def test_outputs_are_seen_too():
    before, after = ({"dev-storage.json": {"Outputs": {"Name": {"Value": v}}}} for v in "ab")
    assert "storage/Name" in only(assessed(before, after), REST)


def test_a_change_of_nothing_but_a_hash_is_folded():
    hashed = changed("AWS::Lambda::Function", *({"Code": {"S3Key": f"{letter * 64}.zip"}} for letter in "ab"))
    assert hashed.notes == ()
    assert hashed.hash_only == ("`pipeline/It`",)


def exporting(value="${B.Arn}", *, exported=True, imported=True, **bucket):
    """A storage stack, and a pipeline that uses one of its exports."""
    outputs = {"Output": {"Value": value, "Export": {"Name": "storage:B"}}} if exported else {}
    used = {"Description": "${storage:B}/key"} if imported else {}
    return {
        "dev-storage.json": {"Resources": {"B": resource("AWS::S3::Bucket", bucket)}, "Outputs": outputs},
        "dev-pipeline.json": {"Resources": {"F": resource("AWS::Lambda::Function", used)}},
    }


@pytest.mark.parametrize(
    ("after", "fate"),
    [
        (exporting(exported=False), "is **removed**"),
        (exporting(exported=False, imported=False), "is **removed**"),
        (exporting("${B}"), "`${B.Arn}` → `${B}`"),
        (exporting(BucketName="other"), "as `B` is replaced"),
        ({"dev-pipeline.json": stack()["dev-pipeline.json"]}, "is **removed**"),
    ],
)
def test_an_export_in_use_that_goes_or_changes_cannot_be_deployed(after, fate):
    [told] = assessed(exporting(), after).within(DEPLOYMENT)
    assert "export `storage:B` of `storage`, which `pipeline` imports" in told
    assert fate in told


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (exporting(imported=False), exporting(exported=False, imported=False)),
        (exporting(), exporting(imported=False)),
        (exporting(exported=False, imported=False), exporting()),
        (exporting(), {}),
    ],
)
def test_an_export_that_is_not_in_use_may_go(before, after):
    assert assessed(before, after).within(DEPLOYMENT) == []


def test_what_cannot_be_deployed_comes_before_all_else():
    text = write_review(assess(exporting(), exporting(exported=False)), [])
    first = next(line for line in text.splitlines() if line.startswith("> **"))
    assert first == "> **Cannot be deployed** in dev."
    assert next(iter(Section)) is DEPLOYMENT


@pytest.mark.parametrize(
    ("kind", "name", "fixed"),
    [
        ("AWS::SageMaker::ModelPackageGroup", "ModelPackageGroupName", "ModelPackageGroupDescription"),
        ("AWS::SQS::Queue", "QueueName", "FifoQueue"),
        ("AWS::Events::Rule", "Name", "EventBusName"),
    ],
)
def test_what_is_replaced_under_the_same_name_cannot_be_deployed(kind, name, fixed):
    [told] = changed(kind, {name: "mine", fixed: "a"}, {name: "mine", fixed: "b"}).within(DEPLOYMENT)
    assert "same fixed name, `mine`" in told
    assert changed(kind, {name: "mine", fixed: "a"}, {name: "other", fixed: "b"}).within(DEPLOYMENT) == []
    assert changed(kind, {fixed: "a"}, {fixed: "b"}).within(DEPLOYMENT) == []


def test_an_environment_without_a_change_is_in_the_table_and_nowhere_else():
    text = write_review(assess(stack(), stack()), [])
    assert "| dev |" in text
    assert "### dev" not in text
    assert "Nothing changes." in text


def test_no_change_is_lost():
    """Whatever value of a real template is altered, the review says something; a statement's name is none."""
    template = json.loads((ROOT / COPIES / "dev-storage.json").read_text("utf-8"))
    for path in [path for path in leaves(template) if path[-1] != "Sid"]:
        altered = copy.deepcopy(template)
        place = altered
        for key in path[:-1]:
            place = place[key]
        place[path[-1]] = "altered"
        [assessment] = assess({"dev-storage.json": template}, {"dev-storage.json": altered})
        assert assessment.notes, path


def leaves(value, path=()):
    if isinstance(value, dict | list):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(item, (*path, key))
    else:
        yield path


@pytest.mark.parametrize("text", ["`", "a``b", "x\n# heading", "<script>", "@someone | cell"])
def test_what_stands_in_a_template_cannot_leave_its_code_span(text):
    shown = code(text)
    fence = shown[: len(shown) - len(shown.lstrip("`"))]
    assert "\n" not in shown
    assert shown.endswith(fence)
    assert fence not in shown[len(fence) : -len(fence)].split()


def test_a_long_review_is_cut_to_fit_a_comment():
    files = [f"lambdas/{'x' * 3000}{number}.py" for number in range(40)]
    many = {
        f"R{n}": resource("AWS::Lambda::Function", {str(k): "v" * 900 for k in range(20)}) for n in range(99)
    }
    none = {name: resource("AWS::Lambda::Function") for name in many}
    text = write_review(assess(stack(**none), stack(**many)) * 9, files)
    assert len(text) < 65_536
    assert "Too long to show" in text
    assert text.count("<details>") == text.count("</details>")


def test_the_page_of_examples_is_up_to_date():
    assert PAGE.read_text("utf-8") == write_page()


def test_the_four_examples_give_four_verdicts():
    verdicts = [line for line in write_page().splitlines() if line.startswith("> ")]
    assert len(set(verdicts) - {"> [!CAUTION]", "> [!NOTE]"}) == 4


@pytest.fixture
def repository(tmp_path):
    """A branch that widens nothing but deletes a queue, off a main that has moved on since."""

    def git(*arguments):
        who = ("-c", "user.name=n", "-c", "user.email=e@example.com", "-c", "commit.gpgsign=false")
        subprocess.run(["git", *who, *arguments], cwd=tmp_path, check=True, capture_output=True)

    def commit(*names, bundle):
        (tmp_path / "lambdas" / "groundtrain" / "cli").mkdir(parents=True, exist_ok=True)
        (tmp_path / "lambdas" / "groundtrain" / "cli" / "words.py").write_text(bundle, "utf-8")
        (tmp_path / "lambdas" / "handler.py").write_text(bundle, "utf-8")
        folder = tmp_path / "cdk.out" / "review"
        folder.mkdir(parents=True, exist_ok=True)
        templates = stack(**dict.fromkeys(names, resource("AWS::SQS::Queue")))
        (folder / "dev-pipeline.json").write_text(json.dumps(templates["dev-pipeline.json"]), "utf-8")
        git("add", "-A")
        git("commit", "-q", "-m", "m")

    git("init", "-q", "-b", "main")
    commit("Queue", "Other", bundle="1")
    git("checkout", "-q", "-b", "branch")
    commit("Queue", bundle="2")
    git("checkout", "-q", "main")
    commit("Queue", "Other", "Third", bundle="1")
    git("checkout", "-q", "branch")
    return tmp_path


def test_a_branch_is_compared_with_the_point_where_it_left(repository):
    text = review(repository, "main")
    assert "`pipeline/Other` (AWS::SQS::Queue) is **deleted**" in text
    assert "Third" not in text


def test_files_of_the_bundle_that_differ_are_named(repository):
    assert changed_in_bundle(repository, fork_point(repository, "main")) == ["lambdas/handler.py"]


def test_a_base_that_git_does_not_know_is_refused_in_one_sentence(repository, capsys, monkeypatch):
    with pytest.raises(BaseError, match="BASE=elsewhere"):
        review(repository, "elsewhere")
    monkeypatch.setattr("template_review.__main__.ROOT", repository)
    assert main(["elsewhere"]) == 2
    assert capsys.readouterr().err.startswith("groundtrain: BASE=elsewhere")


def test_what_is_kept_for_less_long_is_not_told_again_as_a_cost():
    before = stack(G=resource("AWS::Logs::LogGroup", {"RetentionInDays": 365}))
    after = stack(G=resource("AWS::Logs::LogGroup", {"RetentionInDays": 7}))
    [found] = assess(before, after)
    assert len(found.within(Section.DATA)) == 1
    assert found.within(Section.COST) == []


def test_both_removal_policies_of_a_resource_are_one_line():
    kept = resource("AWS::S3::Bucket", DeletionPolicy="Retain", UpdateReplacePolicy="Retain")
    [found] = assess(
        stack(B=kept),
        stack(B=resource("AWS::S3::Bucket", DeletionPolicy="Delete", UpdateReplacePolicy="Delete")),
    )
    [line] = found.within(Section.DATA)
    assert "leaves the stack or is replaced" in line


@pytest.mark.parametrize("harm", ["\x1b[2J", "\u202e", "\x9b31m"])
def test_a_review_shows_what_a_branch_says_as_text_that_may_be_printed(harm):
    allowed = {"Role": {"Type": "AWS::IAM::Role", "Properties": {"Description": f"Zqx{harm}end"}}}
    named = {f"d{harm}v\n# Safe-storage.json": {"Resources": allowed}}
    text = write_review(assess({}, named), [f"lambdas/Zqx{harm}.py"])
    assert all(line.isprintable() for line in text.split("\n"))
    assert "# Safe" not in text.split("\n")
    assert f"Zqx{printable(harm)}" in text

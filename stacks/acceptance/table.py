"""The steps of `make acceptance`, in the order in which they are run; each tier adds to the one before.

Estimates: seconds by AWS's public figures and experience, dollars by list prices of eu-west-1: the key about
a dollar a month, ml.m5.large $0.13 and ml.g4dn.xlarge $0.82 an hour of training, everything else in cents.
"""

from stacks.acceptance.preconditions import no_cpu, no_gpu, no_work_team
from stacks.acceptance.step import Step
from stacks.acceptance.steps import bucket_policies, deployment, messages, training_jobs
from stacks.acceptance.steps.account import account
from stacks.acceptance.steps.deployed_rules import match_deployed_rules
from stacks.acceptance.steps.image_checks import look_at_images
from stacks.acceptance.steps.labeling_job import label_and_stop
from stacks.acceptance.steps.policies_and_patterns import patterns, policies
from stacks.acceptance.steps.role_permissions import simulate_rights
from stacks.acceptance.teardown import tear_down

STEPS = (
    Step(
        name="policies",
        does="Access Analyzer validates every identity, trust and resource policy of the committed templates,"
        " references filled in",
        proves="IAM knows each action, condition key and type; no error, no security warning",
        tier=0,
        seconds=40,
        run=policies,
        only_aws=True,
    ),
    Step(
        name="patterns",
        does="EventBridge matches each committed rule with its own event, and with one of another account",
        proves="the rules take what they should, and nothing of others",
        tier=0,
        seconds=5,
        run=patterns,
    ),
    Step(
        name="account",
        does="reads the version of the CDK's own resources, and the quotas of training jobs by their names",
        proves="there is what a deployment needs; Service Quotas spells them as SageMaker does",
        tier=1,
        seconds=5,
        run=account,
        carries=True,
        settles=("C27",),
    ),
    Step(
        name="deploy",
        does="synthesizes and deploys the three stacks, and subscribes a queue to the topic in place of mail",
        proves="order of key and logs, event sources, names, exports, roles",
        tier=1,
        seconds=240,
        dollars=0.01,
        run=deployment.deploy,
        carries=True,
    ),
    Step(
        name="rules",
        does="TestEventPattern: the patterns as they are deployed, with their own events and those of others",
        proves="what was deployed is what was judged",
        tier=1,
        seconds=5,
        run=match_deployed_rules,
    ),
    Step(
        name="rights",
        does="SimulatePrincipalPolicy: calls that each role must be able to make, and some that it must not",
        proves="a second opinion on rights: instance types, self-approval, other environments",
        tier=1,
        seconds=10,
        run=simulate_rights,
        only_aws=True,
    ),
    Step(
        name="upload of images",
        does="draws forty images and uploads them with their boxes; they are trained beside other steps",
        proves="what comes of it is said by the step images; its cost is that of the training",
        tier=3,
        seconds=10,
        dollars=0.09,
        run=training_jobs.upload_images,
        lacks=no_gpu,
    ),
    Step(
        name="alarms",
        does="SetAlarmState on each alarm",
        proves="alarm → topic under the key",
        tier=1,
        seconds=45,
        run=messages.alarms,
    ),
    Step(
        name="unknown labeling job",
        does="sends the event of a labeling job that nobody made; groundtrain redrive --dry-run",
        proves="the function starts, may describe, publishes under the key within a minute; eight receives,"
        " a dead letter, its reason",
        tier=1,
        seconds=60,
        run=messages.unknown_labeling_job,
    ),
    Step(
        name="missing dataset",
        does='PutEvents "Dataset Ready" of a folder that does not exist',
        proves="EventBridge → queue: rule, queue policy, encryption; 30 receives, a dead letter",
        tier=1,
        seconds=60,
        run=messages.missing_dataset,
    ),
    Step(
        name="encryption",
        does="puts an object with AES256, and one without a header",
        proves="the first is refused, the second gets the key",
        tier=1,
        seconds=2,
        run=bucket_policies.refuse_other_encryption,
    ),
    Step(
        name="plain http",
        does="reads a bucket over http",
        proves="it is refused",
        tier=1,
        seconds=2,
        run=bucket_policies.refuse_plain_http,
        only_aws=True,
    ),
    Step(
        name="empty object",
        does="reads a range of an empty object, If-Match another ETag",
        proves="it is refused as changed (412), not for its range (416)",
        tier=1,
        seconds=2,
        run=bucket_policies.read_empty_object,
        only_aws=True,
        settles=("C31",),
    ),
    Step(
        name="stopped job",
        does="uploads sixty texts as a manifest, and stops the training job at once",
        proves="upload → dataset → CreateTrainingJob under the function's role; the Stopped event, a message",
        tier=1,
        seconds=150,
        run=training_jobs.stop_at_once,
        lacks=no_cpu,
        settles=("C05",),
    ),
    Step(
        name="sweep",
        does="deletes the record of that message, and invokes the sweep",
        proves="it may list; a message that was lost comes again",
        tier=1,
        seconds=30,
        run=training_jobs.sweep,
        lacks=no_cpu,
        settles=("C10",),
    ),
    Step(
        name="every image",
        does="uploads ten images, of which one is cut off",
        proves="a map of Step Functions looks at each under its role; one is left out, no GPU asked for",
        tier=1,
        seconds=90,
        run=look_at_images,
        settles=("C30",),
    ),
    Step(
        name="texts",
        does="has BlazingText train the sixty texts on one ml.m5.large, to the end",
        proves="the whole way: RecordIO, metric, model under the key, package with class names, one message",
        tier=2,
        seconds=240,
        dollars=0.01,
        run=training_jobs.train_texts,
        lacks=no_cpu,
        settles=("C06", "C12"),
    ),
    Step(
        name="both events again",
        does="sends the events of that dataset and of that job again",
        proves="no second job, package or message: ResourceInUse and ClientToken are as documented",
        tier=2,
        seconds=60,
        run=training_jobs.both_events_again,
        lacks=no_cpu,
    ),
    Step(
        name="images",
        does="waits until Object Detection has trained one epoch on one ml.g4dn.xlarge",
        proves="Pipe from encrypted S3 on a GPU; boxes with fractions; validation:mAP",
        tier=3,
        seconds=60,
        run=training_jobs.train_images,
        lacks=no_gpu,
        settles=("C22",),
    ),
    Step(
        name="labeling job",
        does="makes a labeling job with our role and capitals in its name, and stops it",
        proves="a real event; SageMaker finds the job by its name in lower case, and takes the role",
        tier=4,
        seconds=240,
        run=label_and_stop,
        lacks=no_work_team,
        settles=("C02", "C03", "C07", "C26"),
    ),
    Step(
        name="deploy unchanged",
        does="deploys the same again",
        proves="no resource is touched",
        tier=1,
        seconds=30,
        run=deployment.deploy_unchanged,
    ),
    Step(
        name="another bucket",
        does="deploys with an existing bucket in place of the stack's own",
        proves="no export is in the way, no bucket goes",
        tier=1,
        seconds=75,
        run=deployment.turn_bucket_over,
    ),
    Step(
        name="leave",
        does="empties the buckets with every version, deletes the models, cdk destroy",
        proves="the way down: nothing is left of the stacks",
        tier=1,
        seconds=150,
        run=deployment.leave,
        carries=True,
    ),
    Step(
        name="come back",
        does="deploys again",
        proves="no name of the first deployment is in the way",
        tier=1,
        seconds=240,
        dollars=0.01,
        run=deployment.come_back,
    ),
)
TEARDOWN = Step(
    name="teardown",
    does="removes everything that the run has made, also after a failure or Ctrl-C",
    proves="nothing of it is left but records of training jobs, and the key until KMS deletes it",
    tier=1,
    seconds=150,
    run=tear_down,
)


HIGHEST_TIER = max(step.tier for step in STEPS)


def steps_of(tier: int) -> tuple[Step, ...]:
    """The steps of a tier, and of those below it."""
    return tuple(step for step in STEPS if step.tier <= tier)

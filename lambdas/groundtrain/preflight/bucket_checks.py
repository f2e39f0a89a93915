"""GT811 to GT821: are the buckets that the settings name as they must be?"""

from collections.abc import Callable, Iterator
from functools import partial

from groundtrain.aws.preflight import buckets as asked
from groundtrain.preflight.bucket_policies import may_refuse
from groundtrain.preflight.key_checks import key_findings
from groundtrain.preflight.situation import Question, Situation
from groundtrain.rules.findings import Finding
from groundtrain.settings.uploads import is_in_own_bucket, watched_folder

Asks = Callable[[Situation, str], Iterator[Finding]]


def buckets(situation: Situation) -> Iterator[Question]:
    """What is to be known of each named bucket, a question for each thing."""
    labeling = situation.environment.labeling
    watched = _watched_buckets(situation)
    for bucket in dict.fromkeys((*labeling.buckets, *watched)):
        about = f"bucket {bucket}"
        yield Question(partial(_of_bucket, situation, bucket), about)
        questions: list[Asks] = [_owner, _encryption, _policy, _ownership, _versions]
        if labeling.jobs and bucket in labeling.buckets:
            questions.append(_cors)
        if bucket in watched:
            questions.append(_events)
        yield from (Question(partial(_if_there, ask, situation, bucket), about) for ask in questions)


def _watched_buckets(situation: Situation) -> list[str]:
    uploads = situation.environment.labeling.uploads
    return [watched_folder(one, "").bucket for one in uploads if not is_in_own_bucket(one)]


def _if_there(ask: Asks, situation: Situation, bucket: str) -> Iterator[Finding]:
    """Further findings on a bucket that is not there would say the same again."""
    if situation.region_of(bucket) is not None:
        yield from ask(situation, bucket)


def _of_bucket(situation: Situation, bucket: str) -> Iterator[Finding]:
    region, wanted = situation.region_of(bucket), situation.environment.region
    if region is None:
        yield _found("GT811", bucket, "there is no such bucket")
    elif region != wanted:
        yield _found("GT812", bucket, f"it is in {region}, and the environment in {wanted}")


def _owner(situation: Situation, bucket: str) -> Iterator[Finding]:
    if not asked.belongs_to(situation.services, bucket, situation.account):
        yield _found("GT813", bucket, f"it does not belong to account {situation.account}")


def _encryption(situation: Situation, bucket: str) -> Iterator[Finding]:
    encryption = asked.encryption_of(situation.services, bucket)
    if encryption.key:
        yield from key_findings(situation, bucket, encryption.key)


def _policy(situation: Situation, bucket: str) -> Iterator[Finding]:
    for number, statement in enumerate(asked.denials_of_policy(situation.services, bucket), 1):
        if refused := may_refuse(statement, situation.account):
            name = statement.get("Sid") or f"denial {number}"
            yield _found("GT819", bucket, f'statement "{name}" of its policy may deny our roles {refused}')


def _ownership(situation: Situation, bucket: str) -> Iterator[Finding]:
    ownership = asked.ownership_of(situation.services, bucket)
    if ownership == "ObjectWriter":
        yield _found("GT820", bucket, "objects belong to whoever writes them (ObjectWriter)")


def _versions(situation: Situation, bucket: str) -> Iterator[Finding]:
    if not asked.has_versions(situation.services, bucket):
        yield _found("GT821", bucket, "versioning is not on")


def _cors(situation: Situation, bucket: str) -> Iterator[Finding]:
    """As the SageMaker Developer Guide asks ("CORS Requirement for Input Image Data")."""
    rules = asked.cors_rules(situation.services, bucket)
    opens = [rule for rule in rules if "GET" in rule.methods and "*" in rule.origins]
    if not opens:
        yield _found("GT815", bucket, "no CORS rule allows GET from every origin")
    elif not any("access-control-allow-origin" in map(str.lower, rule.exposed) for rule in opens):
        yield _found("GT815", bucket, "its CORS rule does not expose Access-Control-Allow-Origin")


def _events(situation: Situation, bucket: str) -> Iterator[Finding]:
    if not asked.sends_events(situation.services, bucket):
        yield Finding.on_file(
            "GT814", f"bucket {bucket}: its events do not go to EventBridge", path="labeling.uploads"
        )


def _found(code: str, bucket: str, message: str) -> Finding:
    return Finding.on_file(code, f"bucket {bucket}: {message}", path="labeling.buckets")

"""Promises of alarms and dashboard."""

import pytest

from groundtrain.observability import Metric

ALARM = "AWS::CloudWatch::Alarm"


def test_every_dead_letter_queue_raises_an_alarm_at_the_first_message(cloud):
    queues = [name for name in cloud.all("AWS::SQS::Queue") if "DeadLetters" in name]
    alarms = [a for a in cloud.properties(ALARM) if a.get("Namespace") == "AWS/SQS"]
    watched = [dimension["Value"] for alarm in alarms for dimension in alarm["Dimensions"]]
    assert len(queues) == len(watched) == 4
    assert all(any(queue in name for name in watched) for queue in queues)
    for alarm in alarms:
        assert alarm["MetricName"] == "ApproximateNumberOfMessagesVisible"
        assert (alarm["Threshold"], alarm["EvaluationPeriods"], alarm["Statistic"]) == (1, 1, "Maximum")


def test_every_function_raises_an_alarm_when_it_fails(cloud):
    of_map = "CheckImages"  # the map tries it again, and has alarms of its own
    functions = [name for name in cloud.all("AWS::Lambda::Function") if not name.startswith(of_map)]
    alarms = [a for a in cloud.properties(ALARM) if a.get("Namespace") == "AWS/Lambda"]
    watched = [dimension["Value"] for alarm in alarms for dimension in alarm["Dimensions"]]
    assert len(functions) == len(watched) == 4
    assert all(any(function in name for name in watched) for function in functions)
    assert {(alarm["MetricName"], alarm["Statistic"]) for alarm in alarms} == {("Errors", "Sum")}


@pytest.mark.parametrize(
    ("name", "metric"),
    [
        ("SweepFoundLabelingJob", Metric.LABELING_JOBS_SWEPT),
        ("SweepFoundTrainingJob", Metric.TRAINING_JOBS_SWEPT),
        ("SweepFoundUpload", Metric.UPLOADS_SWEPT),
    ],
)
def test_what_only_the_sweep_found_raises_an_alarm(cloud, name, metric):
    if not [alarm for alarm in cloud.all(ALARM) if alarm.startswith(name)]:
        return
    alarm = cloud.one(ALARM, name)["Properties"]
    [function] = [f for f in cloud.properties("AWS::Lambda::Function") if f["Handler"].startswith("sweep.")]
    assert alarm["Namespace"] == function["Environment"]["Variables"]["POWERTOOLS_METRICS_NAMESPACE"]
    assert alarm["MetricName"] == metric
    assert alarm["Dimensions"] == [{"Name": "service", "Value": "sweep"}]


@pytest.mark.parametrize(
    ("environment", "found"),
    [("dev", {"LabelingJob"}), ("unusual", {"LabelingJob", "Upload"}), ("uploads", {"Upload"})],
)
def test_the_sweep_is_watched_for_what_the_settings_have_it_look_for(clouds, environment, found):
    alarms = "".join(sorted(clouds[environment].all(ALARM)))
    watched = {name for name in ("LabelingJob", "TrainingJob", "Upload") if f"SweepFound{name}" in alarms}
    assert watched == found | {"TrainingJob"}


def test_every_alarm_reaches_people(cloud):
    for alarm in cloud.properties(ALARM):
        [action] = alarm["AlarmActions"]
        assert "Topic" in action


def test_a_dead_letter_alarm_stays_when_its_queue_is_not_reported_on_and_no_other_does(cloud):
    """SQS reports on active queues only: letters may still lie where no data comes from."""
    for alarm in cloud.properties(ALARM):
        of_queue = alarm.get("Namespace") == "AWS/SQS"
        assert alarm["TreatMissingData"] == ("ignore" if of_queue else "notBreaching")


@pytest.mark.parametrize("step", ["Convert", "StartTraining", "RecordOutcome"])
def test_every_message_that_is_given_up_raises_an_alarm_within_minutes(cloud, step):
    alarm = cloud.one(ALARM, f"{step}GivenUp")["Properties"]
    function = cloud.one("AWS::Lambda::Function", f"{step}Handler")["Properties"]["Environment"]["Variables"]
    assert (alarm["MetricName"], alarm["Statistic"]) == (Metric.GIVEN_UP, "Sum")
    assert (alarm["Period"], alarm["EvaluationPeriods"], alarm["Threshold"]) == (60, 1, 1)
    assert alarm["Namespace"] == function["POWERTOOLS_METRICS_NAMESPACE"]
    assert alarm["Dimensions"] == [{"Name": "service", "Value": function["POWERTOOLS_SERVICE_NAME"]}]


@pytest.mark.parametrize("step", ["Convert", "StartTraining", "RecordOutcome"])
def test_a_function_knows_after_how_many_attempts_its_queue_gives_up(cloud, step):
    queue = cloud.one("AWS::SQS::Queue", f"{step}Queue")["Properties"]
    function = cloud.one("AWS::Lambda::Function", f"{step}Handler")["Properties"]["Environment"]["Variables"]
    assert int(function["ATTEMPTS"]) == queue["RedrivePolicy"]["maxReceiveCount"]


def test_alarms_have_the_names_that_topic_and_key_let_in(cloud):
    """Without a name of their own CloudFormation names them after their stack."""
    assert all("AlarmName" not in alarm and "MetricName" in alarm for alarm in cloud.properties(ALARM))
    [monitoring] = [stack for stack in cloud.templates if stack.endswith("/monitoring")]
    assert cloud.templates[monitoring]["Resources"].keys() >= cloud.all(ALARM).keys()


def test_the_dashboard_follows_the_flow_from_left_to_right(dev):
    [dashboard] = dev.properties("AWS::CloudWatch::Dashboard")
    titles = {
        widget["x"]: widget["properties"]["markdown"]
        for widget in dashboard["DashboardBody"]["widgets"]
        if widget["y"] == 0
    }
    steps = [titles[x].lower() for x in sorted(titles)]
    assert ["dataset" in steps[0], "training job" in steps[1], "model" in steps[2], "sweep" in steps[3]] == [
        True
    ] * 4

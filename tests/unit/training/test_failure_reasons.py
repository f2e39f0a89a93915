import pytest

from groundtrain.training.results.failure_reasons import MAIL, TERMINAL, explain

# Public reports: issues of aws/amazon-sagemaker-examples and of the SageMaker Python SDK.
REPORTED = {
    "ClientError: Invalid parameter value 'label_width': smaller than estimated width": "more boxes than",
    "ClientError: Unable to parse record. Input is not in correct recordio format": "record wrapper",
    "The Record IO header does not start with the magic number": "record wrapper",
    "Got empty batch from pipe. Please check if the value of AttributeNames matches": "attribute name",
    "Platform Error: SageMaker pipe channel timed out": "prove no cause",
    "The number of input images must be bigger or equal to the mini_batch_size": "one batch",
    "CapacityError: Unable to provision requested ML compute capacity. Please retry": "no machine",
    "MaxWaitTimeExceeded": "no spot machine",
    "MaxRuntimeExceeded": "max_runtime",
    "ResourceLimitExceeded: account-level service limit 'ml.p3.2xlarge for training job usage'": "quota",
    "ClientError: Data download failed: AccessDenied (403)": "may not read",
    "ClientError: NoSuchKey: The specified key does not exist": "not there",
    "ml.c4.2xlarge is not supported by algorithm; only GPU instances are supported": "instance type",
    "AlgorithmError: cudaMalloc failed: out of memory": "memory",
    "InternalServerError: We encountered an internal error. Please try again.": "of its own",
}


@pytest.mark.parametrize(("reason", "words"), REPORTED.items())
def test_a_reported_reason_is_explained(reason, words):
    explanation = explain(reason)
    assert explanation is not None
    assert words in explanation.meaning


@pytest.mark.parametrize("reason", ["", "AlgorithmError: something new"])
def test_an_unknown_reason_is_not_explained(reason):
    assert explain(reason) is None


@pytest.mark.parametrize("reason", REPORTED)
def test_what_to_do_is_said_in_words_of_where_it_is_read(reason):
    for reader in (MAIL, TERMINAL):
        assert "{" not in explain(reason, reader).fix
    at_a_terminal = explain(reason, TERMINAL).fix
    for word in ("event", "sweep", "deploy", "dataset.json", "rejected.jsonl", "of the environment"):
        assert word not in at_a_terminal

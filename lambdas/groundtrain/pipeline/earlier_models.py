"""Incremental training: which registered model a training job starts from."""

from itertools import islice

from groundtrain.aws.aws_errors import denials_explained, refusal
from groundtrain.aws.clients import Clients
from groundtrain.aws.dataset_store import read_dataset
from groundtrain.aws.sagemaker import model_packages, training_jobs
from groundtrain.aws.sagemaker.model_packages import Registered
from groundtrain.dataset.description import Dataset
from groundtrain.errors import GroundtrainError
from groundtrain.events.job_events import job_name_from_arn
from groundtrain.observability import logger
from groundtrain.s3_addresses import parse_s3_address
from groundtrain.training.incremental import EarlierModel, find_obstacle
from groundtrain.training.plan import Plan
from groundtrain.training.results.model_package import group_of

_MODELS_TRIED = 10


def find_earlier_model(plan: Plan, dataset: Dataset, aws: Clients) -> tuple[str, str]:
    """Address of the model to start from, "" for none, and the reason in words.

    An environment may train several sets of classes in turn, so earlier models than the last are tried too.
    """
    reason = "from scratch: no model is registered yet"
    found = model_packages.find_registered(aws.sagemaker, group_of(plan.environment))
    for i, model in enumerate(islice(found, _MODELS_TRIED)):
        obstacle = _obstacle(model, plan, dataset, aws)
        if obstacle is None:
            return model.artifacts, f"with {model.arn}"
        if i == 0:
            reason = f"from scratch, not with {model.arn}: {obstacle}"
    return "", reason


def _obstacle(model: Registered, plan: Plan, dataset: Dataset, aws: Clients) -> str | None:
    try:
        with denials_explained("incremental training"):
            job = training_jobs.describe(aws.sagemaker, job_name_from_arn(model.training_job_arn))
            trained_on = read_dataset(aws.s3, parse_s3_address(model.dataset))
        earlier = EarlierModel(model.artifacts, model.image, job.hyperparameters, trained_on.classes)
        return find_obstacle(plan, dataset, earlier)
    except GroundtrainError as error:
        return str(error)
    except Exception as error:
        if refusal(error):  # AWS is busy, and may not be later
            raise
        logger.exception("An earlier model was left out", arn=model.arn)
        return f"it cannot be read: {type(error).__name__}"

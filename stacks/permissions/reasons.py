"""Reasons for wildcards in the resources of grants."""

KEYS = "Object keys are known only when a job has run; bucket and prefix are pinned."
JOBS = "Job names are known only when a job has run; the prefix is pinned."
EVERY_JOB = "Labeling jobs are named by people; which of them count is decided by the settings."
VERSIONS = "Versions of this group are counted."
NOTHING_NARROWER = "AWS offers no resource for {}."

# Each target sets up what it needs; a machine with python3 (venv, pip), node with npm, and make is enough.
.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c

PYTHON ?= python3
ENV    ?= dev
SECONDS ?= 20
BASE   ?= main
APPROVAL ?= broadening
TIER   ?= 0
CONTAINER ?= docker
IMAGE ?= groundtrain-detector:latest
PROCESSES ?= $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)  # one more than cores: tests of the embedded AWS often wait
# Of a variable: what the call itself says, such as EMPTY=yes, never what a shell has exported.
said = $(if $(filter line,$(origin $(1))),$($(1)))
WORKFLOWS = .github/workflows/*.yml
export PATH := $(CURDIR)/.venv/bin:$(CURDIR)/node_modules/.bin:$(PATH)
export CDK_HOME := $(CURDIR)/.cdk-home
export CDK_DISABLE_CLI_TELEMETRY := true
export JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION := 20
unexport PYTHONDONTWRITEBYTECODE  # hundreds of processes would compile all that they import

.PHONY: help setup conditions installed browser notebook pictures demo test test-detector test-oldest drill fuzz check format synth docs bootstrap deploy destroy outputs diff acceptance account review audit lock refresh-image-uris benchmark container clean

help:  ## what can be done here
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: conditions  ## .venv and node_modules; says first what is missing; make setup PYTHON=python3.12
	@$(MAKE) --no-print-directory installed

conditions:  # before make looks at .venv, which they may remove
	@requirements/conditions.sh "$(PYTHON)" "$(if $(filter file,$(origin PYTHON)),,yes)"

installed: .venv/.complete node_modules/.complete .venv/.wheels
	@:

.venv/bin/uv: requirements/uv.txt
	.venv/bin/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv .venv
	.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/uv.txt
	@touch $@

.venv/.complete: .venv/bin/uv requirements/dev.txt requirements/judges.txt pyproject.toml
	.venv/bin/uv pip sync --quiet --python .venv/bin/python --require-hashes requirements/dev.txt requirements/judges.txt requirements/uv.txt
	.venv/bin/uv pip install --quiet --python .venv/bin/python --no-deps --no-build-isolation --offline --editable .
	@touch $@

.venv/.wheels: .venv/.complete requirements/lambda.txt requirements/lambda-images.txt  # for Lambda's platform, so that synth and tests find them in uv's cache
	scratch=$$(mktemp -d); trap 'rm -rf $$scratch' EXIT; python -m stacks.bundling $$scratch
	@touch $@

node_modules/.complete: package.json package-lock.json
	npm ci --silent
	@touch $@

browser: setup .venv/.browser  ## what tests in a browser need, which are skipped without; Chromium is the system's
	@:

.venv/.browser: .venv/.complete requirements/browser.txt
	uv pip install --quiet --python .venv/bin/python --require-hashes -r requirements/browser.txt
	@touch $@

notebook: setup .venv/.notebook  ## what runs docs/python.ipynb in a test, which is skipped without
	@:

.venv/.notebook: .venv/.complete requirements/notebook.txt
	uv pip install --quiet --python .venv/bin/python --require-hashes -r requirements/notebook.txt
	@touch $@

demo: setup  ## the whole way on an embedded AWS: label, convert, train, register; make demo FROM=coco from labels of another tool
	groundtrain demo $(if $(FROM),--from "$(FROM)")

test: setup  ## every test, on all cores; no account, no network; make test ORDER=7 for a random order
	pytest --numprocesses $(PROCESSES) --dist loadgroup $(if $(ORDER),--random-order-bucket global --random-order-seed $(ORDER))

test-detector: setup .venv-detector/.complete  ## the detector's tests, with torch in an environment of their own (6 GB); minutes
	uv run --quiet --isolated --no-project --with-requirements requirements/hadolint.txt hadolint containers/detector/Dockerfile
	.venv-detector/bin/python -m pytest tests/detector $(OPTIONS)

.venv-detector/.complete: requirements/dev.txt requirements/judges.txt requirements/detector.txt pyproject.toml
	$(PYTHON) -m venv .venv-detector
	.venv/bin/uv pip sync --quiet --python .venv-detector/bin/python --require-hashes requirements/dev.txt requirements/judges.txt requirements/uv.txt requirements/detector.txt
	.venv/bin/uv pip install --quiet --python .venv-detector/bin/python --no-deps --no-build-isolation --offline --editable .
	@touch $@

test-oldest: setup .venv-oldest/.complete  ## unit tests with the oldest packages that pyproject.toml allows, and locked tools
	.venv-oldest/bin/python -m pytest tests/unit --numprocesses $(PROCESSES) -m "not drill and not locked" $(OPTIONS)

.venv-oldest/.complete: requirements/dev.txt requirements/judges.txt requirements/oldest.txt pyproject.toml
	$(PYTHON) -m venv .venv-oldest
	.venv/bin/uv pip sync --quiet --python .venv-oldest/bin/python --require-hashes requirements/dev.txt requirements/judges.txt requirements/uv.txt
	.venv/bin/uv pip install --quiet --python .venv-oldest/bin/python --no-deps --require-hashes -r requirements/oldest.txt
	.venv/bin/uv pip install --quiet --python .venv-oldest/bin/python --no-deps --no-build-isolation --offline --editable .
	@touch $@

container:  ## build the detector's image, with docker or what CONTAINER names; see docs/detector.md
	$(CONTAINER) build --file containers/detector/Dockerfile --tag $(IMAGE) $(OPTIONS) .

drill: setup  ## what takes too long for test: every fault, waiting, load; half an hour
	pytest -m drill
	python -m benchmarks load

fuzz: setup  ## examples at random, and the coverage-guided fuzzer over all parsers: make fuzz SECONDS=600 (for each)
	pytest tests/property --numprocesses auto --dist loadgroup --hypothesis-profile patient
	python -m tests.fuzzing --seconds $(SECONDS)

check: setup  ## format, lint, types, workflows, committed templates up to date
	ruff format --check .
	ruff check .
	mypy --num-workers 2
	check-jsonschema --quiet --builtin-schema vendor.github-workflows $(WORKFLOWS)
	check-jsonschema --quiet --builtin-schema vendor.github-actions action.yml .github/actions/*/action.yml
	zizmor --quiet --offline .github action.yml
	python -m template_review.template_copies --check
	python -m groundtrain.output.rules_page --check docs/rules.md
	python -m groundtrain.output.algorithms_page --check docs/algorithms.md

format: setup  ## rewrite to house style
	ruff format .
	ruff check --fix .

synth: setup  ## synthesize every environment, refresh cdk.out/review, and list what will be created
	@python -m template_review.synthesis

docs: setup  ## write the pages that come from tables: rules, algorithms
	python -m groundtrain.output.rules_page docs/rules.md
	python -m groundtrain.output.algorithms_page docs/algorithms.md

bootstrap: setup account  ## CDK's own resources, once per account and region: make bootstrap ENV=dev OPTIONS="--trust …"
	@python -m stacks.commands.bootstrap "$(ENV)" $(OPTIONS)

deploy: setup account  ## deploy one environment: make deploy ENV=dev
	cdk deploy "$(ENV)/*" --require-approval $(APPROVAL)

destroy: setup account  ## what deleting an environment would leave; make destroy ENV=dev CONFIRM=dev deletes its stacks
	@python -m stacks.commands.destroy "$(ENV)" $(if $(call said,CONFIRM),--confirm "$(CONFIRM)") $(if $(filter-out yes,$(EMPTY)),,$(if $(call said,EMPTY),--empty)) $(call said,OPTIONS)

outputs: setup account  ## what is deployed is called: make outputs ENV=dev, or one value with NAME=LabelingRoleArn
	@python -m stacks.commands.stack_outputs "$(ENV)" $(NAME)

diff: setup account  ## what deploying would change: make diff ENV=dev
	cdk diff "$(ENV)/*"

acceptance: setup  ## what only AWS can say, in an environment of its own: make acceptance REGION=eu-west-1 TIER=1; docs/acceptance.md
	@python -m stacks.acceptance "$(REGION)" "$(TIER)" $(if $(call said,WORKTEAM),--work-team "$(WORKTEAM)") $(if $(call said,TEARDOWN),--teardown "$(TEARDOWN)")

account: setup  # says in a sentence what would take CDK a minute to fail for
	@python -m stacks.commands.credentials "$(ENV)"

review: setup  ## what a branch changes in the cloud, for its reviewers: make review BASE=main; refuses stale copies
	@python -m template_review.template_copies --check
	@python -m template_review "$(BASE)"

audit: setup  ## known weaknesses of what the locks name, and of the workflows; needs the network
	for lock in $(filter-out requirements/oldest.txt,$(wildcard requirements/*.txt)); do uv run --quiet --isolated --no-project --with-requirements requirements/audit.txt \
	  pip-audit --strict --require-hashes --disable-pip --progress-spinner off -r $$lock; done
	npm audit
	zizmor --quiet .github action.yml

pictures: browser  ## take the picture of the report in the README again; needs Chromium
	python -m tests.browser.take_pictures docs/report.webp

benchmark: setup  ## timings; see benchmarks/README.md
	python -m benchmarks

lock: .venv/bin/uv  ## resolve requirements/*.in again
	for name in uv lambda dev audit judges browser detector hadolint command-line notebook lambda-images; do .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	  --custom-compile-command "make lock" requirements/$$name.in -o requirements/$$name.txt; done
	.venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --resolution lowest-direct \
	  --custom-compile-command "make lock" pyproject.toml -o requirements/oldest.txt
	npm install --package-lock-only

refresh-image-uris: setup  ## take the table of image addresses from the SageMaker SDK again
	python -W ignore -m groundtrain.training.refresh_image_uris

clean:  ## remove what these targets made
	rm -rf .venv .venv-detector .venv-oldest node_modules .cdk-home cdk.out/* demo
	find . -name __pycache__ -prune -exec rm -rf {} +
	git checkout -- cdk.out

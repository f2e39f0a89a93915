"""groundtrain rehearse: run a training program on this machine, as SageMaker would."""

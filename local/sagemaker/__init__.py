"""The part of SageMaker that groundtrain uses: labeling jobs, training jobs, model packages.

It does what AWS documents and people have seen AWS do; where that is not known it does the least surprising
thing, and says "emulated" where a person could take its results for real ones. Nothing is trained.
"""

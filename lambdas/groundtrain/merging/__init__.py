"""Manifests of several labeling jobs become one."""

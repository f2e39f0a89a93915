"""Explain to reviewers of a pull request what it changes in the templates, as Markdown and offline."""

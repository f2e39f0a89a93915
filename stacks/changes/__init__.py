"""What a change to the templates means: for whoever reviews a pull request, offline and in Markdown."""

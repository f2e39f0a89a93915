"""The functions of `import groundtrain`, and what they give."""

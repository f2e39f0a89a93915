"""Label types, one module each: `registry` lists them, `label_type` says what each brings along."""

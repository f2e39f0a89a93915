"""Label types, one module each: `registry` lists them, `label_type` defines what each module provides."""

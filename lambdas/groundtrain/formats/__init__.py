"""Labels in other forms than augmented manifests: classic S3 manifests with tables."""

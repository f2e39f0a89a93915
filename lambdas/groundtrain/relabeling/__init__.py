"""Records to label again, for a labeling job of Ground Truth or for Label Studio."""

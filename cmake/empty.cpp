// A layer that has no source yet still is a target.

"""Pure functions: one value in, one value or None out; they never raise and never guess."""

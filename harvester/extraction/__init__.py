"""From a page to a verdict and, where there is one, a work."""

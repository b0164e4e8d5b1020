"""The API: the same use cases and selectors as everywhere, for other systems."""

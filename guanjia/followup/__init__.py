"""followup 回访与检查: somebody who did not do the work asks whether it was done well."""

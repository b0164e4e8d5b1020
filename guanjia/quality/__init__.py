"""quality 质量: what every department does with a rule in hand: check by list, put right, sign off a period."""

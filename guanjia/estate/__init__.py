"""estate 房产: buildings, entrances, houses and what they are used for, day by day."""

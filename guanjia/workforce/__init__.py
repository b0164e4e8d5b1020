"""workforce 人员: rewards and penalties of those who work here. No money moves in this room."""

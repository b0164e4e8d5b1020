"""insight 分析: reports over everything, as they stood at a time. It reads; what it keeps are its own snapshots."""

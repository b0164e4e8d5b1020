"""customers 客户: who people are, how to reach them, and who lived where on any day."""

"""work 工单: orders, who goes, when he comes, what he did, who signed. Knows no case: an order has a `source`."""

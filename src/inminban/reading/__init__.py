"""From the text of a report to its orders: every figure with the words it came from."""

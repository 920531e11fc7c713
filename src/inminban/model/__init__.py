"""The plain values that every step passes on: reports, orders, items, places, parameters."""

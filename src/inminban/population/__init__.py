"""Synthetic households of a city or county, made of its census margins."""

"""Studies: an orders' plan and drawn assumptions, in the whole numbers that the engine runs on."""

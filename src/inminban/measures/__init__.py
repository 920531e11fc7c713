"""What an order asks of or gives to a household and a place, and whether its figures hang together."""

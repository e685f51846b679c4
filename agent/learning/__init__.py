"""Learning to plan: synthetic sites and missions, an oracle, training, export and evaluation of the shipped model."""

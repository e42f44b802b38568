"""What a person does with a desk that runs: look at it, check it, retry, prune, explain, try a stage."""

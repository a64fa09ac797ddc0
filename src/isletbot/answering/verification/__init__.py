"""What every sentence is held to: quotes, figures, negation, sums. Pure and deterministic; can only refuse."""

"""Where passages are kept and found again. What they mean is decided elsewhere."""

"""Storage keeps passages and records and finds them again. Other rooms decide what they mean."""

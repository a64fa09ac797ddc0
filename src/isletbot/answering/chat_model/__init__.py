"""The composer that asks a chat model, what it may see and what it may write."""

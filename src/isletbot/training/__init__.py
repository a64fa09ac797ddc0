"""Fits the message reader and the cross-encoder on a question bank. Needs torch and peft; nothing here is served."""

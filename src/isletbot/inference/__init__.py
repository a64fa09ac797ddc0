"""Runs the neural models with onnxruntime, exports them at build time, and provides fakes for tests."""

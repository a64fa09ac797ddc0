"""The neural models: exported once at build time, served by onnxruntime, and the fakes that stand in for them."""

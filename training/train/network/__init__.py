"""Pretrained bodies, and the ONNX graphs that serve them."""

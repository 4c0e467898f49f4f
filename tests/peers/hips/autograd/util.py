"""Deprecated helpers."""

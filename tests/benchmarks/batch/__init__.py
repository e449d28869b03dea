"""Batches measured: time and memory against size, executors compared, faults injected."""

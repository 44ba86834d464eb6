"""The parts of ci/fuzz."""

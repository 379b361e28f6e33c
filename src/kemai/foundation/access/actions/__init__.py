"""Writes on people, units and roles."""

"""Answers that are collected: lists of parts, what changed between versions, two things side by side, rows of a kind."""

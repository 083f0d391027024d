"""Whether two documents answer one question differently: what each says, of what, when, and which of them comes first."""

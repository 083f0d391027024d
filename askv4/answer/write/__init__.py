"""The lead: a model's own words over the quotations, each sentence attributed and verified."""

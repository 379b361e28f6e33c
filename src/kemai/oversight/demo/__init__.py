"""A believable dealer company, made by a deterministic generator and brought in through the product's own import."""

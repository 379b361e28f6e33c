"""Why a formula has no value for a customer."""

MISSING = "missing:"  # followed by the key of the measure that is missing
DIVIDED_BY_ZERO = "divided_by_zero"
NOT_DEFINED = "not_defined"  # the logarithm of nothing, the root of what is negative
NOT_A_NUMBER = "not_a_number"  # larger than can be kept

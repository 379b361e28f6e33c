"""Where a customer stands and where customers move to: own cycle, churn, the Markov model of states."""

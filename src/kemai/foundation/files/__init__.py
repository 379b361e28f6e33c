"""Files of a customer: kept under random names, known by their content, handed out only after asking who asks."""

"""What a person or the company has set, and saved views of lists."""

"""What panel and actions both have to find out first: which message is open, and who the people are."""

"""What runs on the visitor's own machine: product and Gmail. Never imports add-on, store or cards."""

"""What happens: the rules, the doors in and out, and what a press of a button does."""

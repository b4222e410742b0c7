"""What runs on the visitor's own machine: a Gmail to talk to. It never imports the add-on, store or cards."""

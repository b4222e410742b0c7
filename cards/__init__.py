"""How it looks: one card per file, its view and its function. Pure: nothing here reads, asks or remembers."""

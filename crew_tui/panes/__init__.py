"""One file for each part of the screen: a pure function from slice to lines, with the thin widget that shows them."""

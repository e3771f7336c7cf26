"""The built-in crews as a whole: real runs of the offline agent over real repositories."""

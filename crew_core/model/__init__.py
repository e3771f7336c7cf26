"""What things are, and what follows from what. Imports nothing of ours, touches nothing outside itself."""

"""What is outside of the dashboard: clipboard, editor, shell. The screen is as before when one comes back."""

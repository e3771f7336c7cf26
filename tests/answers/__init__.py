"""What answers say."""

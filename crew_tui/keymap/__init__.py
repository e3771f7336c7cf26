"""The keys: what each does where, and everything that is made from that: dispatch, footer, help, palette, docs."""

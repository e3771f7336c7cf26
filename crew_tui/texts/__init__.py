"""Texts of any size as lines of a screen: what they are, how each form is coloured and broken. No widgets here."""

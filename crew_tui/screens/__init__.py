"""Whole screens and modal questions. They arrange panes and turn keys into requests."""

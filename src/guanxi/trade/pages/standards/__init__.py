"""Pages of quality standards: public ones, the desk of whoever drafts them, panels of experts."""

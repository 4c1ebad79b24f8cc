"""A case as its two sides see it: whose turn, until when, what is offered, what proves it, what was decided and paid."""

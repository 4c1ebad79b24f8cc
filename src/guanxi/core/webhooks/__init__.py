"""Webhooks: other systems hear the sealed stream, in order, signed, as far as whoever subscribed may see it.

`addresses` says where a request may go, `sending` is one bounded HTTP exchange, `signing` the secrets (Standard Webhooks),
`reach` who may hear what, `payload` what they hear; `actions` and `queries` are the room's usual doors, `delivery` the
dispatcher a worker's job runs.
"""

"""The desk: cases that run by their issues, as handlers, supervisors, experts and the head of service see them."""

from django_tasks.backends.base import BaseTaskBackend


class LeaseBackend(BaseTaskBackend):
    supports_defer = supports_get_result = supports_priority = True
    def enqueue(self, task, args, kwargs): raise NotImplementedError

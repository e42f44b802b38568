"""The queue's side of the workers: the only room that knows Celery, with `producers.push`."""

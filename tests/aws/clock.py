"""What AWS does some time after it was asked: load balancers that get active, links, targets, rollouts.

No thread waits. What is due happens when somebody calls next, so each call sees one state. While a scenario is made
nothing takes time."""
import contextlib
import heapq
import itertools
import threading
import time
import traceback

# Seconds, by what takes them. `draining` is how long a target that leaves is still shown, `interfaces` how long the
# interfaces of something deleted are still there.
DELAYS = {"load_balancers": 0.3, "vpc_links": 0.3, "targets": 0.3, "rollouts": 0.3, "draining": 0.3, "interfaces": 0.3}


class Clock:
    def __init__(self):
        # Held while something changes, or a request of the data plane looks at everything.
        self.lock = threading.RLock()
        self._thread = threading.local()
        self.reset()

    def reset(self):
        self.delays, self._waiting, self._numbers = dict(DELAYS), [], itertools.count()

    @property
    def seeding(self):
        """Whether the call at hand is a scenario's."""
        return getattr(self._thread, "seeding", False)

    @contextlib.contextmanager
    def no_time_passes(self):
        self._thread.seeding = True
        try:
            yield
        finally:
            self._thread.seeding = False

    def set(self, delays):
        """`*` stands for all of them."""
        for name in self.delays:
            self.delays[name] = float(delays.get(name, delays.get("*", self.delays[name])))

    def after(self, kind, function, at_least=0):
        """Calls the function when this kind of thing has had its time; at once where that is none."""
        delay = 0 if self.seeding else max(self.delays[kind], at_least)
        if delay <= 0:
            function()
        else:
            heapq.heappush(self._waiting, (time.monotonic() + delay, next(self._numbers), function))

    def tick(self):
        """Does what is due. Whether there was any."""
        if not self._waiting:
            return False
        with self.lock:
            happened = False
            while self._waiting and self._waiting[0][0] <= time.monotonic():
                happened = True
                try:
                    heapq.heappop(self._waiting)[2]()
                except Exception:  # what it was about may be gone; nobody waits for an answer
                    traceback.print_exc()
            return happened


clock = Clock()

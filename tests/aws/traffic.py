"""A client that never stops: what it loses while something is migrated.

POST /_emulator/traffic {"start": [{"api": …, "stage": …, "path": …}], "every_ms": 20} begins, {} tells how it stands,
and {"stop": true} ends it and tells. A request is ok when 200 comes back, and lost otherwise."""
import itertools
import threading
import time
from collections import Counter

import dataplane
import hooks

MOST = 1000  # losses told one by one; all are counted


class Traffic:
    def __init__(self):
        self._thread, self._over = None, threading.Event()
        self._clear([])

    def _clear(self, requests):
        self.requests, self.begun = requests, time.monotonic()
        self.sent = self.ok = 0
        self.losses, self.answers, self.ways = [], Counter(), Counter()
        self.lost = Counter()

    def control(self, body):
        """(status, JSON value)"""
        unknown = set(body) - {"start", "stop", "every_ms"}
        if unknown:
            return 400, {"error": f"no such thing: {', '.join(sorted(unknown))}"}
        if "start" in body:
            self.stop()
            self._start(body["start"], body.get("every_ms", 20) / 1000)
        elif body.get("stop"):
            self.stop()
        return 200, self.told()

    def _start(self, requests, every):
        self._clear(requests)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, args=(self._over, every), daemon=True)
        self._thread.start()

    def stop(self):
        self._over.set()
        if self._thread is not None:
            self._thread.join()
            self._thread = None

    def _run(self, over, every):
        for request in itertools.cycle(self.requests):
            self._send(request)
            if over.wait(every):
                return

    def _send(self, request):
        hooks.tick()
        at = round(time.monotonic() - self.begun, 3)
        answer = dataplane.invoke(request["api"], request["stage"], request["path"], request.get("method", "GET"))
        self.sent += 1
        self.ways[" > ".join(answer.way)] += 1
        if answer.status == 200:
            self.ok += 1
            self.answers[f"{answer.body['service']} {answer.body['path']}"] += 1
            return
        why = answer.body.get("why", answer.body["message"]) if isinstance(answer.body, dict) else str(answer.body)
        self.lost[why] += 1
        if len(self.losses) < MOST:
            self.losses.append({"at": at, "status": answer.status, "why": why} | request)

    def told(self):
        return {"sent": self.sent, "ok": self.ok, "lost": self.sent - self.ok, "reasons": dict(self.lost),
                "losses": list(self.losses), "answers": dict(self.answers), "ways": dict(self.ways),
                "seconds": round(time.monotonic() - self.begun, 3)}

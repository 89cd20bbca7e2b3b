#!/usr/bin/env python3
"""Asks for every page that a rule refers to, and reports those that are gone.

Without a network there is nothing to report, and that is said. Ends with 1 only when a server answered that a page is not there:
a server that is slow or out of reach says nothing about a page. What the references look like is held offline, in tests/rules.rs.

    tests/links.py [FOLDER]     the folder of the rules, `rules` by default
"""

import concurrent.futures
import pathlib
import sys
import tomllib
import urllib.error
import urllib.request

AGENT = "Mozilla/5.0 (apiaudit link check)"


def references(folder):
    """Every URL, with the rules that refer to it."""
    found = {}
    for file in sorted(pathlib.Path(folder).rglob("*.toml")):
        rule = tomllib.loads(file.read_text(encoding="utf-8"))
        for url in rule.get("docs", {}).get("references", []):
            found.setdefault(url, []).append(rule.get("id", file.stem))
    return found


def ask(url):
    """`here`, `gone`, or why it could not be told. A page that only redirects to a guide's start is gone."""
    page = url.split("#")[0]
    try:
        request = urllib.request.Request(page, headers={"User-Agent": AGENT})
        with urllib.request.urlopen(request, timeout=20) as answer:
            moved = answer.geturl().split("?")[0].split("#")[0]
            lost = moved != page and not moved.endswith("/" + page.rsplit("/", 1)[1])
            return f"gone: it leads to {moved}" if lost else "here"
    except urllib.error.HTTPError as error:
        return f"gone: {error.code}" if error.code in (404, 410) else f"unknown: {error.code}"
    except (urllib.error.URLError, OSError) as error:
        return f"unknown: {error}"


def main():
    found = references(sys.argv[1] if len(sys.argv) > 1 else "rules")
    with concurrent.futures.ThreadPoolExecutor(max_workers=4) as pool:
        answers = dict(zip(found, pool.map(ask, found)))
    gone = {url: answer for url, answer in answers.items() if answer.startswith("gone")}
    unknown = {url: answer for url, answer in answers.items() if answer.startswith("unknown")}
    for url, answer in {**gone, **unknown}.items():
        print(f"{url}\n    {answer}; named by {', '.join(found[url])}")
    told = len(answers) - len(gone) - len(unknown)
    print(f"{told} pages are there, {len(gone)} are gone, {len(unknown)} could not be told")
    if told == 0 and not gone:
        print("there seems to be no network: nothing was checked")
    return 1 if gone else 0


if __name__ == "__main__":
    sys.exit(main())

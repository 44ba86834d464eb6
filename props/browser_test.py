# SPDX-License-Identifier: Apache-2.0
"""Opens pages of `tester replay --html` in a Chromium without a window and walks their steps, as a reader would.

Looks for each step's picture, with buttons, keys, the address and without script; for errors of the script, and for what a page
asks for elsewhere. The browser is spoken to through a pipe, in the Chrome DevTools Protocol. Ends with 77 where there is no
Chromium: ci/setup --reports installs one. Given a folder, keeps the pages and pictures of them there.

usage: browser_test.py TESTER PROJECT [FOLDER]
"""

import base64
import fcntl
import json
import os
import pathlib
import re
import select
import shutil
import subprocess
import sys
import tempfile

SKIPPED = 77
PATIENCE = 600  # seconds of silence after which the browser hangs, and is not slow
OPTIONS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
           "--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage", "--hide-scrollbars",
           "--window-size=1300,1000", "--remote-debugging-pipe", "about:blank"]
EXAMPLES = "corpus/examples"
# What is opened: its title, options of replay, and the program: a file of the project, or text.
PAGES = [
    ("discard_front: array", ["--against", "discard_front_base_stays"],
     f"{EXAMPLES}/discard_front_trims_the_first_longer_element.iov"),
    ("from_buf: memory", ["--against", "from_buf_data_not_advanced"], "arena shared 32\n"
     "assign vec=a elements=2+6,4+8,20+0,5+2\nassign vec=b elements=4+4,4+4,30+2\nfrom_buf vec=a offset=3 bytes=7\n"),
    ("split: array", ["--against", "split_tail_base_stays"], f"{EXAMPLES}/split_inside_an_element.iov"),
    ("agrees", [], f"{EXAMPLES}/concat_describes_the_view.iov"),
    ("agrees", [], f"{EXAMPLES}/unbacked_every_operation.iov"),
    ("agrees", [], f"{EXAMPLES}/large_offsets_past_16_bits.iov"),
    ("send: crash", ["--isolate", "--against", "send_raises_sigpipe"],
     "assign vec=a elements=0+2\nsend vec=a offset=0 bytes=2 limit=0 script=pipe\n"),
    ("from_buf: memory when resegmented", ["--resegment", "--against", "from_buf_data_not_advanced"],
     "arena shared 16\nassign vec=a elements=0+9\nfrom_buf vec=a offset=0 bytes=9\n"),
    ("from_buf: memory", ["--against", "from_buf_data_not_advanced"], "arena shared 512\nadd_many vec=a count=900 element=40+3 "
     "stride=2\nassign vec=b elements=300+9,null+0,310+9\nfrom_buf vec=b offset=4 bytes=9\n"),
]
STATE = """JSON.stringify({
  current: [...document.querySelectorAll('#steps [aria-current=step]')].map(link => link.hash),
  shown: [...document.querySelectorAll('section.step')].filter(one => one.offsetParent).map(one => '#' + one.id),
  pictures: [...document.querySelectorAll('section.step svg')].filter(one => one.getBoundingClientRect().height > 30).length,
  buttons: [...document.querySelectorAll('#buttons')].filter(one => one.offsetParent).length,
  hash: location.hash, error: document.documentElement.dataset.error || ''})"""


class Browser:
    """A Chromium with one page."""

    def __init__(self, executable, folder):
        theirs_in, to_browser = os.pipe()
        from_browser, theirs_out = os.pipe()
        theirs = [fcntl.fcntl(end, fcntl.F_DUPFD, 10) for end in (theirs_in, theirs_out)]

        def give():  # it reads from 3 and writes to 4
            os.dup2(theirs[0], 3)
            os.dup2(theirs[1], 4)

        self.log = open(folder / "log", "w+", encoding="utf-8")
        self.process = subprocess.Popen([executable, f"--user-data-dir={folder / 'profile'}", *OPTIONS], preexec_fn=give,
                                        close_fds=False, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log)
        for end in (theirs_in, theirs_out, *theirs):
            os.close(end)
        self._writer, self._reader = os.fdopen(to_browser, "wb"), os.fdopen(from_browser, "rb", buffering=0)
        self._number, self._rest, self.events, self._session = 0, b"", [], {}
        target = next(one for one in self.ask("Target.getTargets")["targetInfos"] if one["type"] == "page")
        session = self.ask("Target.attachToTarget", targetId=target["targetId"], flatten=True)["sessionId"]
        self._session = {"sessionId": session}
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.ask(f"{domain}.enable")

    def _read(self):
        while b"\0" not in self._rest:
            is_silent = not select.select([self._reader], [], [], PATIENCE)[0]
            some = b"" if is_silent else self._reader.read(65536)
            if not some:
                self.log.seek(0)
                sys.exit(f"the browser {'hangs' if is_silent else 'has ended'}:\n" + self.log.read())
            self._rest += some
        message, self._rest = self._rest.split(b"\0", 1)
        return json.loads(message)

    def ask(self, method, **parameters):
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters, **self._session}
        self._writer.write(json.dumps(message).encode() + b"\0")
        self._writer.flush()
        while (answer := self._read()).get("id") != self._number:
            self.events.append(answer)
        if "error" in answer:
            sys.exit(f"{method}: {answer['error']}")
        return answer["result"]

    def _load(self, url):
        self.events.clear()
        self.ask("Page.navigate", url=url)
        while not any(event["method"] == "Page.loadEventFired" for event in self.events):
            self.events.append(self._read())

    def open(self, url, script=True):
        self._load("about:blank")  # so that another #step is loaded, too
        self.ask("Emulation.setScriptExecutionDisabled", value=not script)
        self._load(url)
        return self

    def evaluate(self, expression):
        answer = self.ask("Runtime.evaluate", expression=expression, returnByValue=True)
        check("exceptionDetails" not in answer, f"{expression}: {answer}")
        return answer["result"].get("value")

    def state(self):
        return json.loads(self.evaluate(STATE))

    def press(self, key):
        for kind in ("rawKeyDown", "keyUp"):
            self.ask("Input.dispatchKeyEvent", type=kind, key=key, code=key)
        return self.state()

    def click(self, to):
        self.evaluate(f"document.querySelector('[data-to={to}]').click()")
        return self.state()

    def complaints(self):
        """What went wrong in the page, and what it has asked for beside itself."""
        said = [str(event["params"]) for event in self.events
                if event["method"] in ("Runtime.exceptionThrown", "Log.entryAdded", "Runtime.consoleAPICalled")]
        asked = [event["params"]["request"]["url"] for event in self.events if event["method"] == "Network.requestWillBeSent"]
        return said + [url for url in asked[1:] if not url.startswith("data:")]

    def keep_picture(self, file):
        picture = self.ask("Page.captureScreenshot", captureBeyondViewport=True)
        file.write_bytes(base64.b64decode(picture["data"]))

    def close(self):
        self.ask("Browser.close")
        self.process.wait()


def check(is_so, words):
    if not is_so:
        sys.exit(f"FAILED: {words}")


def walk(browser, name, url, sections):
    """All steps of a page, in each way that there is."""
    steps = len(sections)

    def check_at(step, state):
        hash_of = f"#step={step}"
        wanted = {"current": [hash_of], "shown": [hash_of], "pictures": sections[step - 1].count("<svg "), "buttons": 1,
                  "hash": hash_of, "error": ""}
        check(state == wanted, f"{name}: {state}, not {wanted}")

    state = browser.open(url).state()
    check(state["current"] == state["shown"] == [f"#step={steps}"], f"{name} opens with {state}")
    check_at(1, browser.press("Home"))
    check_at(1, browser.press("ArrowLeft"))
    for step in range(2, steps + 1):
        check_at(step, browser.press("ArrowRight"))
    check_at(steps, browser.press("ArrowRight"))
    check_at(1, browser.click("first"))
    for step in range(2, steps + 1):
        check_at(step, browser.click("next"))
    check_at(steps - 1, browser.click("previous"))
    check_at(steps, browser.click("last"))
    check(len(browser.click("all")["shown"]) == steps, f"{name} does not show all steps")
    copies = browser.evaluate("document.querySelectorAll('button + pre').length")
    check(copies == 2, f"{name} has {copies} buttons that copy")
    for step in {1, (steps + 1) // 2, steps}:
        check_at(step, browser.open(f"{url}#step={step}").state())
        check(browser.complaints() == [], f"{name}: {browser.complaints()}")
    state = browser.open(url, script=False).state()
    check(len(state["shown"]) == steps, f"{name} without script: {state}")
    check(state["pictures"] == "".join(sections).count("<svg "), f"{name} without script: {state}")
    check(state["buttons"] == 0, f"{name} without script has buttons that do nothing")
    check(browser.complaints() == [], f"{name}: {browser.complaints()}")


def main(tester, project, pictures=None):
    executable = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if executable is None:
        print("there is no Chromium: ci/setup --reports installs one")
        return SKIPPED
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:  # Chromium may still write there
        folder = pathlib.Path(scratch)
        browser = Browser(executable, folder)
        for number, (title, options, program) in enumerate(PAGES, 1):
            name = f"{number} {title}".replace(":", "").replace(" ", "-")
            file, page = folder / f"{name}.iov", folder / f"{name}.html"
            text = program if "\n" in program else (project / program).read_text(encoding="utf-8")
            file.write_text(text, encoding="utf-8")
            ended = subprocess.run([tester, "replay", *options, "--html", page, file], check=False, text=True,
                                   stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            check(ended.returncode == (0 if title == "agrees" else 2), f"{name}: {ended.stdout}")
            sections = re.findall(r"^<section class='step'.*?^</section>$", page.read_text(encoding="utf-8"), re.M | re.S)
            check(len(sections) > 1, f"{name} has {len(sections)} steps")
            browser.open(page.as_uri())
            check(browser.evaluate("document.title") == title, f"{name} has another title")
            walk(browser, name, page.as_uri(), sections)
            print(f"{name}: walked {len(sections)} steps")
            if pictures:
                browser.open(page.as_uri()).keep_picture(pictures / f"{name}.png")
                shutil.copy(page, pictures)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(*map(pathlib.Path, sys.argv[1:])))

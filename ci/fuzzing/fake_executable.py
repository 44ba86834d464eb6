# SPDX-License-Identifier: Apache-2.0
"""What test_fuzz.py puts in the place of every executable: it behaves as behaviour.json in its project says.

It writes down how it was called before it does anything, and ends at once if it is asked to
once it has said that it runs programs.
"""

import json
import os
import pathlib
import signal
import sys
import time

PROJECT = pathlib.Path(sys.argv[0]).resolve().parents[2]
NAME = pathlib.Path(sys.argv[0]).name
ARGUMENTS = sys.argv[1:]
BEHAVIOUR = json.loads((PROJECT / "behaviour.json").read_text())
if NAME == "tester":
    NAME = {"random": "random_tester"}.get(ARGUMENTS[0], ARGUMENTS[0])
    ARGUMENTS = ARGUMENTS[1:]
FOLDER = pathlib.Path(sys.argv[0]).parent.name
MODE = BEHAVIOUR.get(f"{FOLDER}/{NAME}", BEHAVIOUR.get(NAME, "end" if NAME.endswith("_fuzzer") else "agree"))
REPORT = "# signature: {signature}\n# implementation: {implementation}\n"
TESTER_STATUS = "random: programs {} steps 5 rejections 1 skipped 0{}"


def option(name, default=None):
    return ARGUMENTS[ARGUMENTS.index(name) + 1] if name in ARGUMENTS else default


def say(text):
    print(text, flush=True)


def write_down_call():
    line = json.dumps({"name": NAME, "arguments": ARGUMENTS, "pid": os.getpid(),
                       "against": os.environ.get("LOCKSTEP_AGAINST"), "folder": str(pathlib.Path(sys.argv[0]).parent)})
    with open(PROJECT / "calls", "a", encoding="utf-8") as file:
        file.write(line + "\n")


def known_signatures():
    lines = pathlib.Path(os.environ.get("LOCKSTEP_KNOWN", os.devnull)).read_text(encoding="utf-8").splitlines()
    return [line.split(" # ")[0] for line in lines if line]


def inputs_left():
    """Those that are not passed by."""
    return [text for text in BEHAVIOUR.get("inputs", []) if not any(one in text for one in known_signatures())]


def end_when_asked(signal_number, last_words):
    def end(*_):
        os.write(1, f"{last_words}\n".encode())  # print may be what was interrupted
        os._exit(0)

    ignored = MODE in ("deaf", "hang") or (MODE == "diverge" and inputs_left())
    signal.signal(signal_number, signal.SIG_IGN if ignored else end)


def loop():
    while True:
        time.sleep(600)


def canary(file, status):
    """Looks for it; the status says after how many programs that ended."""
    if MODE == "miss":
        say(status.format(200000))
        return 0
    pathlib.Path(file).write_text("")
    say(REPORT.format(signature="undo: array", implementation="planted"))
    say(status.format(1530))
    return 2


def fuzzer():
    if FOLDER == "afl":  # an input that afl-fuzz has kept
        say(REPORT.format(**json.loads(pathlib.Path(ARGUMENTS[0]).read_text())))
        return 77
    options = dict(argument.split("=", 1) for argument in ARGUMENTS if "=" in argument)
    prefix = options["-artifact_prefix"]
    if "-runs" in options:
        return canary(prefix + "crash-canary", "stat::number_of_executed_units: {}")
    if MODE == "idle":
        loop()
    end_when_asked(signal.SIGUSR1, "stat::number_of_executed_units: 150")
    say("#100\tNEW    cov: 11 ft: 22 corp: 3/4b lim: 5 exec/s: 1 rss: 6Mb L: 7/8 MS: 1 Custom-")
    for signature in BEHAVIOUR.get("known", []):
        say(f"fuzzer: known: {signature}, in 1 programs: an issue\nfuzzer: known: {signature}, in 64 programs: an issue")
    inputs = inputs_left()
    if MODE in ("agree", "deaf") or (MODE == "diverge" and not inputs):
        loop()
    if MODE == "diverge":
        for number, text in enumerate(inputs):
            pathlib.Path(f"{prefix}crash-{number}").write_text(text)
        say("==1== ERROR: AddressSanitizer: SEGV on unknown address\n    #0 0x1 in iov::size (BuildId: 12ab)\n"
            "    #1 0x2 in fuzzer::Fuzzer::ExecuteCallback\nSUMMARY: AddressSanitizer: SEGV")
    say("stat::number_of_executed_units: 120")
    return {"diverge": 77, "fail": 1}.get(MODE, 0)


def afl_fuzz():
    """What it writes into its folder, and a crash for each input."""
    output = pathlib.Path(option("-o"))
    output.mkdir(exist_ok=True)
    own = output / option("-S")
    (own / "crashes").mkdir(parents=True)
    stats = own / "fuzzer_stats"
    words = "execs_done        : {}\nedges_found       : 11\ncorpus_count      : 3\n"
    signal.signal(signal.SIGINT, lambda *_: (stats.write_text(words.format(170)), os._exit(0)))
    canary_of = os.environ.get("LOCKSTEP_AGAINST")
    inputs = [json.dumps({"signature": "undo: array", "implementation": canary_of, "resegmented": False})] if canary_of else \
        BEHAVIOUR["inputs"] if MODE == "diverge" else []
    (own / "crashes/README.txt").write_text("")
    for number, text in enumerate(inputs):
        (own / f"crashes/id:00000{number},sig:06").write_text(text)
    (own / "queue").mkdir()
    (own / "queue/id:000000,orig").write_text("learned")
    stats.write_text(words.format(0))
    if MODE == "deaf":  # as what it has started is, where it is killed
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        if os.fork() == 0:
            os.setsid()
            write_down_call()
            loop()
    if not inputs:
        loop()
    stats.write_text(words.format(160))
    return 0


def random_tester():
    output = pathlib.Path(option("--output", "."))
    if "--print" in ARGUMENTS:
        print(BEHAVIOUR["inputs"][0])
        return 0
    if option("--against") == "over-read" and MODE != "miss":
        say(TESTER_STATUS.format(310, "") + "\n==1==ERROR: AddressSanitizer: use-after-poison on address 0x62")
        return 99
    if option("--against") in ("planted", "over-read"):
        return canary(output / "undo-array-71.iov", TESTER_STATUS.replace("0{}", "0: over"))
    if MODE == "starts slowly":
        time.sleep(0.5)
    end_when_asked(signal.SIGTERM, TESTER_STATUS.format(30000, ": interrupted, all agree"))
    if option("--status") == "1":  # it is being found again
        if MODE == "crash once":
            return 0
        for number in (1, 2, 3):
            say(TESTER_STATUS.format(number, ""))
    else:
        say(TESTER_STATUS.format(20000, ""))
    if MODE == "diverge":
        say(TESTER_STATUS.format(20007, ": diverges"))
        time.sleep(1.2)  # it reduces
        (output / "copy-value-20006.iov").write_text(
            BEHAVIOUR["inputs"][0] + "\n" + REPORT.format(**json.loads(BEHAVIOUR["inputs"][0])))
        return 2
    if MODE in ("crash", "crash once"):
        os.kill(os.getpid(), signal.SIGSEGV)
    if MODE == "over-read":
        return 99
    return loop()


def replay():
    """Files are `agree` or {"signature": ..., "implementation": ..., "resegmented": ...}."""
    if MODE == "fail":
        return 1
    worst = 0
    values = [option("--against"), option("--output"), option("--seconds"), option("--html")]
    for file in [pathlib.Path(word) for word in ARGUMENTS if not word.startswith("--") and word not in values]:
        text = file.read_text().split("\n# ")[0]
        if text.strip() == "agree":
            say("verdict: agrees")
            continue
        wrong = json.loads(text)
        if wrong["implementation"] != option("--against", "iov") or wrong["resegmented"] != ("--resegment" in ARGUMENTS):
            continue
        if NAME == "replay" and wrong["signature"] in known_signatures():
            say("which is known")
            continue
        worst = 2
        report = REPORT.format(**wrong)
        say(report)
        if "--html" in ARGUMENTS:
            pathlib.Path(option("--html")).write_text(f"{' '.join(sys.argv)}\n{report}")
        if NAME == "reduce":
            if MODE == "never reduces":
                loop()
            name = wrong["signature"].replace(": ", "-")
            (pathlib.Path(option("--output")) / f"{name}-{file.name}.iov").write_text(text + "\n" + report)
    return worst


def main():
    write_down_call()
    if "--list" in ARGUMENTS:
        say(json.dumps(BEHAVIOUR["lists"][NAME]) if BEHAVIOUR["lists"] else "usage: none")
        return 0
    if NAME.endswith("_fuzzer"):
        return fuzzer()
    return {"afl-fuzz": afl_fuzz, "random_tester": random_tester, "replay": replay, "reduce": replay}[NAME]()


CODE = main()
sys.stdout.flush()
os._exit(CODE)  # on its way out Python heeds no signals

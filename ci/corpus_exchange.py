# SPDX-License-Identifier: Apache-2.0
"""Two hosts that exchange their corpora, for ci/corpus prove-exchange.

A host is a network namespace with a folder of its own, which an rsync daemon on its own address offers for reading. The two
share this machine's files, but a host reads those of the other by rsync alone.
"""

import contextlib
import hashlib
import os
import pathlib
import shutil
import subprocess
import tempfile
import time

import corpus
from shared import CouldNotRun

RUNS = 20_000  # of each host's search; the canary takes some hundred to two thousand
NET = "192.0.2."  # for documentation: no real network has it
PORT = 8873
CONFIGURATION = """use chroot = no
log file = {folder}/rsync.log
[corpus]
path = {folder}/corpus
read only = yes
"""


def run(*words, **how):
    ended = subprocess.run([*map(str, words)], check=False, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **how)
    if ended.returncode != 0:
        raise CouldNotRun(f"{' '.join(map(str, words))} ended with {ended.returncode}: {ended.stdout.strip()[-300:]}")
    return ended.stdout


class Host:
    def __init__(self, stack, folder, number):
        self.number, self.folder = number, folder
        self.namespace, self.address = f"lockstep-{os.getpid()}-{number}", f"{NET}{number}"
        self.corpus = folder / "corpus"
        self.corpus.mkdir(parents=True)
        run("ip", "netns", "add", self.namespace)
        stack.callback(run, "ip", "netns", "delete", self.namespace)  # its end of the cable goes with it

    def inside(self, *words):
        return ["ip", "netns", "exec", self.namespace, *map(str, words)]

    def plug_in(self, end):
        run("ip", "link", "set", end, "netns", self.namespace)
        run(*self.inside("ip", "address", "add", f"{self.address}/24", "dev", end))
        run(*self.inside("ip", "link", "set", end, "up"))

    def offer(self, stack):
        configuration = self.folder / "rsyncd.conf"
        configuration.write_text(CONFIGURATION.format(folder=self.folder), encoding="utf-8")
        daemon = subprocess.Popen(self.inside("rsync", "--daemon", "--no-detach", f"--config={configuration}",
                                              f"--address={self.address}", f"--port={PORT}"))
        stack.callback(daemon.wait)
        stack.callback(daemon.terminate)

    def fetch(self, other):
        """Copies what is missing here; nothing is changed or taken away."""
        for _ in range(100):  # the other's daemon may still be starting
            fetched = subprocess.run(self.inside("rsync", "--recursive", "--ignore-existing",
                                                 f"rsync://{other.address}:{PORT}/corpus/", f"{self.corpus}/"), check=False)
            if fetched.returncode != 10:  # rsync's error in socket I/O
                break
            time.sleep(0.1)
        if fetched.returncode != 0:
            raise CouldNotRun(f"host {self.number} cannot fetch: rsync ended with {fetched.returncode}")

    def search(self, target, *folders, against="iov"):
        """A search by a number of programs; answers with what it found."""
        kept = self.folder / "findings"
        kept.mkdir(exist_ok=True)
        with open(self.folder / "search.log", "wb") as log:
            subprocess.run(self.inside(corpus.BUILD / target["name"], f"-seed={self.number}", f"-runs={RUNS}", "-len_control=0",
                                       f"-max_len={target['max_len']}", f"-artifact_prefix={kept}/", *folders),
                           env={**os.environ, "LOCKSTEP_AGAINST": against}, stdout=log, stderr=log, check=False)
        return sorted(kept.iterdir())

    def has(self):
        return {one.name: one.read_bytes() for one in self.corpus.iterdir()}


def connected_hosts(stack, scratch):
    hosts = [Host(stack, scratch / f"host{number}", number) for number in (1, 2)]
    ends = [f"lock{os.getpid()}-{host.number}"[-15:] for host in hosts]
    run("ip", "link", "add", ends[0], "type", "veth", "peer", "name", ends[1])
    for host, end in zip(hosts, ends):
        host.plug_in(end)
        host.offer(stack)
    return hosts


def prove_exchange(told):
    for tool in ("ip", "rsync"):
        if not shutil.which(tool):
            raise CouldNotRun(f"there is no {tool}; on Debian the packages are iproute2 and rsync")
    target = told["targets"][0]
    canary = target["canaries"][0]
    wrong = []
    with contextlib.ExitStack() as stack:
        scratch = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory(dir="build")))
        first, second = connected_hosts(stack, scratch.absolute())
        for host in (first, second):
            if host.search(target, host.corpus, corpus.BUILD / "seeds" / told["corpus_version"]):
                raise CouldNotRun("one host found a difference: ci/fuzz first")
        found = first.search(target, against=canary)
        if not found:
            raise CouldNotRun(f"host 1 did not find its canary {canary} in {RUNS:,} programs")
        kept = corpus.store(found[0].read_bytes(), first.corpus).name

        union = first.has() | second.has()
        for host in (first, second):
            print(f"host {host.number} has {len(host.has()):,} inputs, {sum(map(len, host.has().values())):,} bytes")
        first.fetch(second)
        second.fetch(first)
        for host in (first, second):
            has = host.has()
            print(f"host {host.number} has {len(has):,} inputs after the exchange; the union is {len(union):,}")
            if has != union:
                wrong.append(f"host {host.number} has not the union")
            if any(hashlib.sha1(content).hexdigest() != name for name, content in has.items()):
                wrong.append(f"host {host.number} has a file that is not named by its content")
        replay = subprocess.run(second.inside(corpus.BUILD / "tester", "replay", "--quiet", "--against", canary,
                                              second.corpus / kept), check=False, text=True, stdout=subprocess.PIPE)
        print(f"the canary {canary}, found by host 1, on host 2: replay ends with {replay.returncode}")
        if replay.returncode != 2:
            wrong.append("the canary does not show on the other host")
        if corpus.merge([second.corpus], scratch.absolute() / "merged", False, told):
            wrong.append("an input is a finding")
    for one in wrong:
        print(f"WRONG: {one}")
    if not wrong:
        print("Both hosts have the union.")
    return 2 if wrong else 0

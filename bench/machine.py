# machine.py: which machine is this, and how much of it did others use meanwhile?
# SPDX-License-Identifier: AGPL-3.0-or-later
import os
import platform
import re
import subprocess

MOST_FOREIGN = 0.08  # share of the machine's CPU time


def read(path):
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()


def processes():
    """pid -> (parent, clock ticks of itself and of its children that have ended)."""
    found = {}
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        try:
            words = read(f"/proc/{name}/stat").rsplit(")", 1)[1].split()
        except OSError:
            continue  # it has ended meanwhile
        found[int(name)] = (int(words[1]), sum(int(word) for word in words[11:15]))
    return found


def own_ticks(roots):
    """Clock ticks of these processes and of all that descend from them."""
    table = processes()
    wanted = set(roots)

    def is_ours(pid):
        while pid in table and pid not in wanted:
            pid = table[pid][0]
        return pid in wanted

    return sum(ticks for pid, (_, ticks) in table.items() if is_ours(pid))


def machine_ticks():
    """(busy, all) clock ticks of the whole machine; what the host took from it is busy."""
    words = [int(word) for word in read("/proc/stat").split("\n", 1)[0].split()[1:9]]
    idle = words[3] + words[4]
    return sum(words) - idle, sum(words)


class Watch:
    """How much of the machine did processes other than ours use since this was made?"""

    def __init__(self, roots):
        self.roots = [os.getpid(), *roots]
        self.own = own_ticks(self.roots)
        self.busy, self.all = machine_ticks()

    def foreign(self):
        own = own_ticks(self.roots) - self.own
        busy, every = machine_ticks()
        return max(0.0, (busy - self.busy - own) / max(1, every - self.all))


def said(*words):
    """The first line that a program prints about itself, or nothing where it is not there."""
    try:
        done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              check=False)
    except OSError:
        return ""
    return done.stdout.strip().split("\n")[0]


def version(*words):
    found = re.search(r"\d+(\.\d+)+", said(*words))
    return found.group(0) if found else "not here"


def package(name):
    shown = said("dpkg-query", "-W", "-f", "${Version}", name)
    return shown if re.match(r"\d", shown) else "not here"


def describe(folder):
    """Rows of name and value for the head of the document."""
    model = re.search(r"model name\s*: (.*)", read("/proc/cpuinfo"))
    memory = int(re.search(r"MemTotal:\s*(\d+)", read("/proc/meminfo")).group(1)) / (1 << 20)
    system = re.search(r'PRETTY_NAME="(.*)"', read("/etc/os-release"))
    disk = said("findmnt", "-no", "FSTYPE,OPTIONS", "-T", folder)
    return [
        ("Processor", f"{model.group(1) if model else 'unknown'}, {os.cpu_count()} cores"),
        ("Memory", f"{memory:.1f} GiB"),
        ("File system", " ".join(disk.split())),
        ("System", f"{system.group(1)}, Linux {platform.release()}"),
        ("Libraries", ", ".join(f"{name} {package(name)}" for name in (
            "libsqlite3-0", "libpq5", "libmicrohttpd12", "libjansson4", "libssl3", "libsodium23"))),
        ("Tools", f"gcc {version('gcc', '--version')}, PostgreSQL {package('postgresql-15')}, "
                  f"nginx {version('nginx', '-v')}, wrk {package('wrk')}, "
                  f"Python {platform.python_version()}"),
    ]

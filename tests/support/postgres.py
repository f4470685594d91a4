# postgres.py: a private PostgreSQL server of a test's own, which it may kill as it likes.
# SPDX-License-Identifier: AGPL-3.0-or-later
import os
import shutil
import signal
import subprocess
import tempfile
import time

from stage import must

CLUSTER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "cluster.sh")


def words_of(program, *words):
    """A program of the server, as its owner where the test runs as root."""
    if os.geteuid() != 0:
        return [program, *words]
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", program, *words]


def has_ended(pid):
    try:
        with open(f"/proc/{pid}/stat", encoding="ascii", errors="replace") as file:
            return file.read().rpartition(")")[2].split()[0] in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return True


class Cluster:
    def __init__(self):
        self.folder = os.path.join(tempfile.mkdtemp(prefix="exoledger-pg-", dir="/tmp"), "cluster")
        os.chmod(os.path.dirname(self.folder), 0o755)
        self.start()

    def call(self, *words):
        done = subprocess.run([CLUSTER, words[0], self.folder, *words[1:]], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, check=False)
        must(done.returncode == 0, f"cluster.sh {words}: {done.stderr.decode()[-600:]}")
        return done.stdout.decode().strip()

    def start(self):
        self.call("start")

    def stop(self):
        self.call("stop")

    def remove(self):
        try:
            self.kill(signal.SIGQUIT)
        finally:
            shutil.rmtree(os.path.dirname(self.folder))

    def socket(self):
        return os.path.join(self.folder, ".s.PGSQL.5432")

    def postmaster(self):
        with open(os.path.join(self.folder, "data", "postmaster.pid"), encoding="ascii") as file:
            return int(file.readline())

    def backends(self):
        """Every process of the server, the first of them among them."""
        first = self.postmaster()
        found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(first)], check=False,
                               stdout=subprocess.PIPE).stdout.split()
        return [first] + [int(pid) for pid in found]

    def kill(self, how):
        """how: SIGQUIT stops at once and SIGKILL is what it is; neither writes anything more. One
        that could not write has gone by itself."""
        if not os.path.exists(os.path.join(self.folder, "data", "postmaster.pid")):
            return
        everybody = self.backends()
        os.kill(everybody[0], how)
        self.bury(everybody)

    def kill_all_at_once(self):
        """As when the machine loses its power, but for the disk: nobody flushes anything more."""
        everybody = self.backends()
        for pid in everybody:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        self.bury(everybody)

    def bury(self, everybody):
        """Waits until all have ended; a corpse that nobody collects would look alive to pg_ctl."""
        deadline = time.monotonic() + 60
        while not all(has_ended(pid) for pid in everybody):
            must(time.monotonic() < deadline, "the server did not go")
            time.sleep(0.01)
        for name in (os.path.join("data", "postmaster.pid"), ".s.PGSQL.5432.lock"):
            try:
                os.unlink(os.path.join(self.folder, name))
            except FileNotFoundError:
                pass

    def limit_files(self, size):
        """No file of the server grows beyond size: to it this is a full disk."""
        for pid in self.backends():
            subprocess.run(words_of("prlimit", "--pid", str(pid),
                                    f"--fsize={size}:"),
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)

    def sql(self, database, text, user="postgres", fails=False):
        """What psql prints, one row a line."""
        done = subprocess.run(
            words_of("psql", "--no-psqlrc", "-qAtX", "-v", "ON_ERROR_STOP=1", "-h", self.folder,
                     "-p", "5432", "-U", user, "-d", database),
            input=text.encode(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False,
            cwd="/tmp")
        must((done.returncode != 0) == fails, f"{text[:200]}: {done.stderr.decode()[-400:]}")
        return (done.stderr if fails else done.stdout).decode().strip()

    def hold(self, database, text):
        """A session that did something and stays; closed by closing its input."""
        session = subprocess.Popen(
            words_of("psql", "--no-psqlrc", "-qAtX", "-h", self.folder, "-p", "5432", "-U",
                     "postgres", "-d", database), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, cwd="/tmp")
        session.stdin.write((text + "\nSELECT 'held';\n").encode())
        session.stdin.flush()
        while session.stdout.readline().strip() != b"held":
            must(session.poll() is None, f"{text}: the session ended")
        return session

    @staticmethod
    def release(session):
        session.stdin.close()
        session.wait(60)
        session.stdout.close()

    def copy_data(self, to):
        subprocess.run(["cp", "-a", os.path.join(self.folder, "data"), to], check=True)

    def put_data(self, source):
        shutil.rmtree(os.path.join(self.folder, "data"))
        subprocess.run(["cp", "-a", source, os.path.join(self.folder, "data")], check=True)

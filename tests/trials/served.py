"""A server that the trials start, kill and start again on one port."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


class Served:
    """``penumbra serve`` in a process of its own, its data in a folder."""

    def __init__(self, folder: Path, *arguments: str, **environment: str) -> None:
        self.folder, self.port = folder, free_port()
        self.log = folder / "log.txt"
        self._arguments = arguments
        self._environment = {
            **os.environ, "PYTHONPATH": str(ROOT), "PENUMBRA_DATA": str(folder / "data"), "PYTHONUNBUFFERED": "1",
            **environment,
        }  # fmt: skip
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self, wait: bool = True) -> "Served":
        command = [sys.executable, "-m", "components.command", "serve", "--port", str(self.port), *self._arguments]
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=self._environment, stdout=log, stderr=subprocess.STDOUT
            )
        begun = time.monotonic()
        while wait and not self.listens():
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() - begun < 120, self.log.read_text()
            time.sleep(0.05)
        return self

    def listens(self) -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def kill(self) -> None:
        """End it as a power cut would."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def errors(self) -> list[str]:
        """Return the lines of the log that tell of something gone wrong."""
        return [
            line for line in self.log.read_text().splitlines() if re.search(r"error|exception|traceback", line, re.I)
        ]

    def memory_mb(self) -> float:
        """Return the resident memory of the process in MB."""
        assert self.process is not None
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024  # type: ignore[index]

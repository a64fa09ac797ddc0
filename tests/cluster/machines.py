"""Two replicas behind nginx, from the very files in deploy/: only ports and paths are put in."""

from __future__ import annotations

import os
import re
import ssl
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psycopg

from tests.cluster.certificates import write_certificate
from tests.cluster.dependencies import Postgres, RedisServer, wait_for
from tests.free_ports import find_port

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
HOST, PREFIX = "bot.clinic.example", "/bot"
FREELY = {f"ISLETBOT_{name}_RATE": "1000000/minute" for name in ("SESSION", "ADDRESS", "API_KEY", "TOTAL")}
MAIN = """
{user}
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/main.log;
events {{ worker_connections 512; }}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/conf.d/*.conf;
}}
"""


class Replica:
    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        folder.mkdir()
        self.folder, self.port = folder, find_port()
        self._environment = {**environment, "ISLETBOT_DATA_DIR": str(folder / "data")}
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        words = ["sh", str(DEPLOY / "start.sh"), "serve", "--port", str(self.port)]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(words, env=self._environment, cwd=self.folder, stdout=log, stderr=log)

    def wait_ready(self, seconds: float = 120) -> float:
        return wait_for(lambda: ask_status(f"{self.url}/readyz") == 200, f"{self.folder.name} is ready", seconds)

    def run(self, *words: str) -> None:
        command = [sys.executable, "-m", "isletbot", *words]
        subprocess.run(command, env=self._environment, cwd=self.folder, check=True, timeout=120, capture_output=True)

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait(10)


class Nginx:
    def __init__(self, folder: Path, ports: tuple[int, int]) -> None:
        folder.mkdir()
        (folder / "conf.d").mkdir()
        self.folder, self.port, self.plain_port = folder, find_port(), find_port()
        self.certificate = folder / "fullchain.pem"
        self.renew_certificate(days=30)
        self._write_files(ports)
        self._process: subprocess.Popen[bytes] | None = None

    def renew_certificate(self, days: int) -> None:
        write_certificate(self.certificate, self.folder / "privkey.pem", HOST, days)

    def check(self) -> str:
        done = subprocess.run(["nginx", *self._words(), "-t"], capture_output=True, text=True)
        return done.stderr

    def start(self) -> None:
        self._process = subprocess.Popen(["nginx", *self._words()], stderr=subprocess.DEVNULL)
        wait_for(lambda: ask_status(f"http://127.0.0.1:{self.plain_port}/") == 308, "nginx answers")

    def reload(self) -> None:
        subprocess.run(["nginx", *self._words(), "-s", "reload"], check=True, stderr=subprocess.DEVNULL)

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(20)

    def open_client(self) -> httpx.Client:
        """A client that trusts this certificate and no other, and calls the server by its name."""
        trusted = ssl.create_default_context(cafile=str(self.certificate))
        url = f"https://127.0.0.1:{self.port}{PREFIX}"
        return httpx.Client(base_url=url, verify=trusted, headers={"host": HOST}, timeout=60, transport=_Named(trusted))

    def _words(self) -> list[str]:
        return ["-p", str(self.folder), "-c", str(self.folder / "nginx.conf")]

    def _write_files(self, ports: tuple[int, int]) -> None:
        user = "user root;" if os.geteuid() == 0 else ""
        (self.folder / "nginx.conf").write_text(MAIN.format(folder=self.folder, user=user), encoding="utf-8")
        upstream = {"127.0.0.1:8001": f"127.0.0.1:{ports[0]}", "127.0.0.1:8002": f"127.0.0.1:{ports[1]}"}
        site = {
            "listen 80;": f"listen 127.0.0.1:{self.plain_port};",
            "listen 443 ": f"listen 127.0.0.1:{self.port} ",
            "/etc/isletbot/tls/": f"{self.folder}/",
            "/var/log/nginx/": f"{self.folder}/",
        }
        for name, changes in (("upstream.conf", upstream), ("isletbot.conf", site)):
            text = (DEPLOY / "nginx" / name).read_text("utf-8")
            for old, new in changes.items():
                assert old in text, f"{name} says {old!r} no more"
                text = text.replace(old, new)
            (self.folder / "conf.d" / name).write_text(text, encoding="utf-8")


class _Named(httpx.HTTPTransport):
    def __init__(self, trusted: ssl.SSLContext) -> None:
        super().__init__(verify=trusted)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.extensions = {**request.extensions, "sni_hostname": HOST}
        return super().handle_request(request)


@dataclass
class Cluster:
    postgres: Postgres
    redis: RedisServer
    replicas: tuple[Replica, Replica]
    nginx: Nginx
    clients: list[httpx.Client] = field(default_factory=list)

    def client(self) -> httpx.Client:
        self.clients.append(self.nginx.open_client())
        return self.clients[-1]

    def wait_ready(self, seconds: float = 120) -> float:
        return max(replica.wait_ready(seconds) for replica in self.replicas)

    def kept_ids(self) -> set[str]:
        """Read past our own code."""
        with psycopg.connect(self.postgres.url) as connection:
            return {str(row[0]) for row in connection.execute("SELECT id FROM answers").fetchall()}

    def stop(self) -> None:
        for client in self.clients:
            client.close()
        self.nginx.stop()
        for part in (*self.replicas, self.redis, self.postgres):
            part.kill()


def start_cluster(folder: Path, built: Path, programs: Path) -> Cluster:
    postgres, store = Postgres(programs, folder / "postgres"), RedisServer(folder / "redis")
    environment = make_environment(folder, built, postgres.url, store.url)
    replicas = (Replica(folder / "replica-1", environment), Replica(folder / "replica-2", environment))
    nginx = Nginx(folder / "nginx", (replicas[0].port, replicas[1].port))
    cluster = Cluster(postgres, store, replicas, nginx)
    try:
        postgres.start()
        postgres.make_database()
        store.start()
        for replica in replicas:  # both migrate the empty records at once
            replica.start()
        nginx.start()
        cluster.wait_ready()
    except BaseException:
        cluster.stop()
        raise
    return cluster


def make_environment(folder: Path, built: Path, records: str, limits: str) -> dict[str, str]:
    """The settings of deploy/isletbot.env.example, with these addresses and without limits of rate."""
    example = (DEPLOY / "isletbot.env.example").read_text("utf-8")
    given = dict(line.split("=", 1) for line in example.splitlines() if re.match(r"ISLETBOT_\w+=", line))
    programs = folder / "bin"
    programs.mkdir()
    program = programs / "isletbot"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m isletbot "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    return {
        **os.environ,
        **given,
        **FREELY,
        "ISLETBOT_RECORDS_URL": records,
        "ISLETBOT_LIMITS_URL": limits,
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT / "src"),
        "BUILT_DIR": str(built),
        "HF_HUB_OFFLINE": "1",
    }


def ask_status(url: str) -> int:
    try:
        return httpx.get(url, timeout=5).status_code
    except httpx.HTTPError:
        return 0

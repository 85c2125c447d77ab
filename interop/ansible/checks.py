"""What NetApp's Ansible collection does with the simulator's answers: one line per task, exit code 1 if one fails.

Run by `npm run interop -- ansible`, which starts the simulator and sets the variables that the playbook reads.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
TOOL = Path(sys.executable).parent / "ansible-playbook"


def main():
    environment = {
        **os.environ,
        "REQUESTS_CA_BUNDLE": os.environ["CA"],
        "ANSIBLE_STDOUT_CALLBACK": "ansible.posix.json",
        "ANSIBLE_PYTHON_INTERPRETER": sys.executable,
        "ANSIBLE_HOME": str(HERE / ".venv" / "ansible"),
    }
    command = [TOOL, "--inventory", "localhost,", "--connection", "local", HERE / "playbook.yml"]
    run = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=False)
    try:
        tasks = json.loads(run.stdout)["plays"][0]["tasks"]
    except (ValueError, LookupError):
        print(run.stdout)
        return 1
    for task in tasks:
        name, result = task["task"]["name"], task["hosts"]["localhost"]
        failed = result.get("failed", False)
        print(f"FAILED  {name}: {result.get('msg', result)}" if failed else f"ok      {name}")
    print(f"{len(tasks)} checks with Ansible's netapp.ontap, exit code {run.returncode}")
    return run.returncode


sys.exit(main())

"""One part of bench/gpu/run.sh as a line of JSON: record.py NAME STATUS SECONDS LOGS RESULTS appends it to RESULTS and prints it."""

import json
import statistics
import sys

name, status, seconds, logs, results = sys.argv[1:]
record = {"part": name, "status": int(status), "seconds": int(seconds)}
with open(f"{logs}/{name}.out", errors="replace") as out:
    lines = [line for line in out if line.startswith("{")]
result = json.loads(lines[-1]) if lines else {}
steps = result.get("stepMs")
if steps:
    # The first half warms up.
    kept = steps[len(steps) // 2 :]
    record |= {"medianMs": statistics.median(kept), "minMs": min(kept), "maxMs": max(kept), "firstMs": steps[0]}
with open(f"{logs}/{name}.smi") as smi:
    rows = [row.split(",") for row in smi if row.count(",") == 1]
if rows:
    memory = [int(row[0]) for row in rows]
    record |= {"cardMiB": [memory[0], max(memory), memory[-1]], "utilisation": max(int(row[1]) for row in rows)}
with open(results, "a") as file:
    file.write(json.dumps({**record, "result": result}) + "\n")
print(json.dumps({**record, "result": {key: value for key, value in result.items() if key != "stepMs"}}), flush=True)

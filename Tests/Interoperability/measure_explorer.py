"""Measures the explorer page of a checkpoint in headless Chromium.

    python3 Tests/Interoperability/measure_explorer.py CHECKPOINT TEXT

prints the size of the page, how long it takes from opening the file until it answers, how long a
keystroke takes until its heat map can be read back as pixels, and how far the page's logits are from
those of `inspect logits`. TEXT is typed letter by letter. Needs a release build.
"""

import base64, json, os, re, statistics, subprocess, sys, tempfile

INSPECT = ".build/release/inspect"
DRIVER = """<script>
const text = %s, times = [];
for (let end = 1; end <= text.length; end++) {
  const began = performance.now();
  const area = document.getElementById("text");
  area.value = text.slice(0, end);
  area.dispatchEvent(new Event("input"));
  document.body.getBoundingClientRect();
  document.getElementById("map").getContext("2d").getImageData(0, 0, 1, 1);
  times.push(performance.now() - began);
}
const result = { ready: Number(document.documentElement.dataset.ready), times,
  ids: explorer.state.ids, logits: explorer.logits() };
document.body.innerHTML = "<pre>" + btoa(JSON.stringify(result)) + "</pre>";
</script></body>"""


def chromium(page, folder):
    command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom",
               "--window-size=1440,900", f"--user-data-dir={folder}/profile", f"file://{page}"]
    found = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return json.loads(base64.b64decode(re.search(r"<pre>([A-Za-z0-9+/=]*)</pre>", found)[1]))


def main():
    checkpoint, text = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        page = f"{folder}/page.html"
        subprocess.run([INSPECT, "explore", "--checkpoint", checkpoint, "--output", page],
                       stdout=subprocess.DEVNULL, check=True)
        size = os.path.getsize(page)
        html = open(page, encoding="utf-8").read()
        driver = DRIVER % json.dumps(text).replace("<", "\\u003c")
        with open(page, "w", encoding="utf-8") as file:
            file.write(html.replace("</body>", driver))
        chromium(page, folder)  # makes the profile
        runs = [chromium(page, folder) for _ in range(3)]
    ids = ",".join(str(id) for id in runs[0]["ids"])
    own = json.loads(subprocess.run(
        [INSPECT, "logits", "--checkpoint", checkpoint, "--ids", ids, "--json"],
        capture_output=True, text=True, check=True).stdout)["logits"]
    difference = max(abs(a - b) for row, other in zip(own, runs[0]["logits"])
                     for a, b in zip(row, other))
    times = [time for run in runs for time in run["times"]]
    ready = [run["ready"] for run in runs]
    print(f"page                 {size / 1e6:.2f} MB")
    print(f"open to interactive  {statistics.median(ready):.0f} ms (median of {len(runs)}), "
          f"{max(ready):.0f} ms at most")
    print(f"key to picture       {statistics.median(times):.1f} ms (median of {len(times)}), "
          f"{max(times):.1f} ms at most")
    print(f"logits               differ by at most {difference:.1e} "
          f"({len(own)} tokens of {len(own[0])})")


main()

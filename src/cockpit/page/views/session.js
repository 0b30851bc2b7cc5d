/** One session: all of it in words, what its shell did besides, and the records as they are. */
import * as dbg from "../dbg.js";
import { hash } from "../address.js";
import { alert, block, button, description, el, table, time, words } from "../dom.js";
import { container, line, Rows } from "../rows.js";
import { replay } from "./replay.js";
import { cells, HEADS, status } from "./sessions.js";

function login(operator = {}) {
  const name = operator.user ? `${operator.user} (uid ${operator.uid})` : `uid ${operator.uid ?? "?"}`;
  const from = operator.source ? ` from ${operator.source}` : "";
  const as = operator.loginuid !== undefined && operator.loginuid !== operator.uid ? `, logged in as uid ${operator.loginuid}` : "";
  return name + from + as;
}

function namespaces(record) {
  return (record.namespaces ?? []).join(", ");
}

function inWords(row) {
  const begin = row.records.find((record) => record.event !== "result" && record.event !== "orphaned") ?? row.records[0];
  const end = row.records.find((record) => record.event === "result" || record.event === "orphaned");
  const target = begin.target ?? {};
  const confinement = begin.confinement ?? {};
  const outcome = end?.outcome ?? {};
  return description([
    ["Status", status(row)],
    ["Began", time(begin.time)],
    ["Ended", end ? time(end.time) : null],
    ["Operator", login(begin.operator)],
    ["Groups", (begin.operator?.groups ?? []).join(", ")],
    ["Reason", begin.reason],
    ["Container", container(begin)],
    ["Container's id", target.id],
    ["Image", target.image],
    ["Runtime", [target.runtime, target.owner].filter(Boolean).join(", of ")],
    ["Line", words(line(begin), "code")],
    ["In the directory", begin.tool?.directory ? words(begin.tool.directory, "code") : null],
    ["What ran", begin.tool?.path ? words([begin.tool.path, ...(begin.tool.argv_run ?? []).slice(1)].join(" "), "code") : null],
    ["Program's SHA-256", begin.tool?.sha256],
    ["Namespaces", namespaces(begin)],
    ["As", confinement.uid === undefined ? null : `user ${confinement.uid}, group ${confinement.gid}, capabilities: ${(confinement.caps ?? []).join(", ") || "none"}`],
    ["Permitted by", begin.decision?.allowed ? begin.decision.rule || "this is always permitted" : null],
    ["Refused because", begin.decision && !begin.decision.allowed ? begin.decision.why : null],
    ["Ended by", end?.ended ? [end.ended.how, end.ended.user].filter(Boolean).join(" of ") : null],
    ["Processor time", outcome.cpu_us === undefined ? null : `${(outcome.cpu_us / 1e6).toFixed(3)} s`],
    ["Memory", outcome.memory_bytes === undefined ? null : `${(outcome.memory_bytes / 1048576).toFixed(1)} MiB`],
    ["Waited for a start", begin.waited_us === undefined ? null : `${(begin.waited_us / 1e6).toFixed(3)} s`],
    ["Host", begin.host?.name],
    ["Records", row.records.map((record) => `${record.event} ${record.seq ?? ""}`).join(", ")],
  ]);
}

async function shellsLines(shell, own) {
  const rows = new Rows();
  for (const record of await dbg.all(["audit", "--json", "-n", "1000", `--shell=${shell}`])) {
    rows.add(record);
  }
  const list = table("Lines of the same shell", HEADS);
  for (const row of rows.all().reverse()) {
    const made = list.row(cells(row));
    if (row.session === own) {
      made.classList.add("dbg-own");
      made.setAttribute("aria-current", "true");
    }
    list.body.append(made);
  }
  return [el("h2.pf-v6-c-title.pf-m-lg", {}, `Lines of the shell ${shell}`), list.made];
}

export function show(view, session) {
  // It came with the address, which anybody may have written.
  if (!/^[0-9a-f]{4,16}$/.test(session)) {
    view.append(alert("info", "This is not the number of a session", session));
    return () => {};
  }
  let player = null;
  let stopped = false;
  view.append(el("p", {}, el("a", { href: hash("sessions") }, "All sessions")), el("h2.pf-v6-c-title.pf-m-lg", {}, `Session ${session}`));

  async function fill() {
    const rows = new Rows();
    const records = await dbg.all(["audit", "show", session, "--json"]);
    records.forEach((record) => rows.add(record));
    const [row] = rows.all();
    if (stopped) {
      return;
    }
    if (!row) {
      view.append(alert("info", "There is no such session that you may see"));
      return;
    }
    view.append(inWords(row));
    if (row.recorded && row.ended) {
      const place = el("section", { "aria-label": "What the tool printed" });
      const begin = button("Play what the tool printed", "primary", () => {
        begin.remove();
        const terminal = row.records.some((record) => record.confinement?.streams === "terminal");
        player = replay(place, row.session, terminal);
      });
      place.append(begin);
      view.append(place);
    }
    if (row.shell) {
      view.append(...(await shellsLines(row.shell, row.session)));
    }
    view.append(
      el(
        "details.dbg-raw",
        {},
        el("summary", {}, "The records as they are in the log"),
        row.records.map((record) => block(JSON.stringify(record, null, 2))),
      ),
    );
  }
  fill().catch((failed) => view.append(alert("danger", `dbg audit show ${session}`, failed.message)));
  return () => {
    stopped = true;
    player?.();
  };
}

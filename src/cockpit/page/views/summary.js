/** Who looked into which containers with which tools; each mark is a link to those sessions. */
import * as dbg from "../dbg.js";
import { go, hash } from "../address.js";
import { alert, button, description, el, time, words } from "../dom.js";
import { overTime } from "./chart.js";

const MOST_BARS = 12;

/** What --container finds: no target with a scheme, and nothing that was shortened. */
const IS_NAME = /^[A-Za-z0-9][\w.-]*$/;

function add(counts, key, count) {
  counts.set(key, (counts.get(key) ?? 0) + count);
}

/** A bar for each of the largest counts; what is left is told by its number. */
function bars(title, counts, link) {
  const all = [...counts].sort((a, b) => b[1] - a[1]);
  const most = all[0]?.[1] ?? 1;
  const left = all.slice(MOST_BARS);
  return el(
    "section.dbg-chart",
    {},
    el("h2.pf-v6-c-title.pf-m-md", {}, title),
    all.length === 0 ? el("p.dbg-none", {}, "None.") : null,
    el(
      "ul",
      {},
      all.slice(0, MOST_BARS).map(([name, count]) => {
        const bar = el("span.dbg-bar");
        bar.style.inlineSize = `${Math.max(1, (100 * count) / most)}%`;
        const label = [el("span.dbg-name", {}, words(name || "(none)")), el("span.dbg-track", {}, bar), el("span.dbg-number", {}, count)];
        const to = link(name);
        return el("li", {}, to ? el("a", { href: to }, label) : el("div", {}, label));
      }),
    ),
    left.length > 0 ? el("p", {}, `${left.length} more, together ${left.reduce((sum, [, count]) => sum + count, 0)}`) : null,
  );
}

/** Which period is summed up; in a file, the whole. */
function form(since) {
  const input = el("input", { name: "since", value: since, "aria-label": "Since" });
  return el(
    "form.dbg-filters",
    {
      submit: (event) => {
        event.preventDefault();
        go("summary", "", { since: input.value });
      },
    },
    el("label.dbg-filter", {}, el("span", {}, "Since"), el("span.pf-v6-c-form-control", {}, input)),
    el("button.pf-v6-c-button.pf-m-primary", { type: "submit" }, "Show"),
    dbg.PERIODS.map((one) => button(one, "link", () => go("summary", "", { since: one }))),
  );
}

export function show(view, _of, options) {
  const since = dbg.IS_LIVE ? (options.since ?? "7d") : undefined;
  if (since) {
    view.append(form(since));
  }
  let stopped = false;

  async function fill() {
    const [sum] = await dbg.all(["audit", "summary", "--json", ...(since ? [`--since=${since}`] : [])]);
    if (stopped) {
      return;
    }
    const operators = new Map();
    const containers = new Map();
    const tools = new Map();
    const refusals = new Map();
    const refused = new Map();
    for (const one of sum.by ?? []) {
      add(operators, one.operator, one.count);
      add(containers, one.container, one.count);
      add(tools, one.tool, one.count);
    }
    for (const one of [...(sum.refusals ?? []), ...(sum.unaccepted_by ?? [])]) {
      const label = `${one.operator}: ${one.why ?? one.container ?? ""}`;
      add(refusals, label, one.count);
      refused.set(label, one.operator);
    }
    const told = (sum.by ?? []).reduce((count, one) => count + one.count, 0);
    view.append(
      told < (sum.runs ?? 0)
        ? alert("info", `The charts have ${told} of ${sum.runs} tools that were run`, "those of the most frequent combinations of operator, container and tool")
        : "",
      description([
        ["From", sum.first ? time(sum.first) : null],
        ["Until", sum.last ? time(sum.last) : null],
        ["Tools run", String(sum.runs ?? 0)],
        ["Refused", String((sum.refused ?? 0) + (sum.unaccepted ?? 0))],
        ["Mistyped", String(sum.mistyped ?? 0)],
        ["Failed", String(sum.failed ?? 0)],
        ["Without an end", String(sum.orphaned ?? 0)],
      ]),
      overTime(sum.hours ?? []) ?? "",
      el(
        "div.dbg-charts",
        {},
        bars("Operators", operators, (name) => IS_NAME.test(name) && hash("sessions", "", { operator: name, since })),
        bars("Containers", containers, (name) => IS_NAME.test(name) && hash("sessions", "", { container: name, since })),
        bars("Tools", tools, (name) => IS_NAME.test(name) && hash("sessions", "", { tool: name, since })),
        bars("Refusals", refusals, (name) => hash("sessions", "", { operator: refused.get(name), refused: "true", since })),
      ),
    );
  }
  fill().catch((failed) => view.append(alert("danger", "dbg audit summary", failed.message)));
  return () => {
    stopped = true;
  };
}

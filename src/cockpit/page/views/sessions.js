/** The list of the log, one row a session, with the filters of dbg audit. */
import * as dbg from "../dbg.js";
import { go, hash } from "../address.js";
import { alert, button, el, table, time, words } from "../dom.js";
import { Rows } from "../rows.js";

/** How many records one question asks for: dbg audit gives at most a thousand. */
const PAGE = 1000;

const FIELDS = [
  ["operator", "Operator", "ann"],
  ["container", "Container", "web-*"],
  ["tool", "Tool", "tcpdump"],
  ["since", "Since", "yesterday"],
  ["until", "Until", "17:00"],
  ["reason", "Reason has", "ticket 4711"],
  ["from", "Login from", "10.0.*"],
  ["shell", "Shell", ""],
];
const MARKS = [
  ["refused", "Refused"],
  ["recorded", "Recorded"],
];

/** The filters of an address as options of dbg audit. An unknown one is left out. */
function filters(options) {
  const values = FIELDS.filter(([name]) => options[name]).map(([name]) => `--${name}=${options[name]}`);
  return [...values, ...MARKS.filter(([name]) => options[name]).map(([name]) => `--${name}`)];
}

function form(options) {
  const inputs = FIELDS.map(([name, label, example]) =>
    el(
      "label.dbg-filter",
      {},
      el("span", {}, label),
      el(
        "span.pf-v6-c-form-control",
        {},
        el("input", { name, value: options[name] ?? "", placeholder: example, autocomplete: "off" }),
      ),
    ),
  );
  const marks = MARKS.map(([name, label]) =>
    el("label.dbg-mark", {}, el("input", { name, type: "checkbox", checked: Boolean(options[name]) }), label),
  );
  return el(
    "form.dbg-filters",
    {
      role: "search",
      submit: (event) => {
        event.preventDefault();
        go("sessions", "", Object.fromEntries(new FormData(event.target)));
      },
    },
    inputs,
    marks,
    el("button.pf-v6-c-button.pf-m-primary", { type: "submit" }, "Show"),
    button("All", "link", () => go("sessions")),
  );
}

export function status(row) {
  return el(
    `span.pf-v6-c-label.pf-m-compact.pf-m-${row.colour}`,
    {},
    el("span.pf-v6-c-label__content", {}, row.took ? `${row.status} after ${row.took}` : row.status),
  );
}

/** The cells of a row of sessions, also in the page of one. */
export function cells(row) {
  return [
    time(row.time),
    status(row),
    [words(row.operator), row.source ? el("small", {}, " from ", words(row.source)) : null],
    words(row.container),
    [
      row.recorded ? el("span.pf-v6-c-label.pf-m-compact.pf-m-purple", {}, el("span.pf-v6-c-label__content", {}, "recorded")) : null,
      row.tab ? el("small", {}, "Tab ") : null,
      el("a", { href: hash("session", row.session) }, words(row.line, "code")),
      row.why ? el("div.dbg-why", {}, words(row.why)) : null,
    ],
    words(row.reason),
  ];
}

export const HEADS = ["Time", "Status", "Operator", "Container", "Line", "Reason"];

export function show(view, _of, options) {
  const list = table("Sessions, the newest first", HEADS);
  const said = el("div", { "aria-live": "polite" });
  const count = el("span.dbg-count", { role: "status" });
  const older = button("Older", "secondary", () => ask());
  const rows = new Rows();
  const drawn = new Map();
  let oldest = "";
  let running = null;
  view.append(form(options), said, list.made, el("p", {}, older, " ", count));

  function draw() {
    const all = rows.all();
    let before = null;
    for (const row of all) {
      const old = drawn.get(row.session);
      let made = old?.made;
      if (!old || old.records !== row.records.length) {
        made = list.row(cells(row));
        old?.made.replaceWith(made);
        drawn.set(row.session, { made, records: row.records.length });
      }
      if (made.previousElementSibling !== before || made.parentNode !== list.body) {
        before === null ? list.body.prepend(made) : before.after(made);
      }
      before = made;
    }
    count.textContent = `${all.length} sessions`;
  }

  function ask() {
    older.disabled = true;
    let found = 0;
    const until = oldest ? [`--until=${oldest}`] : [];
    const mine = filters(options).filter((option) => !(oldest && option.startsWith("--until=")));
    running = dbg.lines(["audit", "--json", "-n", String(PAGE), ...mine, ...until], (record) => {
      found++;
      rows.add(record);
      oldest = oldest === "" || record.time < oldest ? record.time : oldest;
    });
    return running.done.then(
      () => {
        draw();
        older.disabled = found < PAGE;
        older.hidden = found < PAGE;
      },
      (failed) => said.replaceChildren(alert("danger", "dbg audit", failed.message)),
    );
  }

  let follower = null;
  let stopped = false;
  ask().then(() => {
    if (stopped || options.until) {
      return;
    }
    follower = dbg.lines(["audit", "--follow", "--json", "-n", "1", ...filters(options)], (record) => {
      if (rows.add(record)) {
        draw();
      }
    });
    follower.done.catch((failed) => said.replaceChildren(alert("warning", "New sessions are not shown", failed.message)));
  });
  return () => {
    stopped = true;
    running?.close();
    follower?.close();
  };
}

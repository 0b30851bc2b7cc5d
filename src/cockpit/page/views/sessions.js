/** The list of the log, one row a session, with the filters of dbg audit. */
import * as dbg from "../dbg.js";
import { go, hash } from "../address.js";
import { alert, button, el, table, time, words } from "../dom.js";
import { Rows } from "../rows.js";

/** How many records one question asks for: dbg audit gives at most a thousand. */
const PAGE = 1000;

/** How many rows are kept for each page that was asked for. */
const MOST = 2000;

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
  ["mistyped", "Mistyped"],
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
      row.session ? el("a", { href: hash("session", row.session) }, words(row.line, "code")) : words(row.line, "code"),
      row.why ? el("div.dbg-why", {}, words(row.why)) : null,
    ],
    words(row.reason),
  ];
}

export const HEADS = ["Time", "Status", "Operator", "Container", "Line", "Reason"];

/** A time that is later than that of a record by less than a second: --until knows whole seconds. */
function justAfter(time) {
  return `${new Date(Date.parse(`${time.slice(0, 19)}Z`) + 1000).toISOString().slice(0, 19)}Z`;
}

export function show(view, _of, options) {
  const list = table("Sessions, the newest first", HEADS);
  const said = el("div", { "aria-live": "polite" });
  const count = el("span.dbg-count", { role: "status" });
  const older = button("Older", "secondary", () => askOlder(), { hidden: true });
  const rows = new Rows();
  const drawn = new Map();
  let oldest = "";
  let read = 0;
  let pages = 1;
  let frame = null;
  let asking = null;
  view.append(form(options), said, list.made, el("p", {}, older, " ", count));

  function take(record) {
    read++;
    oldest = oldest === "" || record.time < oldest ? record.time : oldest;
    older.hidden = read < PAGE;
    if (rows.add(record)) {
      frame ??= requestAnimationFrame(draw);
    }
  }

  function draw() {
    frame = null;
    const all = rows.all(MOST * pages);
    let before = null;
    for (const row of all) {
      const old = drawn.get(row.key);
      let made = old?.made;
      if (!old || old.records !== row.records.length) {
        made = list.row(cells(row));
        old?.made.replaceWith(made);
        drawn.set(row.key, { made, records: row.records.length });
      }
      const next = before === null ? list.body.firstElementChild : before.nextElementSibling;
      if (made !== next) {
        list.body.insertBefore(made, next);
      }
      before = made;
    }
    while (before?.nextElementSibling) {
      before.nextElementSibling.remove();
    }
    const kept = new Set(all.map((row) => row.key));
    for (const key of drawn.keys()) {
      if (!kept.has(key)) {
        drawn.delete(key);
      }
    }
    count.textContent = all.length === MOST * pages ? `the newest ${all.length} sessions` : `${all.length} sessions`;
  }

  async function askOlder() {
    older.disabled = true;
    pages++;
    let found = 0;
    const from = oldest;
    const mine = filters(options).filter((option) => !option.startsWith("--until="));
    asking = dbg.lines(["audit", "--json", "-n", String(PAGE), ...mine, `--until=${justAfter(from)}`], (record) => {
      found++;
      take(record);
    });
    try {
      await asking.done;
      older.hidden = found < PAGE;
      if (found === PAGE && oldest === from) {
        said.replaceChildren(alert("warning", "A second has more records than a page", "dbg audit export has them all"));
      }
    } catch (failed) {
      said.replaceChildren(alert("danger", "dbg audit", failed.message));
    }
    older.disabled = false;
  }

  const newest = ["audit", "--json", "-n", String(PAGE), ...filters(options)];
  let close = () => {};
  if (options.until) {
    asking = dbg.lines(newest, take);
    asking.done.catch((failed) => said.replaceChildren(alert("danger", "dbg audit", failed.message)));
  } else {
    close = dbg.follow([...newest, "--follow"], take, (why) =>
      said.replaceChildren(why ? alert("warning", "New sessions are not shown", why) : ""),
    );
  }
  draw();
  return () => {
    asking?.close();
    close();
    cancelAnimationFrame(frame);
  };
}

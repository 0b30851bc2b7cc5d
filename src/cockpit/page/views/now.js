/** The sessions that run. The log is followed, and each record asks dbgd once more what runs. */
import * as dbg from "../dbg.js";
import { hash } from "../address.js";
import { quoted } from "../rows.js";
import { alert, button, el, seen, table, words } from "../dom.js";

/** In milliseconds: records that come together ask once. */
const SOON = 150;

function clock(seconds) {
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, Math.floor(seconds) % 60];
  return parts.map((part) => String(part).padStart(2, "0")).join(":");
}

/** How long a press waits for the second, in milliseconds. */
const ASKS_FOR = 10_000;

/** A button that ends a session when it is pressed twice: who leaves it in between has pressed it once. */
function ender(one, said) {
  const what = `session ${one.session}: ${one.tool} of ${one.operator} in ${one.container}`;
  let waits = null;
  const ask = (asked) => {
    clearTimeout(waits);
    waits = asked ? setTimeout(ask, ASKS_FOR, false) : null;
    made.dataset.asked = asked ? "true" : "";
    made.firstChild.textContent = asked ? "Press again to end it" : "End";
    made.setAttribute("aria-label", asked ? `Press again to end ${what}` : `End ${what}`);
  };
  const made = button("End", "secondary", async () => {
    if (!made.dataset.asked) {
      ask(true);
      return;
    }
    ask(false);
    const { text, status } = await dbg.text(["kill", one.session]);
    said.replaceChildren(alert(status === 0 ? "success" : "danger", `dbg kill ${one.session}`, text));
  }, { "aria-label": `End ${what}`, blur: () => ask(false) });
  return made;
}

export function show(view) {
  const list = table("Sessions that run", ["Operator", "Container", "State", "Line", "For", "Memory", "Action"]);
  const none = el("p.dbg-none", { role: "status", hidden: true }, "Nothing runs now that you may see.");
  const said = el("div", { "aria-live": "polite" });
  const lost = el("div", { "aria-live": "polite" });
  const news = el("p.dbg-heard", { role: "status" });
  view.append(lost, said, news, list.made, none);
  const rows = new Map();
  let isFirst = true;
  let timer = null;
  let asked = 0;
  let stopped = false;

  function row(one) {
    return list.row([
      words(one.operator),
      words(one.container),
      words(one.state),
      el(
        "a",
        { href: hash("session", one.session) },
        words([(one.namespaces ?? []).join(","), ...[...(one.options ?? []), "--", one.tool, ...(one.argv ?? [])].map(quoted)].join(" "), "code"),
      ),
      el("span", { "data-started": one.started }, clock(one.seconds ?? 0)),
      one.memory_bytes ? `${(one.memory_bytes / 1048576).toFixed(1)} MiB` : "",
      ender(one, said),
    ]);
  }

  /** A row stays where it is as long as its session runs. */
  function draw(running) {
    const there = new Set(running.map((one) => one.session + one.state));
    const begun = running.filter((one) => !rows.has(one.session + one.state));
    const before = rows.size;
    for (const [session, made] of rows) {
      if (!there.has(session)) {
        made.remove();
        rows.delete(session);
      }
    }
    for (const one of running) {
      if (!rows.has(one.session + one.state)) {
        rows.set(one.session + one.state, row(one));
        list.body.append(rows.get(one.session + one.state));
      }
    }
    // A screen reader says what has changed, not the whole list again.
    const ended = before + begun.length - rows.size;
    if (!isFirst && begun.length + ended > 0) {
      const names = begun.map((one) => `${one.tool} of ${one.operator} in ${one.container} has begun. `).join("");
      news.textContent = seen(`${names}${ended > 0 ? `${ended} ended. ` : ""}${rows.size} run.`);
    }
    isFirst = false;
    none.hidden = running.length > 0;
    list.made.hidden = running.length === 0;
  }

  async function ask() {
    timer = null;
    const mine = ++asked;
    try {
      const running = await dbg.all(["sessions", "--json"]);
      if (!stopped && mine === asked) {
        draw(running);
      }
    } catch (failed) {
      lost.replaceChildren(alert("danger", "dbg sessions", failed.message));
    }
  }

  const soon = () => {
    timer ??= setTimeout(ask, SOON);
  };
  const close = dbg.follow(["audit", "--follow", "--json", "-n", "1"], soon, (why) => {
    lost.replaceChildren(why ? alert("warning", "What runs now is not known", why) : "");
    if (why) {
      list.made.hidden = true;
      none.hidden = true;
    }
  });
  const ticking = setInterval(() => {
    for (const cell of list.body.querySelectorAll("[data-started]")) {
      cell.textContent = clock(Math.max(0, (Date.now() - new Date(cell.dataset.started)) / 1000));
    }
  }, 1000);
  ask();
  return () => {
    stopped = true;
    close();
    clearTimeout(timer);
    clearInterval(ticking);
  };
}

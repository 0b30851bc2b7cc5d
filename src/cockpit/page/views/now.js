/** The sessions that run. The log is followed, and each record asks dbgd once more what runs. */
import * as dbg from "../dbg.js";
import { hash } from "../address.js";
import { alert, button, el, table, time, words } from "../dom.js";

const SOON = 150;

function clock(seconds) {
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, Math.floor(seconds) % 60];
  return parts.map((part) => String(part).padStart(2, "0")).join(":");
}

export function show(view) {
  const list = table("Sessions that run", ["Operator", "Container", "State", "Line", "For", "Memory", ""]);
  const none = el("p.dbg-none", { role: "status" }, "Nothing runs now that you may see.");
  const said = el("div", { "aria-live": "polite" });
  view.append(said, list.made, none);
  let timer = null;
  let stopped = false;

  async function end(session) {
    const { text, status } = await dbg.text(["kill", session]);
    said.replaceChildren(alert(status === 0 ? "success" : "danger", `dbg kill ${session}`, text));
  }

  function row(one) {
    return list.row([
      words(one.operator),
      words(one.container),
      words(one.state),
      el(
        "a",
        { href: hash("session", one.session) },
        words(`${(one.namespaces ?? []).join(",")} -- ${[one.tool, ...(one.argv ?? [])].join(" ")}`, "code"),
      ),
      el("span", { "data-started": one.started }, clock(one.seconds ?? 0)),
      one.memory_bytes ? `${(one.memory_bytes / 1048576).toFixed(1)} MiB` : "",
      button("End", "secondary", () => end(one.session), {
        "aria-label": `End session ${one.session} of ${one.operator} in ${one.container}`,
      }),
    ]);
  }

  async function ask() {
    timer = null;
    try {
      const running = await dbg.all(["sessions", "--json"]);
      if (!stopped) {
        list.body.replaceChildren(...running.map(row));
        none.hidden = running.length > 0;
        list.made.hidden = running.length === 0;
      }
    } catch (failed) {
      said.replaceChildren(alert("danger", "dbg sessions", failed.message));
    }
  }

  const soon = () => {
    timer ??= setTimeout(ask, SOON);
  };
  const follower = dbg.lines(["audit", "--follow", "--json", "-n", "1"], soon);
  follower.done.catch((failed) => said.replaceChildren(alert("danger", "dbg audit --follow", failed.message)));
  const ticking = setInterval(() => {
    for (const cell of list.body.querySelectorAll("[data-started]")) {
      cell.textContent = clock(Math.max(0, (Date.now() - new Date(cell.dataset.started)) / 1000));
    }
  }, 1000);
  ask();
  return () => {
    stopped = true;
    follower.close();
    clearTimeout(timer);
    clearInterval(ticking);
  };
}

/** Shows the view that the address names, and ends the one before. */
/* global cockpit */
import { address, hash, onChange } from "./address.js";
import { alert, el } from "./dom.js";
import * as now from "./views/now.js";
import * as rules from "./views/rules.js";
import * as session from "./views/session.js";
import * as sessions from "./views/sessions.js";
import * as summary from "./views/summary.js";
import * as trust from "./views/trust.js";

const VIEWS = { now, sessions, session, summary, trust, rules };
const TABS = [
  ["now", "Now"],
  ["sessions", "Sessions"],
  ["summary", "Summary"],
  ["trust", "Trust"],
  ["rules", "Rules"],
];

let end = () => {};

function tabs(current) {
  const chosen = current === "session" ? "sessions" : current;
  return el(
    "div.pf-v6-c-tabs",
    {},
    el(
      "ul.pf-v6-c-tabs__list",
      { role: "list" },
      TABS.map(([view, title]) =>
        el(
          view === chosen ? "li.pf-v6-c-tabs__item.pf-m-current" : "li.pf-v6-c-tabs__item",
          {},
          el(
            "a.pf-v6-c-tabs__link",
            { href: hash(view), "aria-current": view === chosen ? "page" : null },
            el("span.pf-v6-c-tabs__item-text", {}, title),
          ),
        ),
      ),
    ),
  );
}

function change() {
  const { view, of, options } = address();
  const main = document.getElementById("view");
  end();
  end = () => {};
  document.getElementById("views").replaceChildren(tabs(view));
  main.replaceChildren();
  main.dataset.view = view;
  if (!Object.hasOwn(VIEWS, view)) {
    main.append(alert("info", "There is no such view", view));
    return;
  }
  end = VIEWS[view].show(main, of, options);
}

/** As Cockpit's own pages: its style is what its user chose, or what the browser wants. */
function paint() {
  const wanted = localStorage.getItem("shell:style") ?? "auto";
  const dark = wanted === "dark" || (wanted === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.classList.toggle("pf-v6-theme-dark", dark);
}

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", paint);
addEventListener("storage", paint);
addEventListener("cockpit-style", paint);
paint();
onChange(change);
change();

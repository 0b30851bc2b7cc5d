/** Shows the view that the address names, and ends the one before. */
import { address, hash, onChange } from "./address.js";
import { alert, el } from "./dom.js";
import { isDark, onStyle } from "./style.js";
import { TABS, VIEWS } from "./views.js";

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
  const views = document.getElementById("views");
  const where = document.activeElement;
  end();
  end = () => {};
  // Who uses the keyboard goes on from the tab, or else from the beginning of the view.
  const fromTabs = views.contains(where);
  views.replaceChildren(tabs(view));
  main.replaceChildren();
  if (fromTabs) {
    views.querySelector("[aria-current]")?.focus();
  } else if (where !== document.body) {
    main.focus();
  }
  main.dataset.view = view;
  if (!Object.hasOwn(VIEWS, view)) {
    main.append(alert("info", "There is no such view", view));
    return;
  }
  end = VIEWS[view].show(main, of, options);
}

function paint() {
  document.documentElement.classList.toggle("pf-v6-theme-dark", isDark());
}

onStyle(paint);
paint();
onChange(change);
change();

/** Elements of the page. All text becomes text nodes: names and words come from strangers. */

/** Characters that a browser draws as nothing, or that turn the direction of what follows. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cn}]/gu;

/** The text with such characters in a form that is seen, as \u{202e}. */
export function seen(text) {
  return String(text ?? "").replace(UNSEEN, (one) => `\\u{${one.codePointAt(0).toString(16)}}`);
}

/** A text of several lines, each as seen() has it. */
export function block(text) {
  return el("pre", { tabindex: "0" }, String(text).split("\n").flatMap((line) => [words(line) ?? "", document.createTextNode("\n")]));
}

/**
 * An element.
 *
 * @param {string} name its tag, and its classes after dots: "button.pf-v6-c-button.pf-m-link"
 * @param {object} attributes attributes; a function is a listener: { click: () => ... }
 * @param {...(Node|string|number|null|undefined)} children strings become text as seen() has it
 */
export function el(name, attributes = {}, ...children) {
  const [tag, ...classes] = name.split(".");
  const made = document.createElement(tag);
  made.classList.add(...classes);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === "function") {
      made.addEventListener(key, value);
    } else if (value === true) {
      made.setAttribute(key, "");
    } else if (value !== false && value !== null && value !== undefined) {
      made.setAttribute(key, value);
    }
  }
  for (const child of children.flat()) {
    if (child !== null && child !== undefined) {
      made.append(child instanceof Node ? child : seen(child));
    }
  }
  return made;
}

/** Words of a stranger's, kept apart from what stands beside them; null if there are none. */
export function words(text, name = "bdi") {
  return text === "" || text === null || text === undefined ? null : el(name, { dir: "ltr" }, text);
}

/** A message across the page. KIND is danger, warning, info or success. */
export function alert(kind, title, detail = "") {
  return el(
    `div.pf-v6-c-alert.pf-m-inline.pf-m-${kind}`,
    { role: kind === "danger" ? "alert" : "status" },
    el("p.pf-v6-c-alert__title", {}, title),
    detail ? el("div.pf-v6-c-alert__description", {}, words(detail)) : null,
  );
}

export function button(text, kind, click, more = {}) {
  return el(
    `button.pf-v6-c-button.pf-m-${kind}`,
    { type: "button", click, ...more },
    el("span.pf-v6-c-button__text", {}, text),
  );
}

/**
 * A table whose rows can be added to.
 *
 * @param {string} caption what it lists, for a screen reader
 * @param {string[]} heads the heads of its columns, which narrow screens show in each cell
 */
export function table(caption, heads) {
  const body = el("tbody.pf-v6-c-table__tbody", { role: "rowgroup" });
  const made = el(
    "table.pf-v6-c-table.pf-m-compact.pf-m-grid-md",
    { role: "table", "aria-label": caption },
    el(
      "thead.pf-v6-c-table__thead",
      {},
      el(
        "tr.pf-v6-c-table__tr",
        { role: "row" },
        heads.map((head) => el("th.pf-v6-c-table__th", { role: "columnheader", scope: "col" }, head)),
      ),
    ),
    body,
  );
  const row = (cells) =>
    el(
      "tr.pf-v6-c-table__tr",
      { role: "row" },
      cells.map((cell, at) =>
        el("td.pf-v6-c-table__td", { role: "cell", "data-label": heads[at] }, cell),
      ),
    );
  return { made, body, row };
}

/** A list of terms and what they are. Pairs without a value are left out. */
export function description(pairs) {
  return el(
    "dl.pf-v6-c-description-list.pf-m-horizontal-on-md",
    {},
    pairs
      .filter(([, value]) => value !== null && value !== undefined && value !== "")
      .map(([term, value]) =>
        el(
          "div.pf-v6-c-description-list__group",
          {},
          el("dt.pf-v6-c-description-list__term", {}, el("span.pf-v6-c-description-list__text", {}, term)),
          el(
            "dd.pf-v6-c-description-list__description",
            {},
            el("div.pf-v6-c-description-list__text", {}, value instanceof Node || Array.isArray(value) ? value : words(value)),
          ),
        ),
      ),
  );
}

/** A time as the browser's reader writes it, with the whole of it as a hint. */
export function time(text) {
  const at = new Date(text);
  return Number.isNaN(at.getTime())
    ? words(text)
    : el("time", { datetime: at.toISOString(), title: seen(text) }, at.toLocaleString());
}

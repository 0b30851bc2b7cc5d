/** What the page shows is in its address: #/sessions?operator=ann */

function hashNow() {
  const [path, options = ""] = location.hash.replace(/^#?\/?/, "").split("?");
  return { path: path.split("/").map(decoded), options: Object.fromEntries(new URLSearchParams(options)) };
}

/** A part of an address, which anybody may have written. */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The view, what it is of, and its options. */
export function address() {
  const { path, options } = hashNow();
  return { view: path[0] || "sessions", of: path[1] ?? "", options };
}

/** The hash of an address, for a link. Options without a value are left out. */
export function hash(view, of = "", options = {}) {
  const given = Object.entries(options).filter(([, value]) => value !== "" && value !== undefined);
  const path = (of ? [view, of] : [view]).map(encodeURIComponent).join("/");
  return given.length > 0 ? `#/${path}?${new URLSearchParams(given)}` : `#/${path}`;
}

export function go(view, of = "", options = {}) {
  location.hash = hash(view, of, options);
}

export function onChange(change) {
  addEventListener("hashchange", change);
}

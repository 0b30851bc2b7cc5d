/** What the page shows is in its address, so that a link can be sent: #/sessions?operator=ann */
/* global cockpit */

/** The view, what it is of, and its options. */
export function address() {
  const [view = "now", of = ""] = cockpit.location.path;
  return { view, of, options: { ...cockpit.location.options } };
}

/** The hash of an address, for a link. Options without a value are left out. */
export function hash(view, of = "", options = {}) {
  const given = Object.entries(options).filter(([, value]) => value !== "" && value !== undefined);
  return `#${cockpit.location.encode(of ? [view, of] : [view], Object.fromEntries(given))}`;
}

export function go(view, of = "", options = {}) {
  cockpit.location.go(hash(view, of, options).slice(1));
}

export function onChange(change) {
  cockpit.addEventListener("locationchanged", change);
}

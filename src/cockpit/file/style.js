/** Whether the page is dark: what the browser wants. */

export function isDark() {
  return matchMedia("(prefers-color-scheme: dark)").matches;
}

export function onStyle(change) {
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", change);
}

/** Whether the page is dark: as Cockpit's own pages, what its user chose, or what the browser wants. */

export function isDark() {
  const wanted = localStorage.getItem("shell:style") ?? "auto";
  return wanted === "dark" || (wanted === "auto" && matchMedia("(prefers-color-scheme: dark)").matches);
}

export function onStyle(change) {
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", change);
  addEventListener("storage", change);
  addEventListener("cockpit-style", change);
}

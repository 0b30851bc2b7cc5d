/** How much was run and refused over time: a mark for each hour, or for so many that all fit; each is a link. */
import { hash } from "../address.js";
import { el } from "../dom.js";

const HOUR = 3_600_000;

/** How many hours a mark may have. The last is a week. */
const WIDTHS = [1, 3, 6, 12, 24, 48, 168];
const MOST_MARKS = 96;

/** The marks, of hours as dbg audit summary counts them, those without anything too. */
function marks(hours) {
  const counted = hours
    .map((one) => ({ ...one, at: Date.parse(`${one.hour}:00:00Z`) }))
    .filter((one) => Number.isFinite(one.at))
    .sort((a, b) => a.at - b.at);
  if (counted.length === 0) {
    return [];
  }
  const from = counted[0].at;
  const span = (counted.at(-1).at - from) / HOUR + 1;
  const width = HOUR * (WIDTHS.find((one) => span / one <= MOST_MARKS) ?? Math.ceil(span / MOST_MARKS));
  // Days begin where the reader's do.
  const zone = new Date(from).getTimezoneOffset() * 60_000;
  const begin = Math.floor((from - zone) / width) * width + zone;
  const all = Array.from({ length: Math.floor((counted.at(-1).at - begin) / width) + 1 }, (_, at) => ({
    from: begin + at * width,
    until: begin + (at + 1) * width,
    runs: 0,
    refused: 0,
  }));
  for (const one of counted) {
    const mark = all[Math.floor((one.at - begin) / width)];
    mark.runs += one.runs;
    mark.refused += one.refused;
  }
  return all;
}

function iso(at) {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}

function part(kind, count, most) {
  const made = el(`span.${kind}`, { "aria-hidden": "true" });
  made.style.blockSize = count > 0 ? `max(3px, ${(100 * count) / most}%)` : "0";
  return made;
}

/** The chart; null if nothing was counted. */
export function overTime(hours) {
  const all = marks(hours);
  if (all.length === 0) {
    return null;
  }
  const most = Math.max(...all.map((one) => one.runs + one.refused), 1);
  const name = (one) => `${new Date(one.from).toLocaleString()}: ${one.runs} run, ${one.refused} refused`;
  return el(
    "section",
    {},
    el("h2.pf-v6-c-title.pf-m-md", {}, "Over time"),
    el(
      "p",
      {},
      `Each mark has ${(all[0].until - all[0].from) / HOUR} hours; the highest, ${most}.`,
      el("span.dbg-key.dbg-ran", { "aria-hidden": "true" }),
      "run",
      el("span.dbg-key.dbg-refused", { "aria-hidden": "true" }),
      "refused",
    ),
    el(
      "ol.dbg-time",
      { "aria-label": "Run and refused over time" },
      all.map((one) =>
        el(
          "li",
          {},
          one.runs + one.refused > 0
            ? el(
                "a",
                {
                  href: hash("sessions", "", { since: iso(one.from), until: iso(one.until) }),
                  title: name(one),
                  "aria-label": name(one),
                },
                part("dbg-refused", one.refused, most),
                part("dbg-ran", one.runs, most),
              )
            : null,
        ),
      ),
    ),
    el("p.dbg-ends", { "aria-hidden": "true" }, el("span", {}, new Date(all[0].from).toLocaleString()), el("span", {}, new Date(all.at(-1).until).toLocaleString())),
  );
}

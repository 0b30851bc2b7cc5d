/**
 * Answers what the views ask dbg, from the lines in this file: first a heading, then records as dbg audit --json prints
 * them, the oldest first, each recording after the record of its session's end, and last a summary.
 */

const records = [];
const recordings = new Map();
let heading = {};
let summary = {};

/** A recording is an object with its session, and then the lines of an asciicast. */
function read() {
  let recording = null;
  for (const line of document.getElementById("records").textContent.split("\n")) {
    if (!line) {
      continue;
    }
    const one = JSON.parse(line);
    if (Array.isArray(one)) {
      recording?.push(one);
    } else if (one.event) {
      records.push(one);
    } else if (one.export) {
      heading = one.export;
    } else if (one.recording_of) {
      recording = one.why ? null : [];
      recordings.set(one.recording_of, recording ?? one.why);
    } else if (one.summary) {
      summary = one.summary;
    }
  }
}
read();

/** What is said above the records. */
export function aboutExport() {
  return heading;
}

/** Whether dbg can be asked anew. */
export const IS_LIVE = false;

export const PERIODS = [];

const UNITS = { s: 1, m: 60, h: 3600, d: 86400, w: 604800 };

/** A moment as dbg audit reads it, of when the file was made; in milliseconds, or undefined. */
function moment(text) {
  const now = new Date(heading.made);
  if (/^(\d{1,6} ?(s|m|h|d|w|(second|minute|hour|day|week)s?) ?){1,5}(ago)?$/.test(text)) {
    const ago = [...text.matchAll(/(\d+) ?([smhdw])/g)].reduce((sum, [, count, unit]) => sum + count * UNITS[unit], 0);
    return now - ago * 1000;
  }
  const parts = /^(?:(\d{4}-\d\d-\d\d|today|yesterday)(?:[T ](?=\d)|$))?(\d\d:\d\d(?::\d\d)?)?(Z|[+-]\d\d:\d\d)?$/.exec(text);
  if (!parts || (!parts[1] && !parts[2]) || (parts[3] && !/^\d/.test(parts[1] ?? ""))) {
    return undefined;
  }
  const [, day, clock = "00:00", zone = ""] = parts;
  const at =
    day && /^\d/.test(day)
      ? new Date(`${day}T${clock}${zone}`)
      : new Date(now.getFullYear(), now.getMonth(), now.getDate(), ...clock.split(":"));
  if (day === "yesterday" || (!day && at > now)) {
    at.setDate(at.getDate() - 1);
  }
  return Number.isNaN(at.getTime()) ? undefined : at.getTime();
}

/** As the time of a record begins, to the second: one of the same second is greater. */
function seconds(name, text, begin) {
  let at = moment(text);
  if (at === undefined) {
    throw new Error(`--${name} '${text}' is not a time: write 90m, today, yesterday, 17:00, 2026-11-24 or "2026-11-24 17:00"`);
  }
  if (begin !== undefined && at <= begin && /^\d\d:/.test(text)) {
    at += UNITS.d * 1000;
  }
  return new Date(at).toISOString().slice(0, 19);
}

/** Whether a text is what a glob with * and ? means. Without a regular expression, whose time could grow without bound. */
function matches(glob, text) {
  let [g, t, star, mark] = [0, 0, -1, 0];
  while (t < text.length) {
    if (glob[g] === "*") {
      star = g++;
      mark = t;
    } else if (g < glob.length && (glob[g] === "?" || glob[g] === text[t])) {
      g++;
      t++;
    } else if (star >= 0) {
      g = star + 1;
      t = ++mark;
    } else {
      return false;
    }
  }
  return /^\**$/.test(glob.slice(g));
}

function isDenialWanted(record, wanted) {
  if (!wanted.refused && !wanted.mistyped) {
    return true;
  }
  return record.event === "mistyped"
    ? Boolean(wanted.mistyped)
    : Boolean(wanted.refused) && (record.event === "malformed" || (record.event === "denied" && record.decision?.kind !== "failed"));
}

/** The records that dbg audit would list with these options. A session's end is wanted if its begin is. */
function select(wanted) {
  const since = wanted.since && seconds("since", wanted.since);
  const until = wanted.until && seconds("until", wanted.until, wanted.since && moment(wanted.since));
  const looksAtBegins = ["container", "tool", "shell", "reason", "recorded", "from"].some((name) => wanted[name]);
  const ofAny = (record) =>
    (!since || record.time >= since) &&
    (!until || record.time < until) &&
    isDenialWanted(record, wanted) &&
    (!wanted.session || (record.session ?? "").startsWith(wanted.session)) &&
    (!wanted.operator || record.operator?.user === wanted.operator || String(record.operator?.uid) === wanted.operator);
  const ofLine = (record) =>
    (!wanted.tool || record.tool?.name === wanted.tool) &&
    (!wanted.container || [record.target?.name, record.target?.asked].some((name) => matches(wanted.container, name ?? ""))) &&
    (!wanted.shell || (record.shell ?? "").startsWith(wanted.shell)) &&
    (!wanted.reason || (record.reason ?? "").includes(wanted.reason)) &&
    (!wanted.recorded || record.recorded === true) &&
    (!wanted.from || matches(wanted.from, record.operator?.source ?? ""));
  const begun = new Set();
  return records.filter((record) => {
    if (!looksAtBegins) {
      return ofAny(record);
    }
    if (record.event === "result" || record.event === "orphaned") {
      return begun.has(record.session) && ofAny(record);
    }
    const found = ofAny(record) && ofLine(record);
    if (found && record.event === "intent") {
      begun.add(record.session);
    }
    return found;
  });
}

/** The options of a line: { operator: "ann", refused: true }. */
function options(line) {
  const pairs = line.filter((word) => word.startsWith("--")).map((word) => word.slice(2).split(/=(.*)/s));
  return Object.fromEntries(pairs.map(([name, value = true]) => [name, value]));
}

/** What dbg audit verify --json printed; of a long one, the beginning is in the file. */
function verification(text) {
  try {
    return JSON.parse(text);
  } catch {
    throw Object.assign(new Error(text), { isCut: true });
  }
}

function answer([verb, ...rest]) {
  const [action] = rest;
  if (verb !== "audit") {
    throw new Error(`dbg ${verb} cannot be asked: this is a file`);
  }
  switch (action) {
    case "summary":
      return [summary];
    case "show":
      return records.filter((record) => record.session?.startsWith(rest[1]));
    case "verify":
      if (!heading.verification) {
        throw new Error(`these are the records that ${heading.by} may read, not the whole log`);
      }
      return [verification(heading.verification)];
    case "replay": {
      const recording = recordings.get(rest[1]);
      if (!Array.isArray(recording)) {
        throw new Error(recording ?? "recordings are not in this file: dbg audit export --format html --recordings");
      }
      return recording;
    }
    default: {
      const count = rest.indexOf("-n");
      return select(options(rest)).slice(count < 0 ? -20 : -Number(rest[count + 1]));
    }
  }
}

/** As in the page for Cockpit: what a line would print, object by object. */
export function lines(words, each) {
  let closed = false;
  const done = Promise.resolve().then(() => {
    for (const one of answer(words)) {
      if (!closed) {
        each(one);
      }
    }
  });
  return {
    done,
    close: () => {
      closed = true;
    },
  };
}

/** Nothing comes after what is in the file. */
export function follow(words, each, lost) {
  const running = lines(words, each);
  running.done.catch((failed) => lost(failed.message));
  return running.close;
}

export async function all(words) {
  return answer(words);
}

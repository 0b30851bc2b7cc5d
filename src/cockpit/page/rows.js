/** Records of dbg audit --json, dbg-audit(5), as rows: one a session, as dbg audit lists them. */

const FAILED_KIND = "failed";

function seconds(micros) {
  return Number.isFinite(micros) ? `${(micros / 1e6).toFixed(3)} s` : "";
}

/** How a tool ended: the word that dbg audit lists, and the colour in which the page shows it. */
function ended(record) {
  const outcome = record.outcome ?? {};
  if (record.ended) {
    return ["killed", "orange"];
  }
  if (outcome.exit !== undefined) {
    return [`exit ${outcome.exit}`, outcome.exit === 0 ? "green" : "orange"];
  }
  if (outcome.signal !== undefined) {
    return [`signal ${outcome.signal}`, "orange"];
  }
  if (outcome.timeout) {
    return ["timeout", "orange"];
  }
  return outcome.not_run ? ["failed", "orange"] : ["killed", "orange"];
}

function how(record) {
  switch (record.event) {
    case "intent":
      return ["running", "blue"];
    case "result":
      return ended(record);
    case "orphaned":
      return ["unfinished", "orange"];
    case "denied":
      if (record.decision?.kind !== FAILED_KIND) {
        return ["refused", "red"];
      }
      // A wait was ended.
      return record.ended || record.outcome?.signal !== undefined ? ended(record) : ["failed", "orange"];
    case "malformed":
      return ["malformed", "red"];
    default:
      return [record.event, "grey"];
  }
}

const PLAIN = /^[A-Za-z0-9_@%+:,./-][A-Za-z0-9_@%+=:,./-]*$/;

/** A word as a shell reads it, so that two words do not look like one. What a terminal obeys is shown by words(). */
export function quoted(word) {
  return PLAIN.test(word) ? word : `'${word.replace(/['\\]/g, "'\\$&'")}'`;
}

/** dbg's options that say as whom and where the tool ran. Older records of sessions have a user's numbers elsewhere. */
function options(record) {
  const { uid = 0, gid = 0 } = record.confinement ?? {};
  const user = record.tool?.run_as ?? (uid || gid ? `${uid}:${gid}` : null);
  // Without what leads nowhere, as in /./etc//: of such there can be very much.
  const directory = record.tool?.directory?.replace(/\/\.?(?=\/|$)/g, "").replace(/^$/, "/");
  return [...(user ? ["-u", user] : []), ...(directory ? ["-w", quoted(directory)] : [])];
}

/** The line that was typed, without dbg; what else a record is about. */
export function line(record) {
  if (record.killed) {
    return `session ${record.killed.session} of ${record.killed.user}`;
  }
  if (record.argv) {
    return record.argv.map(quoted).join(" ");
  }
  const tool = record.tool ? [record.tool.name, ...(record.tool.argv_typed ?? [])].map(quoted) : [];
  return [(record.namespaces ?? []).join(","), ...options(record), "--", ...tool].filter(Boolean).join(" ");
}

/** How often it occurred, or how many differing ones this one stands for. */
function often(record) {
  if (record.unwritten) {
    return `${record.unwritten.count} without a record, the gravest: `;
  }
  return record.repeated ? `${record.repeated.count} times: ` : "";
}

export function container(record) {
  return record.target?.name ?? record.target?.asked ?? "";
}

/** The line of a session whose beginning is not among the records. */
const OLDER = "(began before these records)";

/** The sessions of many records, which may come in any order: an end before its begin too. */
export class Rows {
  #rows = new Map();
  #seen = new Set();

  /**
   * The row that this record is of, new or changed; null if it was there already, or dbg audit lists
   * none for it. Refusals that were counted together, and of clients that said nothing, have no session.
   */
  add(record) {
    if (!record.operator || record.event === "read" || this.#seen.has(record.seq)) {
      return null;
    }
    this.#seen.add(record.seq);
    const key = record.session ?? `record ${record.seq}`;
    const row = this.#rows.get(key) ?? { key, session: record.session ?? "", records: [], line: OLDER };
    this.#rows.set(key, row);
    row.records.push(record);
    const ends = record.event === "result" || record.event === "orphaned";
    if (!ends || !row.time) {
      row.time = record.time;
      row.operator = record.operator?.user ?? String(record.operator?.uid ?? "");
      row.source = record.operator?.source ?? "";
    }
    if (!ends) {
      row.container = container(record);
      row.line = often(record) + line(record);
      row.reason = record.reason ?? "";
      row.shell = record.shell ?? "";
      row.tab = Boolean(record.tab);
      row.recorded = Boolean(record.recorded ?? record.confinement?.recorded);
      row.rule = record.decision?.rule ?? "";
      row.why = record.decision?.why ?? record.why ?? "";
    }
    if (ends || !row.ended) {
      [row.status, row.colour] = how(record);
    }
    if (ends) {
      row.ended = true;
      row.took = seconds(record.outcome?.duration_us);
      row.recorded = row.recorded || Boolean(record.recording);
      row.why = row.why || (record.outcome?.why ?? record.why ?? "");
    }
    return row;
  }

  /** The newest first; only so many are kept. */
  all(most = Infinity) {
    const all = [...this.#rows.values()].sort((a, b) => (a.time < b.time ? 1 : -1));
    for (const row of all.splice(most)) {
      this.#rows.delete(row.key);
    }
    return all;
  }
}

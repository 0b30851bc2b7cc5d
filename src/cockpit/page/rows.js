/** Records of dbg audit --json, dbg-audit(5), as rows: one a session, as dbg audit lists them. */

const SESSION_EVENTS = new Set(["intent", "result", "denied", "mistyped", "malformed", "shell", "orphaned", "kill"]);

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
      return record.decision?.kind === FAILED_KIND ? ["failed", "orange"] : ["denied", "red"];
    case "malformed":
      return ["malformed", "red"];
    default:
      return [record.event, "grey"];
  }
}

/** The line that was typed, without dbg. */
export function line(record) {
  if (record.argv) {
    return record.argv.join(" ");
  }
  const tool = record.tool ? [record.tool.name, ...(record.tool.argv_typed ?? [])] : [];
  return [(record.namespaces ?? []).join(","), "--", ...tool].filter(Boolean).join(" ");
}

export function container(record) {
  return record.target?.name ?? record.target?.asked ?? "";
}

/** The sessions of many records, which may come in any order: an end before its begin too. */
export class Rows {
  #rows = new Map();

  /** The row that this record is of, new or changed; null if it is of no session. */
  add(record) {
    if (!SESSION_EVENTS.has(record.event) || !record.session) {
      return null;
    }
    const row = this.#rows.get(record.session) ?? { session: record.session, records: [] };
    this.#rows.set(record.session, row);
    row.records.push(record);
    const ends = record.event === "result" || record.event === "orphaned";
    if (!ends || !row.time) {
      row.time = record.time;
      row.operator = record.operator?.user ?? String(record.operator?.uid ?? "");
      row.source = record.operator?.source ?? "";
    }
    if (!ends) {
      row.container = container(record);
      row.line = line(record);
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

  /** The newest first. */
  all() {
    return [...this.#rows.values()].sort((a, b) => (a.time < b.time ? 1 : -1));
  }
}

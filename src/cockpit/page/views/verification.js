/** What dbg audit verify --json found, in words. "Intact" is said up to a record for which something vouches. */
import { alert, description, el, table, time, words } from "../dom.js";

const WITNESSES = { dbgd: "dbgd, which writes the log", head: "a head that was kept", "seal.key": "the key of the next seal" };

function range(first, last) {
  if (last < first) {
    return "no records";
  }
  return first === last ? `record ${first}` : `records ${first} to ${last}`;
}

function verdict(found) {
  const { first, head, witness } = found;
  if (!found.unbroken) {
    return alert("danger", `Not intact: ${range(first, head.seq)}`, "What was found is below.");
  }
  return witness
    ? alert("success", `Intact: ${range(first, witness.seq)}`, `says ${WITNESSES[witness.by] ?? witness.by}`)
    : alert("warning", `Unbroken: ${range(first, head.seq)}`, "Nothing vouches for the end: a log that was cut looks like this too.");
}

function unvouched(found) {
  const from = found.witness ? found.witness.seq + 1 : found.first;
  return from > found.head.seq ? "nothing" : `${range(from, found.head.seq)}: whether these are all`;
}

/** The elements that say what was found. */
export function verification(found) {
  const { head, sealed } = found;
  const findings = table("What was found", ["What", "Where", "More"]);
  findings.body.append(
    ...(found.findings ?? []).map((one) => findings.row([words(one.kind), words(one.where), words(one.what)])),
    ...(found.torn ?? []).map((where) => findings.row(["torn", words(where), "left by a crash; it had not been acknowledged"])),
  );
  const more = (found.more_findings ?? 0) + (found.more_torn ?? 0);
  return [
    verdict(found),
    description([
      ["Head", words(`${head.seq}:${head.hash}`, "code")],
      ["Vouched for until", found.witness ? time(found.witness.time) : null],
      ["Not vouched for", unvouched(found)],
      ["Sealed", sealed ? [`to record ${sealed.seq}, epoch ${sealed.epoch}, `, time(sealed.at)] : "nothing"],
      ["Not sealed", sealed && sealed.seq >= head.seq ? "nothing" : range(sealed ? sealed.seq + 1 : found.first, head.seq)],
      ["First key", found.first_key ? [words(found.first_key, "code"), el("small", {}, " if that is what dbgd setup-keys showed")] : null],
      ["Recordings looked at", `${found.recordings ?? 0}${found.failed_recordings ? `, and ${found.failed_recordings} that failed` : ""}`],
    ]),
    findings.body.firstChild ? findings.made : null,
    more > 0 ? el("p", {}, `and ${more} more`) : null,
    found.torn_tail ? el("p", {}, "The log ends in a torn line. dbgd keeps that line and continues after it when it is started.") : null,
  ].filter(Boolean);
}

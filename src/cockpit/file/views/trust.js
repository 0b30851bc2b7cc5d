/** What this file is, and what was found when it was made. */
import * as dbg from "../dbg.js";
import { alert, description, el, time } from "../dom.js";
import { verification } from "./verification.js";

export function show(view) {
  const about = dbg.aboutExport();
  view.append(
    description([
      ["Made", [time(about.made), ` by ${about.by}, dbg ${about.version}`]],
      ["Host", about.host],
      ["Asked for", about.asked],
      ["From", about.since ? time(about.since) : "the log's beginning"],
      ["Until", time(about.until)],
    ]),
    el(
      "p",
      {},
      "This is what dbgd said then. Who can write this file can change what it shows: compare the head with one that somebody else keeps, and verify a copy of the log with dbgd verify.",
    ),
  );
  dbg.all(["audit", "verify", "--json"]).then(
    ([found]) => view.append(...verification(found)),
    (failed) =>
      view.append(
        failed.isCut
          ? alert("danger", "Verified, and more was found than is in this file: dbg audit verify has all", failed.message)
          : alert("info", "No verification", failed.message),
      ),
  );
  return () => {};
}

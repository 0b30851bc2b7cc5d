/** Whether the log is what dbgd wrote, and whether others have it: dbg audit verify, and the metrics of dbgd(8). */
import * as dbg from "../dbg.js";
import { configured } from "../configuration.js";
import { alert, button, description, el, table, time, words } from "../dom.js";
import { verification } from "./verification.js";

/** A sample of a metrics file: its name, its receiver if it has one, and its value. */
const SAMPLE = /^(dbg_[a-z_]+)(?:\{receiver="([^"]*)"\})? ([0-9.eE+-]+)$/gm;

function at(seconds) {
  return seconds > 0 ? time(new Date(seconds * 1000).toISOString()) : "not known";
}

/** What dbgd last wrote to the file of its metrics: seals, and how far behind each receiver is. */
async function health(place) {
  const file = await configured("metrics", "file");
  const { text, status } = file ? await dbg.textOf(["cat", file]) : { text: "", status: 1 };
  if (status !== 0) {
    place.append(
      alert("info", "How far delivery is behind is not known here", file ? text : "dbgd.toml names no file for metrics: see [metrics] there"),
    );
    return;
  }
  const values = new Map();
  const receivers = new Map();
  for (const [, name, receiver, value] of text.matchAll(SAMPLE)) {
    if (receiver === undefined) {
      values.set(name, Number(value));
    } else {
      receivers.set(receiver, { ...receivers.get(receiver), [name]: Number(value) });
    }
  }
  const list = table("Receivers", ["Receiver", "Records that it has not had", "For"]);
  for (const [receiver, one] of receivers) {
    list.body.append(
      list.row([words(receiver), String(one.dbg_delivery_lag_records ?? "?"), `${Math.round(one.dbg_delivery_lag_seconds ?? 0)} s`]),
    );
  }
  place.append(
    description([
      ["As of", at(values.get("dbg_metrics_written_timestamp_seconds"))],
      ["Last record", String(values.get("dbg_log_records") ?? "?")],
      ["Last sealed", at(values.get("dbg_log_sealed_timestamp_seconds"))],
      ["Records that wait for a seal", String(values.get("dbg_log_unsealed_records") ?? "?")],
      ["Last verified", at(values.get("dbg_log_verified_timestamp_seconds"))],
    ]),
    receivers.size > 0 ? list.made : el("p.dbg-none", {}, "No receiver is configured: nobody else has the log."),
  );
}

export function show(view) {
  const said = el("div", { "aria-live": "polite" });
  const verify = button("Verify the log", "primary", async () => {
    verify.disabled = true;
    said.replaceChildren(
      el("p", { role: "status" }, "Reading the whole log. A million records take some seconds."),
      el("progress", { "aria-label": "Verification runs" }),
    );
    try {
      const { text } = await dbg.text(["audit", "verify", "--json"]);
      said.replaceChildren(...(text.startsWith("{") ? verification(JSON.parse(text)) : [alert("danger", "dbg audit verify", text)]));
    } catch (failed) {
      said.replaceChildren(alert("danger", "dbg audit verify", failed.message));
    }
    verify.disabled = false;
  });
  const place = el("section", {}, el("h2.pf-v6-c-title.pf-m-lg", {}, "The log and its delivery"));
  view.append(
    el(
      "p",
      {},
      "Each record has the hash of the one before, and dbgd signs how far the chain has come. Who was root on this host could still have cut off what came after the last head that somebody else has seen.",
    ),
    verify,
    said,
    place,
  );
  health(place).catch((failed) => place.append(alert("danger", "The metrics", failed.message)));
  return () => {};
}

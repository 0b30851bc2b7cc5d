/** Whether the log is what dbgd wrote: dbg audit verify, in its own words. */
import * as dbg from "../dbg.js";
import { alert, block, button, el } from "../dom.js";

export function show(view) {
  const said = el("div", { "aria-live": "polite" });
  const verify = button("Verify the log", "primary", async () => {
    verify.disabled = true;
    said.replaceChildren(
      el("p", { role: "status" }, "Reading the whole log. A million records take some seconds."),
      el("progress", { "aria-label": "Verification runs" }),
    );
    try {
      const { text, status } = await dbg.text(["audit", "verify"]);
      const title = status === 0 ? "Nothing was found" : "Read what was found";
      said.replaceChildren(alert(status === 0 ? "success" : "danger", title), block(text.trim()));
    } catch (failed) {
      said.replaceChildren(alert("danger", "dbg audit verify", failed.message));
    }
    verify.disabled = false;
  });
  view.append(
    el(
      "p",
      {},
      "Each record has the hash of the one before, and dbgd signs how far the chain has come. Who was root on this host could still have cut off what came after the last head that somebody else has seen.",
    ),
    verify,
    said,
  );
  return () => {};
}

/** What the user who has logged in may do and read, in dbgd's own words. */
import * as dbg from "../dbg.js";
import { alert, el, table, words } from "../dom.js";

async function part(view, title, heads, question, cells) {
  const list = table(title, heads);
  const place = el("section", {}, el("h2.pf-v6-c-title.pf-m-lg", {}, title), list.made);
  view.append(place);
  try {
    const all = await dbg.all(question);
    list.body.append(...all.map((one) => list.row(cells(one))));
    if (all.length === 0) {
      list.made.replaceWith(el("p.dbg-none", {}, "None."));
    }
  } catch (failed) {
    list.made.replaceWith(alert("danger", `dbg ${question.join(" ")}`, failed.message));
  }
}

async function access(view) {
  const place = el("section", {}, el("h2.pf-v6-c-title.pf-m-lg", {}, "Records that you may read"));
  view.append(place);
  try {
    const [mine] = await dbg.all(["audit", "access", "--json"]);
    const all = [mine.all ? "all records" : null, mine.own ? "your own records" : null, ...(mine.accesses ?? [])].filter(Boolean);
    place.append(el("ul.dbg-list", {}, all.map((one) => el("li", {}, words(one)))));
  } catch (failed) {
    place.append(alert("danger", "dbg audit access", failed.message));
  }
}

export function show(view) {
  access(view);
  part(view, "Containers that you may enter", ["Container", "Runtime", "Image", "State"], ["ps", "--json"], (one) => [
    words(one.address ?? one.name),
    words([one.runtime, one.owner && one.owner !== "root" ? one.owner : ""].filter(Boolean).join(", of ")),
    words(one.image),
    words(one.status ?? one.state),
  ]);
  part(view, "Tools that you may run", ["Tool", "Namespaces", "Conditions", "Rule", "What it shows"], ["tools", "--json"], (one) => [
    words(one.tool, "code"),
    words((one.needs ?? one.namespaces ?? []).join(", ")),
    (one.conditions ?? []).map((condition) => el("div", {}, words(condition))),
    words(one.rule),
    words(one.summary),
  ]);
  return () => {};
}

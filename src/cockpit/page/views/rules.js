/** What the user who has logged in may do and read, in dbgd's own words. */
/* global cockpit */
import * as dbg from "../dbg.js";
import { CONFIGURATION, configured } from "../configuration.js";
import { alert, block, el, table, words } from "../dom.js";

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

const DIRECTORY = "/etc/dbg/policy.d";

/** A line that only root can run with success, and what it printed. */
async function said(title, line) {
  const { text, status } = await dbg.textOf(line);
  return [
    el("h3.pf-v6-c-title.pf-m-md", {}, title),
    alert(status === 0 ? "success" : "danger", line.join(" "), status === 0 ? "" : `status ${status}`),
    text.trim() ? block(text.trim()) : null,
  ].filter(Boolean);
}

/** The files of the policy, as they are. */
async function files() {
  const named = (await configured("policy", "dir")) || DIRECTORY;
  const found = await dbg.textOf(["find", named, "-maxdepth", "1", "-name", "[!.]*.toml"]);
  const names = found.status === 0 ? found.text.split("\n").filter(Boolean).sort() : [];
  return Promise.all(
    names.map(async (name) => el("details", {}, el("summary", {}, words(name)), block((await dbg.textOf(["cat", name])).text))),
  );
}

/** Who is root, and nobody else, may read the policy. This page asks for no more rights than its reader has. */
async function policy(view) {
  const place = el("section", {}, el("h2.pf-v6-c-title.pf-m-lg", {}, "The policy"));
  view.append(place);
  const { id } = await cockpit.user();
  if (id !== 0) {
    place.append(
      alert("info", "Only root may read the policy", "This page never asks for administrative access: log in as root, or run dbgd check and dbgd suggest there."),
    );
    return;
  }
  place.append(
    ...(await said("What dbgd check says", ["dbgd", "check", "--config", CONFIGURATION])),
    ...(await files().catch((failed) => [alert("warning", "The policy's files are not shown", failed.message)])),
    ...(await said("Rules that would have permitted what was refused in a week", ["dbgd", "suggest", "--config", CONFIGURATION, "--since", "7d"])),
  );
}

export function show(view) {
  access(view);
  policy(view).catch((failed) => view.append(alert("danger", "dbgd", failed.message)));
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

package dev.dbg.audit.export;

import static dev.dbg.audit.record.RecordField.*;

import com.fasterxml.jackson.databind.JsonNode;
import dev.dbg.audit.record.Event;
import dev.dbg.audit.record.Json;
import dev.dbg.model.RawText;
import dev.dbg.model.Refusal.Denial;
import dev.dbg.model.Shortened.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;

/**
 * Records as one self-contained HTML page. Its Content Security Policy (CSP 3) names the hashes of
 * its one script and its one style, so a browser runs and applies nothing else. All texts of
 * records are escaped. The page is produced piece by piece, so it is never held as a whole.
 */
public final class HtmlPage {
  private static final String STYLE =
      """
      :root{color-scheme:light dark}
      body{font:15px/1.45 system-ui,sans-serif;margin:0 auto;max-width:90rem;padding:1.2rem}
      h1{font-size:1.4rem;margin:0 0 .6rem}
      dl{display:grid;grid-template-columns:max-content 1fr;gap:.15rem 1rem;margin:0 0 1rem}
      dt{opacity:.7}dd{margin:0;overflow-wrap:anywhere}
      pre,code,td.what{font-family:ui-monospace,monospace;font-size:.85rem}
      pre{white-space:pre-wrap;overflow-wrap:anywhere;margin:0}
      form{position:sticky;top:0;background:Canvas;padding:.5rem 0}
      input{font:inherit;padding:.35rem .6rem;width:min(30rem,60vw)}
      table{border-collapse:collapse;width:100%}
      th{text-align:left;border-bottom:2px solid;padding:.3rem .7rem .3rem 0}
      td{vertical-align:top;border-bottom:1px solid #8884;padding:.25rem .7rem .25rem 0}
      td:nth-child(-n+5){white-space:nowrap}td.what{overflow-wrap:anywhere}
      tr.refused td:nth-child(3),tr.orphaned td:nth-child(3){color:#c22;font-weight:600}
      @media print{form{display:none}}
      """;

  private static final String SCRIPT =
      """
      const rows=[...document.querySelectorAll('tbody tr')],
        input=document.querySelector('input'),shown=document.querySelector('output');
      let later;
      function look(){
        const words=input.value.toLowerCase().split(/\\s+/).filter(w=>w);let n=0;
        for(const row of rows){
          const text=row.textContent.toLowerCase(),
            hit=words.every(w=>text.includes(w));
          row.hidden=!hit;n+=hit;
        }
        shown.textContent=n+' of '+rows.length+' records';
      }
      input.addEventListener('input',()=>{clearTimeout(later);later=setTimeout(look,150)});
      document.querySelector('form').addEventListener('submit',e=>e.preventDefault());
      look();
      """;

  private HtmlPage() {}

  /** The page up to its first record; {@code facts} are shown above the records, in this order. */
  public static String begin(Map<String, String> facts) {
    StringBuilder page = new StringBuilder("<!DOCTYPE html>\n<html lang=\"en\"><head>");
    page.append("<meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" content=\"")
        .append("default-src 'none'; base-uri 'none'; form-action 'none'; style-src '")
        .append(hash(STYLE))
        .append("'; script-src '")
        .append(hash(SCRIPT))
        .append("'\">\n<meta name=\"viewport\" content=\"width=device-width\">\n")
        .append("<title>dbg audit</title>\n<style>")
        .append(STYLE)
        .append("</style></head>\n<body>\n<h1>dbg audit</h1>\n<dl>\n");
    facts.forEach(
        (name, value) -> {
          page.append("<dt>").append(escaped(name)).append("</dt><dd><pre>");
          value.strip().lines().forEach(line -> page.append(escaped(line)).append('\n'));
          page.append("</pre></dd>\n");
        });
    return page.append("</dl>\n<form><input type=\"search\" aria-label=\"Search\" placeholder=\"")
        .append("words that a record has\" autofocus> <output></output></form>\n<table>\n")
        .append("<thead><tr><th>No.</th><th>Time</th><th>Event</th><th>Operator</th>")
        .append("<th>Session</th><th>What</th></tr></thead>\n<tbody>\n")
        .toString();
  }

  /** A record's row, with the whole record to unfold; {@code what} is the record on one line. */
  public static String row(JsonNode record, String what) {
    String event = EVENT.text(record);
    boolean refused = Event.denial(record).filter(Denial::isRefusal).isPresent();
    StringBuilder row =
        new StringBuilder("<tr class=\"")
            .append(escaped(refused ? "refused" : event))
            .append("\">");
    for (String cell :
        new String[] {
          SEQ.text(record),
          TIME.text(record),
          event,
          OPERATOR_USER.text(record),
          SESSION.text(record)
        }) {
      row.append("<td>").append(escaped(cell)).append("</td>");
    }
    return row.append("<td class=\"what\"><details><summary>")
        .append(escaped(what))
        .append("</summary><pre>")
        .append(escaped(Json.of(record)))
        .append("</pre></details></td></tr>\n")
        .toString();
  }

  /** The page after its last record. */
  public static String end() {
    return "</tbody>\n</table>\n<script>" + SCRIPT + "</script>\n</body></html>\n";
  }

  private static String hash(String text) {
    return "sha256-"
        + Base64.getEncoder()
            .encodeToString(Sha256.digest().digest(text.getBytes(StandardCharsets.UTF_8)));
  }

  /** Escapes text for use between tags and within double quotes. */
  private static String escaped(String text) {
    return RawText.printable(text)
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;")
        .replace("'", "&#39;");
  }
}

#include "artifact/report_page.h"

#include <stdlib.h>
#include <string.h>

#include "artifact/base64.h"
#include "artifact/html.h"
#include "base/file.h"

static const char style[] =
    ":root{color-scheme:light dark;--ink:#1c1b19;--soft:#67645d;--paper:#fffefa;--line:#dcd8cd;"
    "--tint:#f5f2e9;--a:#c25400;--b:#0068a6;--c:#00805c;--m:#a8447e;--bad:#a8201a;--good:#1d6b3a}\n"
    "@media (prefers-color-scheme:dark){:root{--ink:#e9e6df;--soft:#a5a198;--paper:#161513;"
    "--line:#393630;--tint:#211f1c;--a:#f29a5a;--b:#72bcf0;--c:#55d0a8;--m:#e6a2c9;--bad:#ff9188;"
    "--good:#86d8a2}}\n"
    "*{box-sizing:border-box}\n"
    "body{margin:0 auto;max-width:69rem;padding:2.5rem 1.25rem 4rem;background:var(--paper);"
    "color:var(--ink);font:1rem/1.5 Charter,\"Bitstream Charter\",\"Iowan Old Style\",Georgia,"
    "\"DejaVu Serif\",serif;font-variant-numeric:tabular-nums lining-nums;overflow-wrap:anywhere}\n"
    "h1{font-size:2.1rem;line-height:1.15;margin:0;font-weight:600}\n"
    "h2{font-size:1.3rem;line-height:1.25;margin:3rem 0 1rem;padding-top:.6rem;font-weight:600;"
    "border-top:1px solid var(--line)}\n"
    "h3{font-size:1rem;margin:0;font-weight:600}\n"
    "p{margin:.4rem 0;max-width:44rem}\n"
    "a{color:inherit;text-decoration-color:var(--line);text-underline-offset:.2em}\n"
    "nav{margin-top:1.6rem;font-size:.9rem;line-height:1.9}nav a{margin-right:.9rem}\n"
    ".soft,.note,th,dt,figcaption p,summary{color:var(--soft)}\n"
    ".note{font-size:.85rem;line-height:1.35;margin:.1rem 0 .5rem;min-height:1.35em}\n"
    ".bad{color:var(--bad)}.good{color:var(--good)}\n"
    ".alert{border-left:3px solid var(--bad);padding:.1rem 0 .1rem .9rem;margin:1.2rem 0}\n"
    "dl.key{display:flex;flex-wrap:wrap;gap:.8rem 2.6rem;margin:1.5rem 0 0}dl.key "
    "div{min-width:6rem}\n"
    "dt{font-size:.85rem}dd{margin:0;font-size:1.65rem;line-height:1.2}dd small{font-size:.85rem;"
    "color:var(--soft)}\n"
    ".grid{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,17.5rem),1fr));"
    "gap:1.6rem 2.2rem}\n"
    ".pair{display:flex;flex-wrap:wrap;gap:1.2rem 3rem;align-items:flex-start}.pair figure{flex:0 "
    "1 "
    "20rem}.pair .wide{margin:0;flex:0 1 auto}\n"
    "figure{margin:0;min-width:0}svg{display:block;max-width:30rem;overflow:visible}\n"
    ".q{color:var(--ink)}.a{color:var(--a)}.b{color:var(--b)}.c{color:var(--c)}.m{color:var(--m)}\n"
    ".halo{paint-order:stroke;stroke:var(--paper);stroke-width:4px;stroke-linejoin:round}\n"
    ".wide{overflow-x:auto;margin:.8rem 0}\n"
    "table{border-collapse:collapse;font-size:.92rem;line-height:1.35}\n"
    "th{font-weight:400;text-align:left;font-size:.85rem;vertical-align:bottom}\n"
    "th,td{padding:.28rem 1.3rem .28rem 0;border-bottom:1px solid "
    "var(--line);overflow-wrap:normal}\n"
    "td{vertical-align:baseline}.n{text-align:right;white-space:nowrap}"
    "tr.strong td{font-weight:600}.name{overflow-wrap:anywhere;min-width:6rem}\n"
    "td small{color:var(--soft);display:block}td svg{width:6rem}td svg.ink{display:inline-block;"
    "width:1.1rem;margin-right:.4rem}\n"
    "ul.steps{list-style:none;margin:0;padding:0}ul.steps li{display:grid;"
    "grid-template-columns:1.6rem 9.5rem minmax(0,1fr);gap:0 .8rem;padding:.35rem 0;"
    "border-bottom:1px solid var(--line)}ul.steps b{font-weight:400;color:var(--soft)}"
    "ul.steps p{margin:.1rem 0}ul.steps div p:first-child{margin-top:0}\n"
    "pre{background:var(--tint);padding:.8rem 1rem;font:.85rem/1.5 ui-monospace,\"DejaVu Sans "
    "Mono\","
    "Menlo,Consolas,monospace;white-space:pre-wrap;overflow-wrap:anywhere;margin:.6rem 0}\n"
    "details{margin:.9rem 0}summary{cursor:pointer;font-size:.9rem}\n"
    "footer{margin-top:3.5rem;font-size:.85rem;color:var(--soft)}\n"
    "@media (max-width:36rem){body{padding-top:1.5rem}ul.steps li{grid-template-columns:1.4rem "
    "minmax(0,1fr)}ul.steps li "
    "div{grid-column:2}th,td{padding-right:.7rem}table{font-size:.85rem}}\n"
    "@media print{:root{--ink:#000;--soft:#555;--paper:#fff;--line:#ccc;--tint:#f6f6f6;--a:#c25400;"
    "--b:#0068a6;--c:#00805c;--m:#a8447e}body{max-width:none;padding:0;font-size:10pt}nav{display:"
    "none}"
    ".wide{overflow:visible}figure,tr,li{break-inside:avoid}h2,h3{break-after:avoid}.grid{grid-"
    "template-columns:"
    "repeat(3,1fr)}}\n";

/* Tells the values under the pointer in the place of a chart's note. */
static const char script[] =
    "for(const s of document.querySelectorAll('figure svg')){"
    "const L=[...s.querySelectorAll('[data-v]')].map(p=>({n:p.dataset.n,v:p.dataset.v.trim()"
    ".split(' '),d:p.getAttribute('d').match(/[\\d.]+/g).map(Number)}));"
    "const note=s.parentNode.querySelector('.note');if(!L.length||!note)continue;"
    "const was=[...note.childNodes],rule=document.createElementNS(s.namespaceURI,'path');"
    "rule.setAttribute('stroke','currentColor');rule.setAttribute('stroke-opacity','.4');"
    "s.append(rule);"
    "const near=(l,x)=>{let b=0;for(let i=0;i<l.d.length;i+=2)"
    "if(Math.abs(l.d[i]-x)<Math.abs(l.d[b]-x))b=i;return b};"
    "s.addEventListener('pointermove',e=>{const r=s.getBoundingClientRect(),"
    "k=s.viewBox.baseVal.width/r.width,x=(e.clientX-r.left)*k,y=(e.clientY-r.top)*k;"
    "let t=L.map(l=>({l,i:near(l,x)}));"
    "if(t.length>4)t=[t.reduce((p,q)=>Math.abs(q.l.d[q.i+1]-y)<Math.abs(p.l.d[p.i+1]-y)?q:p)];"
    "const f=t[0];rule.setAttribute('d','M'+f.l.d[f.i]+' 8V'+(s.viewBox.baseVal.height-32));"
    "note.textContent=s.dataset.x+' '+f.l.v[f.i]+': '+t.map(q=>q.l.n+' '+q.l.v[q.i+1]).join(', "
    "')});"
    "s.addEventListener('pointerleave',()=>{note.replaceChildren(...was);"
    "rule.removeAttribute('d')})}\n";

/* 'sha256-...' of a text, as a content policy names it. */
static void append_hash(TextBuffer *out, const char *text) {
    char hex[65];
    unsigned char bytes[32];
    file_sha256(text, strlen(text), hex);
    for (size_t i = 0; i < sizeof bytes; i++) {
        const char pair[3] = {hex[2 * i], hex[2 * i + 1], '\0'};
        bytes[i] = (unsigned char)strtoul(pair, NULL, 16);
    }
    text_append(out, "'sha256-");
    base64_append(out, bytes, sizeof bytes);
    text_append(out, "'");
}

void report_page_begin(TextBuffer *out, const char *name) {
    text_append(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                     "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                     "style-src ");
    append_hash(out, style);
    text_append(out, "; script-src ");
    append_hash(out, script);
    text_append(out, "\">\n<meta name=\"viewport\" content=\"width=device-width, "
                     "initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n"
                     "<title>");
    html_cut(out, name, 60);
    text_printf(out, " – nntrain report</title>\n<style>%s</style>\n</head>\n<body>\n", style);
}

void report_page_end(TextBuffer *out, const char *version) {
    text_printf(out,
                "<footer>Written by nntrain %s. The same configuration, data and seed give the "
                "same page.</footer>\n<script>%s</script>\n</body>\n</html>\n",
                version, script);
}

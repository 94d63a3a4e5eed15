// How much of a target's time is left counts down by itself, by the same steps as LapseWords.cs. The server's clock counts.
const late = document.querySelector('meta[name="lapse-late"]')?.content;
const skew = Number(document.querySelector('meta[name="server-now"]')?.content ?? Date.now()) - Date.now();
const minute = 60_000;

function span(minutes) {
  if (minutes < 60) return `${minutes} min`;
  return minutes < 48 * 60 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / (24 * 60))} d`;
}

function tick() {
  const now = Date.now() + skew;
  for (const time of document.querySelectorAll('time.lapse')) {
    const node = time.firstChild;
    if (!node) continue;
    const left = Date.parse(time.dateTime) - now;
    const text = left > 0 ? span(Math.ceil(left / minute)) : late.replace('{0}', span(Math.floor(-left / minute)));
    const css = left <= 0 ? 'tag lapse tone-critical' : now >= Number(time.dataset.warn) ? 'tag lapse tone-warn' : 'tag lapse';
    if (node.nodeValue !== text) node.nodeValue = text; // the node is Blazor's: change it, never replace it
    if (time.className !== css) time.className = css;
  }
}

if (late) setInterval(tick, 15_000);

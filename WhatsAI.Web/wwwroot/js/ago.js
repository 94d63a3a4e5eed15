// Relative times count on by themselves, by the same steps as Ago.cs. The server's clock counts, not this machine's.
const texts = document.querySelector('meta[name="time-ago"]')?.content.split('|') ?? [];
const skew = Number(document.querySelector('meta[name="server-now"]')?.content ?? Date.now()) - Date.now();
const minute = 60_000, hour = 60 * minute, day = 24 * hour;

function words(age) {
  const [now, minutes, hours, yesterday, days] = texts;
  const fill = (text, n) => text.replace('{0}', Math.floor(n));
  if (age < minute) return now;
  if (age < hour) return fill(minutes, age / minute);
  if (age < day) return fill(hours, age / hour);
  if (age < 2 * day) return yesterday;
  return fill(days, age / day);
}

function tick() {
  const now = Date.now() + skew;
  for (const time of document.querySelectorAll('time[data-ago]')) {
    const age = now - Date.parse(time.dateTime);
    const node = time.firstChild;
    if (!node || age >= 7 * day) continue; // a date by then: the server writes it at the next drawing
    const text = words(age);
    if (node.nodeValue !== text) node.nodeValue = text; // the node is Blazor's: change it, never replace it
  }
}

if (texts.length === 5) setInterval(tick, 30_000);

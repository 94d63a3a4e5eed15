// How many conversations wait for me, where one sees it from another window: in the title, on its icon, on the installed app's.
const icon = document.querySelector('link[rel="icon"]');
const plain = icon?.href;
let count = 0;
let drawing = null;

const short = (n) => (n > 99 ? '99+' : `${n}`);

// The title is written by the pages; only the text that is there is changed, so that they find what they wrote.
function title() {
  const text = [...(document.querySelector('head > title')?.childNodes ?? [])].find((n) => n.nodeType === Node.TEXT_NODE);
  if (!text) return;
  const bare = text.data.replace(/^\(\d+\+?\) /, '');
  const now = count > 0 ? `(${short(count)}) ${bare}` : bare;
  if (text.data !== now) text.data = now;
}

async function draw() {
  if (!icon) return;
  if (count === 0) {
    icon.href = plain;
    return;
  }
  drawing ??= fetch(plain).then((r) => (r.ok ? r.text() : Promise.reject(r.status)));
  try {
    const svg = await drawing;
    if (count === 0) return;
    const words = count > 9 ? '9+' : `${count}`;
    const mark = `<circle cx="19.5" cy="8.5" r="8.5" fill="#d23a30"/><text x="19.5" y="12.4" font-family="system-ui,sans-serif" font-weight="700" font-size="11" fill="#fff" text-anchor="middle">${words}</text>`;
    icon.href = `data:image/svg+xml,${encodeURIComponent(svg.replace('</svg>', `${mark}</svg>`))}`;
  } catch {
    drawing = null; // the link is down: with the next change
  }
}

new MutationObserver(title).observe(document.head, { childList: true, subtree: true, characterData: true });

window.consoleBadge = {
  /** @param {number} waiting */
  show(waiting) {
    count = waiting;
    title();
    draw();
    (count > 0 ? navigator.setAppBadge?.(count) : navigator.clearAppBadge?.())?.catch(() => {});
  },
};

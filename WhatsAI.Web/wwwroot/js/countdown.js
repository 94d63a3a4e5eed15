// <count-down seconds="left" of="whole">: a ring that empties and the seconds left, drawn here so that no second costs a round trip.
// It carries data-over when none is left.
const NS = 'http://www.w3.org/2000/svg';

class CountDown extends HTMLElement {
  static observedAttributes = ['seconds', 'of'];

  connectedCallback() {
    this.draw();
    this.timer = setInterval(() => this.tick(), 250);
  }

  disconnectedCallback() {
    clearInterval(this.timer);
  }

  // a new code: the server says how many seconds are left, so that the two clocks need not agree
  attributeChangedCallback() {
    this.end = performance.now() + Number(this.getAttribute('seconds')) * 1000;
    if (this.ring) this.tick();
  }

  draw() {
    if (this.ring) return;
    const svg = document.createElementNS(NS, 'svg');
    svg.setAttribute('viewBox', '0 0 36 36');
    svg.setAttribute('width', '36');
    svg.setAttribute('height', '36');
    svg.setAttribute('aria-hidden', 'true');
    for (const name of ['track', 'ring']) {
      const circle = document.createElementNS(NS, 'circle');
      for (const [key, value] of Object.entries({ cx: 18, cy: 18, r: 15, class: name, pathLength: 100 })) circle.setAttribute(key, value);
      svg.append(circle);
      if (name === 'ring') this.ring = circle;
    }
    this.text = document.createElementNS(NS, 'text');
    for (const [key, value] of Object.entries({ x: 18, y: 22, 'text-anchor': 'middle' })) this.text.setAttribute(key, value);
    svg.append(this.text);
    this.append(svg);
    this.tick();
  }

  tick() {
    const left = Math.max(0, (this.end - performance.now()) / 1000);
    const of = Math.max(Number(this.getAttribute('of')) || 1, left);
    this.ring.setAttribute('stroke-dasharray', `${(100 * left) / of} 100`);
    this.text.textContent = left > 0 ? String(Math.ceil(left)) : '';
    this.toggleAttribute('data-over', left === 0);
  }
}
customElements.define('count-down', CountDown);

document.addEventListener('click', async (e) => {
  const button = e.target instanceof Element ? e.target.closest('[data-copy-from]') : null;
  const source = button && document.getElementById(button.dataset.copyFrom);
  if (!source) return;
  try {
    await navigator.clipboard.writeText(source.textContent.trim());
    const [icon, word] = [button.querySelector('.icon'), button.querySelector('.copy-word')];
    if ('copied' in button.dataset) return;
    const before = [icon.textContent, word.textContent];
    button.style.minWidth = `${button.offsetWidth}px`; // nothing beside it moves
    button.dataset.copied = '';
    [icon.textContent, word.textContent] = ['check', button.dataset.copiedWord];
    setTimeout(() => {
      [icon.textContent, word.textContent] = before;
      delete button.dataset.copied;
    }, 2000);
  } catch {
    getSelection()?.selectAllChildren(source); // no permission: at least it is marked for Ctrl+C
  }
});

// <run-watch passed="milliseconds">: counts on from what the server had counted, in tenths, so that the two clocks need not agree.
class RunWatch extends HTMLElement {
  static observedAttributes = ['passed'];

  connectedCallback() {
    const one = { minimumFractionDigits: 1, maximumFractionDigits: 1 };
    this.format = new Intl.NumberFormat(this.lang || undefined, one);
    const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
    this.tick();
    this.timer = setInterval(() => this.tick(), calm ? 1000 : 100);
  }

  disconnectedCallback() {
    clearInterval(this.timer);
  }

  attributeChangedCallback() {
    this.from = performance.now() - Number(this.getAttribute('passed'));
  }

  // as FailoverWords.Watch writes it
  tick() {
    const s = (performance.now() - this.from) / 1000;
    const two = (n) => String(Math.floor(n)).padStart(2, '0');
    this.textContent =
      s < 60 ? `${this.format.format(Math.floor(s * 10) / 10)} s`
      : s < 3600 ? `${Math.floor(s / 60)}:${two(s % 60)}`
      : `${Math.floor(s / 3600)}:${two((s / 60) % 60)}:${two(s % 60)}`;
  }
}
customElements.define('run-watch', RunWatch);

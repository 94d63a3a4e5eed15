// <wall-clock zone="America/Sao_Paulo">: the time there by the server's clock, kept here so that no second costs a round trip.
class WallClock extends HTMLElement {
  connectedCallback() {
    const server = Number(document.querySelector('meta[name="server-now"]')?.content);
    const ahead = Number.isFinite(server) && server > 0 ? server - (performance.timeOrigin + performance.now()) : 0;
    // Only a clock that is wrong by more than a page takes to load is put right.
    this.ahead = Math.abs(ahead) > 30000 ? ahead : 0;
    this.format = new Intl.DateTimeFormat(this.lang || undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit', timeZone: this.getAttribute('zone') || undefined });
    this.tick();
    this.timer = setInterval(() => this.tick(), 1000);
  }

  disconnectedCallback() {
    clearInterval(this.timer);
  }

  tick() {
    this.textContent = this.format.format(new Date(performance.timeOrigin + performance.now() + this.ahead));
  }
}
customElements.define('wall-clock', WallClock);

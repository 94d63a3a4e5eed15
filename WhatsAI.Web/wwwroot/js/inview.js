// <in-view> in one of a row of tabs: where the row is wider than the screen, it is scrolled so that this one can be seen.
class InView extends HTMLElement {
  connectedCallback() {
    requestAnimationFrame(() => {
      const tab = this.parentElement;
      const row = tab?.parentElement;
      if (row) row.scrollLeft = tab.offsetLeft - row.offsetLeft - (row.clientWidth - tab.offsetWidth) / 2;
    });
  }
}
customElements.define('in-view', InView);

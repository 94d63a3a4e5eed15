// A small emoji picker: what people use in customer care, searchable in Portuguese and English, by mouse and keys.
const data = `😀 sorriso feliz smile happy|😄 alegre risada grin|😁 sorriso dentes grin|😂 chorando de rir lol laugh|🤣 rolando de rir rofl|😊 contente blush|🙂 leve sorriso slight smile|😉 piscadinha wink|😍 apaixonado heart eyes|🥰 carinho amor love|😘 beijo kiss|😎 legal oculos cool|🤔 pensando thinking|😅 alivio suor sweat|😬 sem graca grimace|😕 confuso confused|😟 preocupado worried|😢 triste chorando sad cry|😭 chorando muito sob|😤 bufando huff|😡 bravo angry|😱 susto scream|😮 surpreso wow|😴 sono sleep|🤗 abraco hug|🤝 aperto de mao combinado handshake deal|👍 positivo joinha ok thumbs up|👎 negativo thumbs down|👌 certo ok|👏 palmas clap|🙏 obrigado por favor thanks please|🙌 viva raise hands|💪 forca strong|👋 oi tchau wave hello|✌️ paz peace|🤞 torcendo dedos cruzados fingers crossed|☝️ um aponta point up|👉 aponta direita point right|👈 aponta esquerda point left|👇 aponta baixo point down|❤️ coracao amor heart love|🧡 coracao laranja heart orange|💛 coracao amarelo heart yellow|💚 coracao verde heart green|💙 coracao azul heart blue|💜 coracao roxo heart purple|💔 coracao partido broken heart|✨ brilho sparkles|⭐ estrela star|🌟 estrela brilhante glowing star|🔥 fogo fire|🎉 festa parabens party congratulations|🎊 confete confetti|🎁 presente gift|🎂 bolo aniversario cake birthday|🏆 trofeu trophy|✅ feito certo done check|✔️ certo check|❌ errado nao cross no|⚠️ atencao aviso warning|❗ exclamacao exclamation|❓ pergunta question|ℹ️ informacao information|🔔 sino aviso bell|📣 anuncio megafone announce|💬 conversa chat|📞 telefone phone call|📱 celular mobile|📧 email mail|📎 anexo clipe attach|📄 documento pagina document|📋 lista prancheta clipboard list|📝 anotacao note write|📦 caixa pacote pedido box package order|🚚 entrega caminhao delivery truck|🏪 loja store|🛒 carrinho compra cart shopping|🛍️ sacolas compras shopping bags|💳 cartao card|💰 dinheiro money|💵 nota dinheiro cash|🧾 recibo nota fiscal receipt invoice|🏷️ etiqueta preco tag price|📊 grafico chart|📈 alta crescimento up growth|📉 queda down|📅 calendario data calendar date|⏰ alarme hora alarm|⏳ aguarde ampulheta wait hourglass|🕐 relogio hora clock|📍 local endereco location pin|🗺️ mapa map|🏠 casa home|🏢 empresa predio office|🚗 carro car|🛵 moto entrega scooter|✈️ aviao plane|🔧 conserto ferramenta wrench repair|🔨 martelo hammer|⚙️ configuracao engrenagem settings|🔒 cadeado seguro lock|🔑 chave key|💡 ideia lampada idea|🔎 busca lupa search|🔗 link|📷 foto camera photo|🎥 video filme|🎧 fone suporte headset support|🖨️ impressora printer|💻 computador computer|☕ cafe coffee|🍕 pizza|🍔 lanche hamburger burger|🍞 pao bread|🥖 pao baguete baguette|🍰 torta bolo cake|🍎 maca fruta apple|🥩 carne meat|🍺 cerveja beer|🥤 refrigerante suco drink soda|💧 agua water|🌹 rosa flor rose flower|🌻 girassol sunflower|🌱 planta plant|☀️ sol sun|🌧️ chuva rain|🌙 lua noite moon night|🐶 cachorro dog|🐱 gato cat|⚽ futebol bola soccer|🎵 musica music|🇧🇷 brasil bandeira brazil flag|🥳 comemorando celebrate|🤩 encantado star struck|😇 anjo angel|🤓 estudioso nerd|🤒 doente sick|🤧 resfriado sneeze|🙄 revirando olhos eye roll|😌 aliviado relieved|😋 delicia yummy|🫶 coracao maos heart hands|💯 cem perfeito hundred|🆗 ok|🆕 novo new|🔝 topo top|♻️ reciclar troca recycle exchange|🚫 proibido forbidden`;
const emoji = data.split('|').map((line) => {
  const at = line.indexOf(' ');
  return { sign: line.slice(0, at), words: line.slice(at + 1) };
});
const fold = (text) => text.normalize('NFD').replace(/[\u0300-\u036f]/g, '').toLowerCase();

export function bindEmoji(root, input, texts, signal) {
  const opener = root.querySelector('[data-emoji]');
  const panel = root.querySelector('[data-emoji-picker]');
  const on = (target, type, handler) => target.addEventListener(type, handler, { signal });
  let grid;
  let search;

  const fill = () => {
    const wanted = fold(search.value.trim());
    const found = emoji.filter((e) => e.words.split(' ').some((w) => w.startsWith(wanted)) || e.words.includes(wanted));
    grid.replaceChildren(...found.map((e, i) => {
      const button = Object.assign(document.createElement('button'), { type: 'button', textContent: e.sign, title: e.words, tabIndex: i ? -1 : 0 });
      button.setAttribute('aria-label', `${e.sign} ${e.words}`);
      return button;
    }));
    if (!found.length) grid.append(Object.assign(document.createElement('p'), { className: 'text-2', textContent: texts.none }));
  };
  const build = () => {
    search = Object.assign(document.createElement('input'), { type: 'text', className: 'input input-sm', placeholder: texts.search, autocomplete: 'off' });
    search.setAttribute('aria-label', texts.search);
    grid = Object.assign(document.createElement('div'), { className: 'emoji-grid' });
    panel.replaceChildren(search, grid);
    on(search, 'input', fill);
    fill();
  };
  const close = (back) => {
    if (panel.hidden) return;
    panel.hidden = true;
    opener.setAttribute('aria-expanded', 'false');
    if (back) input.focus();
  };
  const insert = (sign) => {
    input.setRangeText(sign, input.selectionStart, input.selectionEnd, 'end');
    input.dispatchEvent(new Event('input', { bubbles: true }));
    close(true);
  };

  on(opener, 'click', () => {
    if (!panel.hidden) return close(true);
    if (!grid) build();
    search.value = '';
    fill();
    panel.hidden = false;
    opener.setAttribute('aria-expanded', 'true');
    search.focus();
  });
  on(panel, 'click', (e) => {
    const button = e.target.closest('.emoji-grid > button');
    if (button) insert(button.textContent);
  });
  on(panel, 'keydown', (e) => {
    const all = [...grid.querySelectorAll('button')];
    const at = all.indexOf(document.activeElement);
    const wide = Math.max(1, Math.floor(grid.clientWidth / 36));
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: wide, ArrowUp: -wide }[e.key];
    if (e.key === 'Escape') {
      e.preventDefault();
      e.stopPropagation();
      close(true);
    } else if (e.key === 'Enter' && at < 0 && all.length) {
      e.preventDefault();
      insert(all[0].textContent);
    } else if (step && (at >= 0 || e.key === 'ArrowDown')) {
      e.preventDefault();
      const next = at < 0 ? 0 : at + step;
      if (next < 0) search.focus();
      else all[Math.min(next, all.length - 1)]?.focus();
    }
  });
  on(document, 'pointerdown', (e) => {
    if (!panel.hidden && !panel.contains(e.target) && !opener.contains(e.target)) close(false);
  });
}

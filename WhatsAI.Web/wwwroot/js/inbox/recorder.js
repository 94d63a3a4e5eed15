// A voice message: recorded, listened to and sent from the browser. It is kept in it (recordings.js) from its first second until the server has it, and goes
// over HTTP, so that the circuit may come and go meanwhile.
import { drop, keep, kept } from './recordings.js';

const clock = (s) => `${Math.floor(s / 60)}:${String(Math.floor(s % 60)).padStart(2, '0')}`;
const types = ['audio/ogg;codecs=opus', 'audio/webm;codecs=opus', 'audio/mp4'];
const beat = 100; // ms between two looks at the loudness
const held = 500; // ms: a longer press records until it is let go
const quiet = (promise) => promise.catch(() => {});

export function bindRecorder(root, net, { store, conversation }, complain, signal) {
  const panel = root.querySelector('[data-recorder]');
  const said = panel.dataset;
  const part = (name) => panel.querySelector(`[data-voice-${name}]`);
  const bars = [...part('wave').children];
  const player = new Audio();
  const on = (target, type, handler, more) => target.addEventListener(type, handler, { signal, ...more });
  let current = null; // { key, store, conversation, chunks, seconds, loudness, type, state, at, reply, despite, why }
  let live = null; // { recorder, stream, context, timer, begun }
  let starting = false;
  let pressed = 0;
  let gone = false;

  const blob = (r) => new Blob(r.chunks, { type: r.type.split(';')[0] });
  /** As many values as wanted, each the loudest of its stretch, the loudest of all being 100. */
  const squeeze = (all, count) => {
    const most = Math.max(12, ...all);
    return Array.from({ length: Math.min(count, all.length) }, (_, i) => {
      const from = Math.floor((i * all.length) / Math.min(count, all.length));
      const to = Math.max(from + 1, Math.floor(((i + 1) * all.length) / Math.min(count, all.length)));
      return Math.round((Math.max(...all.slice(from, to)) * 100) / most);
    });
  };
  const drawBars = () => {
    const all = current?.loudness ?? [];
    const shown = live ? all.slice(-bars.length).map((v) => Math.min(100, v * 2)) : squeeze(all, bars.length);
    bars.forEach((bar, i) => { bar.style.height = `${4 + Math.round(((shown[i] ?? 0) * 20) / 100)}px`; });
  };
  const draw = () => {
    panel.hidden = current === null;
    root.toggleAttribute('data-has-voice', current !== null);
    if (!current) return;
    const state = live ? 'recording' : current.state;
    panel.dataset.state = state;
    part('stop').hidden = state !== 'recording';
    part('listen').hidden = state === 'recording';
    part('send').hidden = state === 'sending';
    part('discard').hidden = state === 'sending' && !current.why;
    part('send').textContent = current.ask ? said.despite : state === 'failed' ? said.again : said.handOver;
    part('said').textContent = current.why ?? (state === 'recording' ? said.recording : state === 'sending' ? said.sending : said.ready);
    part('said').classList.toggle('bad', state === 'failed');
    part('clock').textContent = clock(current.seconds);
    drawBars();
  };
  const button = (playing) => {
    part('listen').querySelector('.icon').textContent = playing ? 'pause' : 'play_arrow';
    part('listen').setAttribute('aria-label', playing ? said.pause : said.play);
  };
  const save = () => (current && !gone ? quiet(keep({ ...current })) : Promise.resolve());

  /* recording */
  const start = async () => {
    if (starting || live || (current && current.state !== 'sending')) return;
    complain(null);
    if (!window.isSecureContext || !navigator.mediaDevices) return complain(said.insecure);
    const type = typeof MediaRecorder === 'undefined' ? null : types.find((t) => MediaRecorder.isTypeSupported(t));
    if (!type) return complain(said.unsupported);
    starting = true;
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: { channelCount: 1, echoCancellation: true, noiseSuppression: true } });
    } catch (e) {
      complain(e.name === 'NotAllowedError' || e.name === 'SecurityError' ? said.denied : e.name === 'NotFoundError' || e.name === 'OverconstrainedError' ? said.missing : said.busy);
      return;
    } finally {
      starting = false;
    }
    if (gone) return stream.getTracks().forEach((t) => t.stop());
    const recorder = new MediaRecorder(stream, { mimeType: type, audioBitsPerSecond: 32000 });
    const context = new AudioContext();
    const ear = context.createAnalyser();
    context.createMediaStreamSource(stream).connect(ear);
    const heard = new Float32Array(ear.fftSize);
    const begun = performance.now();
    const mine = { key: crypto.randomUUID(), store, conversation, chunks: [], seconds: 0, loudness: [], type, state: 'ready', at: Date.now(), reply: root.dataset.reply || null };
    current = mine;
    recorder.addEventListener('dataavailable', (e) => {
      if (e.data.size && !mine.dropped) mine.chunks.push(e.data);
      if (current === mine) save();
    });
    recorder.addEventListener('stop', () => mine.stopped?.());
    recorder.start(1000);
    const timer = setInterval(() => {
      ear.getFloatTimeDomainData(heard);
      const power = Math.sqrt(heard.reduce((sum, v) => sum + v * v, 0) / heard.length);
      mine.loudness.push(Math.min(100, Math.round(power * 300)));
      mine.seconds = (performance.now() - begun) / 1000;
      part('clock').textContent = clock(mine.seconds);
      drawBars();
      if (mine.seconds >= Number(said.longest)) stop(said.ended);
    }, beat);
    live = { recorder, stream, context, timer };
    draw();
    part('stop').focus();
  };

  const stop = async (why) => {
    if (!live) return;
    const { recorder, stream, context, timer } = live;
    const mine = current;
    clearInterval(timer);
    live = null;
    const ended = new Promise((take) => { mine.stopped = take; });
    if (recorder.state !== 'inactive') recorder.stop();
    else mine.stopped();
    await ended;
    delete mine.stopped;
    stream.getTracks().forEach((t) => t.stop());
    quiet(context.close());
    if (mine.dropped) return;
    mine.seconds = Math.min(Number(said.longest), Math.max(1, Math.round(mine.seconds)));
    mine.why = why;
    await save();
    if (current === mine) {
      draw();
      if (!gone && panel.contains(document.activeElement) || document.activeElement === document.body) part('send').focus();
    }
  };

  const discard = async () => {
    const mine = current;
    if (!mine) return;
    mine.dropped = true;
    player.pause();
    current = null;
    if (live) {
      current = mine;
      await stop();
      current = null;
    }
    await quiet(drop(mine.key));
    draw();
    root.querySelector('[data-input]').focus();
    quiet(more());
  };

  /* listening */
  const listen = () => {
    if (!current || live) return;
    if (!player.paused) return player.pause();
    if (player.dataset.key !== current.key) {
      URL.revokeObjectURL(player.src);
      player.src = URL.createObjectURL(blob(current));
      player.dataset.key = current.key;
    }
    quiet(player.play());
  };
  for (const type of ['play', 'pause', 'ended']) on(player, type, () => button(type === 'play'));
  on(player, 'timeupdate', () => { if (current && !live) part('clock').textContent = clock(player.ended || !player.currentTime ? current.seconds : player.currentTime); });

  /* sending */
  const address = (r) => {
    const wave = btoa(String.fromCharCode(...squeeze(r.loudness, Number(said.bars)))).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
    const query = new URLSearchParams({ conversation: r.conversation, key: r.key, seconds: Math.round(r.seconds), wave, waited: Date.now() - r.sent });
    if (r.reply) query.set('reply', r.reply);
    if (r.despite) query.set('despite', 'true');
    return `${said.post}?${query}`;
  };
  const busy = new Set();
  /** Posts it, whatever conversation it is of. */
  const post = async (r) => {
    if (busy.has(r.key)) return;
    busy.add(r.key);
    const show = () => { if (current?.key === r.key) draw(); };
    try {
      const answer = await fetch(address(r), { method: 'POST', body: blob(r), redirect: 'manual', headers: { 'Content-Type': 'application/octet-stream' } });
      if (answer.ok) {
        await drop(r.key);
        if (current?.key === r.key) {
          current = null;
          player.pause();
          draw();
          if (!panel.contains(document.activeElement)) return;
          root.querySelector('[data-input]').focus();
        }
        if (r.conversation === conversation) quiet(net.invokeMethodAsync('VoiceSent', r.reply));
        return;
      }
      if (answer.status === 409 || answer.status === 422) {
        const told = await answer.json();
        Object.assign(r, { state: 'failed', why: told.ask ?? told.error, ask: Boolean(told.ask) });
      } else if (answer.status === 403 || answer.status === 404) {
        Object.assign(r, { state: 'failed', why: said.lost, ask: false });
      } else {
        r.why = said.waiting; // asked again later
      }
      await quiet(keep({ ...r }));
      show();
    } catch {
      r.why = said.waiting; // the link is down: it waits here
      show();
    } finally {
      busy.delete(r.key);
    }
  };
  const send = async () => {
    if (live) await stop();
    if (!current || current.state === 'sending') return;
    player.pause();
    Object.assign(current, { state: 'sending', why: undefined, despite: current.despite || current.ask, ask: false, sent: current.sent ?? Date.now() });
    await save();
    draw();
    await post(current);
    await more();
  };
  /** What waits, of any conversation; and what was recorded here before it was left. */
  const more = async () => {
    if (gone) return;
    const all = await kept(store);
    for (const r of all.filter((r) => r.state === 'sending')) await post(current?.key === r.key ? current : r);
    if (current || live || starting || gone) return;
    const mine = (await kept(store)).find((r) => r.conversation === conversation && r.chunks.length);
    if (!mine || current || live) return;
    mine.seconds = Math.max(1, Math.round(mine.seconds || mine.chunks.length));
    current = mine;
    draw();
  };

  on(root, 'pointerdown', (e) => {
    if (e.button !== 0 || !(e.target instanceof Element) || !e.target.closest('[data-record]')) return;
    e.preventDefault();
    pressed = performance.now();
    start();
  });
  on(document, 'pointerup', () => {
    if (pressed && live && performance.now() - pressed > held) stop();
    pressed = 0;
  });
  on(root, 'click', (e) => {
    if (!(e.target instanceof Element)) return;
    if (e.target.closest('[data-record]')) { if (e.detail === 0) start(); } // by key; the pointer began it before
    else if (e.target.closest('[data-voice-stop]')) stop();
    else if (e.target.closest('[data-voice-listen]')) listen();
    else if (e.target.closest('[data-voice-send]')) send();
    else if (e.target.closest('[data-voice-discard]')) discard();
  });
  on(panel, 'keydown', (e) => {
    if (e.key !== 'Escape') return;
    e.preventDefault(); // stops, and loses nothing
    e.stopPropagation();
    if (live) stop();
    else root.querySelector('[data-input]').focus();
  });
  on(document, 'console:link', (e) => { if (e.detail === 'live' || e.detail === 'recovering') setTimeout(() => quiet(more())); });
  on(window, 'online', () => quiet(more()));
  const repeat = setInterval(() => quiet(more()), 5000);
  quiet(more());

  return {
    disconnect() {
      clearInterval(repeat);
      player.pause();
      URL.revokeObjectURL(player.src);
      // Left in the middle of it, it is there when one comes back.
      const left = live ? stop() : Promise.resolve();
      quiet(left.finally(() => { gone = true; }));
    },
  };
}

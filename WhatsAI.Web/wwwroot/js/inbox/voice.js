// Voice messages: one plays at a time, the wave shows how far, a click on it goes there.
const clock = (s) => `${Math.floor(s / 60)}:${String(Math.floor(s % 60)).padStart(2, '0')}`;
// What a browser recorded says no length of its own.
const length = (voice, audio) => (Number.isFinite(audio.duration) && audio.duration > 0 ? audio.duration : Number(voice.dataset.seconds) || 0);
const rates = [1, 1.5, 2];
let rate = 1;

const icon = (voice, playing) => {
  voice.querySelector('[data-voice-play] .icon').textContent = playing ? 'pause' : 'play_arrow';
};

function draw(voice) {
  const audio = voice.querySelector('audio');
  const whole = length(voice, audio);
  const part = whole ? Math.min(1, audio.currentTime / whole) : 0;
  const bars = voice.querySelectorAll('[data-voice-seek] i');
  bars.forEach((bar, i) => bar.toggleAttribute('data-played', part > 0 && i <= part * bars.length));
  voice.querySelector('[data-voice-at]').textContent = clock(audio.currentTime);
}

export function bindVoices(root, signal) {
  root.addEventListener('click', (e) => {
    if (!(e.target instanceof Element)) return;
    const voice = e.target.closest('[data-voice]');
    if (!voice) return;
    const audio = voice.querySelector('audio');
    if (e.target.closest('[data-voice-play]')) {
      if (audio.paused) {
        for (const other of root.querySelectorAll('[data-voice] audio')) if (other !== audio) other.pause();
        audio.playbackRate = rate;
        audio.play().catch(() => icon(voice, false));
      } else {
        audio.pause();
      }
    } else if (e.target.closest('[data-voice-rate]')) {
      rate = rates[(rates.indexOf(rate) + 1) % rates.length];
      for (const button of root.querySelectorAll('[data-voice-rate]')) button.textContent = `${rate}×`;
      for (const each of root.querySelectorAll('[data-voice] audio')) each.playbackRate = rate;
    } else {
      const wave = e.target.closest('[data-voice-seek]');
      if (wave && length(voice, audio)) {
        const at = wave.getBoundingClientRect();
        audio.currentTime = ((e.clientX - at.left) / at.width) * length(voice, audio);
      }
    }
  }, { signal });

  // media events do not bubble, but they can be caught on their way down
  for (const type of ['play', 'pause', 'ended', 'timeupdate']) {
    root.addEventListener(type, (e) => {
      const voice = e.target.closest?.('[data-voice]');
      if (!voice) return;
      if (type === 'ended') e.target.currentTime = 0;
      if (type !== 'timeupdate') icon(voice, type === 'play');
      draw(voice);
    }, { signal, capture: true });
  }
}

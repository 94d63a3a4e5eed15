// Recordings that are not yet with the server, in this browser: a reload in the middle of one, a lost link or a restart of the server loses none.
const open = () => new Promise((take, give) => {
  const asked = indexedDB.open('console-voice', 1);
  asked.onupgradeneeded = () => asked.result.createObjectStore('recordings', { keyPath: 'key' });
  asked.onsuccess = () => take(asked.result);
  asked.onerror = () => give(asked.error);
});

async function within(mode, work) {
  const db = await open();
  try {
    return await new Promise((take, give) => {
      const transaction = db.transaction('recordings', mode);
      const request = work(transaction.objectStore('recordings'));
      transaction.oncomplete = () => take(request?.result);
      transaction.onerror = () => give(transaction.error);
      transaction.onabort = () => give(transaction.error);
    });
  } finally {
    db.close();
  }
}

export const keep = (recording) => within('readwrite', (all) => all.put(recording));
export const drop = (key) => within('readwrite', (all) => all.delete(key));

/** Those of one person in one company, the oldest first. */
export const kept = async (store) => (await within('readonly', (all) => all.getAll())).filter((r) => r.store === store).sort((a, b) => a.at - b.at);

/** All whose place begins so: of a person who signs out. */
export async function forget(prefix) {
  const gone = (await within('readonly', (all) => all.getAll())).filter((r) => `${r.store}/`.startsWith(prefix));
  for (const one of gone) await drop(one.key);
}

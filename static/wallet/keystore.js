/** Where the keyring keeps things: one IndexedDB database of this origin, two stores, no key in the clear. */

const NAME = "tallystick-wallet";
const STORES = { files: "address", sessions: "id" };

/**
 * Every row of a store.
 * @param {"files" | "sessions"} store
 * @returns {Promise<any[]>}
 */
export function all(store) {
  return within(store, "readonly", (rows) => rows.getAll());
}

/**
 * One row, or undefined.
 * @param {"files" | "sessions"} store
 * @param {string} key
 * @returns {Promise<any>}
 */
export function one(store, key) {
  return within(store, "readonly", (rows) => rows.get(key));
}

/**
 * Writes a row over the one with its key.
 * @param {"files" | "sessions"} store
 * @param {object} row
 */
export function put(store, row) {
  return within(store, "readwrite", (rows) => rows.put(row));
}

/**
 * Takes a row away; it is no fault if there is none.
 * @param {"files" | "sessions"} store
 * @param {string} key
 */
export function remove(store, key) {
  return within(store, "readwrite", (rows) => rows.delete(key));
}

/** @type {(store: string, mode: IDBTransactionMode, work: (rows: IDBObjectStore) => IDBRequest) => Promise<any>} */
async function within(store, mode, work) {
  const database = await open();
  try {
    const transaction = database.transaction(store, mode);
    const request = work(transaction.objectStore(store));
    await new Promise((done, failed) => {
      transaction.oncomplete = done;
      transaction.onabort = transaction.onerror = () => failed(transaction.error);
    });
    return request.result;
  } finally {
    database.close();
  }
}

/** @returns {Promise<IDBDatabase>} */
function open() {
  return new Promise((done, failed) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      for (const [store, keyPath] of Object.entries(STORES)) request.result.createObjectStore(store, { keyPath });
    };
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });
}

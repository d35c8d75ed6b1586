/** Where the wallet keeps things: one IndexedDB database of this origin, no key in the clear. worker.js opens it too. */

/** @typedef {"files" | "sessions" | "headers" | "release"} Store */

const NAME = "tallystick-wallet";
const VERSION = 2;
const STORES = { files: "address", sessions: "id", headers: "chain", release: "name" };

/**
 * Every row of a store.
 * @param {Store} store
 * @returns {Promise<any[]>}
 */
export function all(store) {
  return within(store, "readonly", (rows) => rows.getAll());
}

/**
 * One row, or undefined.
 * @param {Store} store
 * @param {string} key
 * @returns {Promise<any>}
 */
export function one(store, key) {
  return within(store, "readonly", (rows) => rows.get(key));
}

/**
 * Writes a row over the one with its key.
 * @param {Store} store
 * @param {object} row
 */
export function put(store, row) {
  return within(store, "readwrite", (rows) => rows.put(row));
}

/**
 * Replaces the row of a key by what `work` makes of it, at one stroke also beside other tabs; leaves it where that is null.
 * Answers with the row that was there before.
 * @param {Store} store
 * @param {string} key
 * @param {(row: any) => object | null} work
 * @returns {Promise<any>}
 */
export function renew(store, key, work) {
  return within(store, "readwrite", (rows) => {
    const request = rows.get(key);
    request.onsuccess = () => {
      const row = work(request.result);
      if (row) rows.put(row);
    };
    return request;
  });
}

/**
 * Takes a row away; it is no fault if there is none.
 * @param {Store} store
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
    const request = indexedDB.open(NAME, VERSION);
    request.onupgradeneeded = () => {
      const missing = Object.entries(STORES).filter(([store]) => !request.result.objectStoreNames.contains(store));
      for (const [store, keyPath] of missing) request.result.createObjectStore(store, { keyPath });
    };
    request.onsuccess = () => done(request.result);
    request.onerror = () => failed(request.error);
  });
}

// The phone's own database: some named values, and the journal of records in the
// order in which they were made. Writes are on the disk when they return.
import type { Sealed } from './vault'

export interface Entry extends Sealed {
  seq?: number
  sent: 0 | 1
}

const name = 'phaodai-di'
let opened: Promise<IDBDatabase> | undefined

function database(): Promise<IDBDatabase> {
  opened ??= new Promise((done, fail) => {
    const r = indexedDB.open(name, 2)
    r.onupgradeneeded = (e) => {
      if (e.oldVersion < 1) {
        r.result.createObjectStore('value')
        r.result.createObjectStore('journal', { keyPath: 'seq', autoIncrement: true }).createIndex('sent', 'sent')
      }
      r.result.createObjectStore('note', { keyPath: 'id' })
    }
    r.onsuccess = () => {
      // Another tab wipes the phone: this one holds nothing open, and knows nothing any more.
      r.result.onversionchange = () => {
        r.result.close()
        opened = undefined
        dispatchEvent(new Event('di-wiped'))
      }
      done(r.result)
    }
    r.onerror = () => fail(r.error ?? new Error('database'))
  })
  return opened
}

async function run<T>(store: string, mode: IDBTransactionMode, ask: (s: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const db = await database()
  return new Promise((done, fail) => {
    const tx = db.transaction(store, mode, { durability: 'strict' })
    const r = ask(tx.objectStore(store))
    tx.oncomplete = () => done(r.result)
    tx.onabort = () => fail(tx.error ?? r.error ?? new Error('database'))
    tx.onerror = () => fail(tx.error ?? r.error ?? new Error('database'))
  })
}

export const get = <T>(key: string) => run<T | undefined>('value', 'readonly', (s) => s.get(key) as IDBRequest<T | undefined>)
export const put = (key: string, value: unknown) => run('value', 'readwrite', (s) => s.put(value, key))
export const drop = (key: string) => run('value', 'readwrite', (s) => s.delete(key) as IDBRequest<unknown>)

// append keeps entries all together, or none of them.
export async function append(entries: Entry[]): Promise<number[]> {
  const db = await database()
  return new Promise((done, fail) => {
    const tx = db.transaction('journal', 'readwrite', { durability: 'strict' })
    const asked = entries.map((e) => tx.objectStore('journal').add(e))
    tx.oncomplete = () => done(asked.map((r) => Number(r.result)))
    tx.onabort = tx.onerror = () => fail(tx.error ?? new Error('database'))
  })
}
export const replace = (e: Entry) => run('journal', 'readwrite', (s) => s.put(e))
export const dropEntry = (seq: number) => run('journal', 'readwrite', (s) => s.delete(seq) as IDBRequest<unknown>)
export const journal = () => run<Entry[]>('journal', 'readonly', (s) => s.getAll() as IDBRequest<Entry[]>)
export const unsent = (most: number) => run<Entry[]>('journal', 'readonly', (s) => s.index('sent').getAll(0, most) as IDBRequest<Entry[]>)
export const countUnsent = () => run<number>('journal', 'readonly', (s) => s.index('sent').count(0))

// Note is a photograph or a voice of a visit that was not sent yet.
export interface Note extends Sealed {
  id: string
  visit: string
  type: string
}

export const putNote = (n: Note) => run('note', 'readwrite', (s) => s.put(n))
export const dropNote = (id: string) => run('note', 'readwrite', (s) => s.delete(id) as IDBRequest<unknown>)
export const countNotes = () => run<number>('note', 'readonly', (s) => s.count())
// nextNote is the oldest: identifiers begin with their time.
export const nextNote = async () => (await run<Note[]>('note', 'readonly', (s) => s.getAll(null, 1) as IDBRequest<Note[]>))[0]

// wipe leaves nothing of what the phone held.
export async function wipe(): Promise<void> {
  const db = await database()
  db.close()
  opened = undefined
  await new Promise<void>((done) => {
    const r = indexedDB.deleteDatabase(name)
    r.onsuccess = r.onerror = () => done()
    setTimeout(done, 5000) // a tab that sleeps closes when it wakes
  })
}

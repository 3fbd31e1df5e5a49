// The journal and its way to the server: what was recorded is on the disk before
// the button answers, and goes in its order, some at a time, when there is
// signal. A sending without an answer is sent again as it is.
import { append, countUnsent, dropEntry, replace, unsent, wipe, journal, type Entry } from './store'
import type { Line, Rec } from './types'
import { seal, unseal } from './vault'

const most = 40

export interface Me {
  phone: string
  key: string
  title: string
  until: string
  left: number
  ends: number
}

interface Receipt {
  id: string
  status: string
  text?: string
}

export let lines: Line[] = []
export let trouble = '' // why the last sending failed: '', 'offline', 'unknown', 'server'
export let lastSent = 0

const digits = '0123456789abcdefghjkmnpqrstvwxyz'

// ulid makes an identifier that nobody else makes.
export function ulid(now = Date.now()): string {
  let time = ''
  for (let i = 0, n = now; i < 10; i++, n = Math.floor(n / 32)) time = digits[n % 32] + time
  return time + Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => digits[b % 32]).join('')
}

export async function load(): Promise<void> {
  lines = await Promise.all((await journal()).map(async (e) => ({ ...(await unseal<Omit<Line, 'seq' | 'sent'>>(e)), seq: e.seq ?? 0, sent: e.sent === 1 })))
}

export type Fresh = Omit<Rec, 'id' | 'at'> & { id?: string }

// record keeps records for good, all together; it throws when the phone is full,
// and then nothing has changed.
export async function record(...fresh: Fresh[]): Promise<void> {
  const at = new Date().toISOString()
  const recs = fresh.map((r): Rec => ({ ...r, id: r.id ?? ulid(), at }))
  const entries = await Promise.all(recs.map(async (rec): Promise<Entry> => ({ ...(await seal({ rec })), sent: 0 })))
  const seqs = await append(entries)
  lines.push(...recs.map((rec, i) => ({ seq: seqs[i], rec, sent: false })))
}

// takeOut takes a record out of the journal that was not sent; false when it was,
// or is on its way.
export async function takeOut(id?: string): Promise<boolean> {
  const take = async () => {
    const at = lines.findIndex((l) => l.rec.id === id && !l.sent)
    if (at < 0) return false
    await dropEntry(lines[at].seq)
    lines.splice(at, 1)
    return true
  }
  if (!navigator.locks) return take()
  return (await navigator.locks.request('di-outbox', { ifAvailable: true }, (lock) => (lock ? take() : false))) as boolean
}

let keeping = false
let drawn = 0

// once does one thing at a time. With a rest in milliseconds a tap on what has
// only just come under the thumb is none: after "all well" the next household's
// button stands in the same place.
export async function once(keep: () => Promise<void>, rest = 0): Promise<boolean> {
  if (keeping || performance.now() - drawn < rest) return false
  keeping = true
  try {
    await keep()
  } finally {
    keeping = false
    drawn = performance.now()
  }
  return true
}

export const waiting = () => lines.filter((l) => !l.sent).length
export const problems = () => lines.filter((l) => l.status === 'problem' || l.status === 'rejected')

// call asks the server, with the phone's key.
export function call(me: Me, path: string, init: RequestInit = {}): Promise<Response> {
  return fetch(`/di/api/${path}`, { ...init, headers: { ...init.headers, Authorization: `Bearer ${me.key}`, 'Accept-Language': document.documentElement.lang } })
}

// send sends what waits; 'gone' when the ward stopped this phone, which is then
// empty.
export const send = (me: Me) => alone(() => sendAll(me))

// alone does what two tabs never do at once.
export async function alone<T>(send: () => Promise<T>): Promise<T> {
  if (!navigator.locks) return send()
  return (await navigator.locks.request('di-outbox', send)) as T
}

async function sendAll(me: Me): Promise<'sent' | 'waits' | 'gone'> {
  for (;;) {
    const entries = await unsent(most)
    if (entries.length === 0) {
      trouble = ''
      return 'sent'
    }
    const state = await sendSome(me, entries)
    if (state !== 'sent') return state
  }
}

async function sendSome(me: Me, entries: Entry[]): Promise<'sent' | 'waits' | 'gone'> {
  const held = await Promise.all(entries.map((e) => unseal<{ rec: Rec }>(e)))
  let answer: Response
  try {
    answer = await call(me, 'outbox', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ id: ulid(), sent_at: new Date().toISOString(), waiting: (await countUnsent()) - entries.length, records: held.map((h) => h.rec) }),
    })
  } catch {
    trouble = 'offline'
    return 'waits'
  }
  if (answer.status === 410) {
    await wipe()
    return 'gone'
  }
  if (!answer.ok && answer.status !== 401 && answer.status < 500) return refused(me, entries, held, answer)
  if (!answer.ok) {
    trouble = answer.status === 401 ? 'unknown' : 'server'
    return 'waits'
  }
  const { receipts } = (await answer.json()) as { receipts: Receipt[] }
  await taken(entries, held, receipts)
  return 'sent'
}

// refused finds which record the server cannot read: the others must not wait for
// it. Alone it stays on the phone as a problem, to be seen.
async function refused(me: Me, entries: Entry[], held: { rec: Rec }[], answer: Response): Promise<'sent' | 'waits' | 'gone'> {
  if (entries.length > 1) return sendSome(me, entries.slice(0, Math.ceil(entries.length / 2)))
  const { text } = (await answer.json().catch(() => ({ text: answer.statusText }))) as { text: string }
  await taken(entries, held, [{ id: held[0].rec.id, status: 'rejected', text }])
  return 'sent'
}

// told is a record without what the police alone may see once it was sent.
function told(rec: Rec): Rec {
  const { nationality: _, papers: __, ...rest } = rec
  return rest
}

async function taken(entries: Entry[], held: { rec: Rec }[], receipts: Receipt[]): Promise<void> {
  for (const [i, e] of entries.entries()) {
    const { status, text } = receipts[i]
    const rec = told(held[i].rec)
    await replace({ ...(await seal({ rec, status, text })), seq: e.seq, sent: 1 })
    const line = lines.find((l) => l.seq === e.seq)
    if (line) Object.assign(line, { rec, sent: true, status, text })
  }
  lastSent = Date.now()
}

// What lies on the phone is sealed under a key that the PIN opens. Ten wrong
// PINs wipe everything; the count is written before a PIN is tried, so that
// closing the app does not save a try.
import { drop, get, put, wipe } from './store'

export const mostTries = 10
const rounds = 310_000 // PBKDF2-HMAC-SHA-256, as OWASP asks for at the least

export interface Sealed {
  iv: Uint8Array<ArrayBuffer>
  data: ArrayBuffer
}

interface Lock extends Sealed {
  salt: Uint8Array<ArrayBuffer>
  tries: number
}

let key: CryptoKey | undefined

export const open = () => key !== undefined
export const isLocked = async () => (await get<Lock>('lock')) !== undefined
export const triesLeft = async () => mostTries - ((await get<Lock>('lock'))?.tries ?? 0)

async function derived(pin: string, salt: Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
  const base = await crypto.subtle.importKey('raw', new TextEncoder().encode(pin), 'PBKDF2', false, ['deriveKey'])
  return crypto.subtle.deriveKey({ name: 'PBKDF2', hash: 'SHA-256', salt, iterations: rounds }, base, { name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
}

// begin makes a fresh key under a PIN.
export async function begin(pin: string): Promise<void> {
  const raw = crypto.getRandomValues(new Uint8Array(32))
  const salt = crypto.getRandomValues(new Uint8Array(16))
  const iv = crypto.getRandomValues(new Uint8Array(12))
  const data = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, await derived(pin, salt), raw)
  await put('lock', { salt, iv, data, tries: 0 } satisfies Lock)
  key = await crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt', 'decrypt'])
}

// unlock tries a PIN; 'wiped' after the tenth wrong one.
export async function unlock(pin: string): Promise<'open' | 'wrong' | 'wiped'> {
  const lock = await get<Lock>('lock')
  if (!lock) return 'wiped'
  lock.tries++
  await put('lock', lock)
  try {
    const raw = await crypto.subtle.decrypt({ name: 'AES-GCM', iv: lock.iv }, await derived(pin, lock.salt), lock.data)
    key = await crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt', 'decrypt'])
    lock.tries = 0
    await put('lock', lock)
    return 'open'
  } catch {
    if (lock.tries < mostTries) return 'wrong'
    await wipe()
    return 'wiped'
  }
}

export function close(): void {
  key = undefined
}

export async function seal(value: unknown): Promise<Sealed> {
  return sealBytes(new TextEncoder().encode(JSON.stringify(value)).buffer as ArrayBuffer)
}

export async function unseal<T>(s: Sealed): Promise<T> {
  return JSON.parse(new TextDecoder().decode(await unsealBytes(s))) as T
}

export async function sealBytes(bytes: ArrayBuffer): Promise<Sealed> {
  const iv = crypto.getRandomValues(new Uint8Array(12))
  return { iv, data: await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, must(), bytes) }
}

export const unsealBytes = (s: Sealed) => crypto.subtle.decrypt({ name: 'AES-GCM', iv: s.iv }, must(), s.data)

function must(): CryptoKey {
  if (!key) throw new Error('locked')
  return key
}

export const keep = async (name: string, value: unknown) => put(name, await seal(value))

export async function kept<T>(name: string): Promise<T | undefined> {
  const s = await get<Sealed>(name)
  return s && unseal<T>(s)
}

export const forget = drop

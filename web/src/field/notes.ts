// Photographs and voices of a visit: made small, sealed like the records, and
// sent after them. When the phone is full, the records still go.
import { button, el } from './dom'
import { call, ulid, type Me } from './outbox'
import { countNotes, dropNote, nextNote, putNote } from './store'
import { sealBytes, unsealBytes } from './vault'
import { t } from './words'

const mostPhoto = 200_000 // bytes
const mostSide = 1280
const mostVoice = 30 // seconds
const mostNotes = 3

let held = 0 // on this phone alone

export const notesWaiting = () => held

export async function loadNotes(): Promise<void> {
  held = await countNotes()
}

// scaled makes a photograph small enough, without what the camera wrote into it
// of place and time.
export async function scaled(file: Blob): Promise<Blob> {
  const picture = await createImageBitmap(file)
  let side = Math.min(mostSide, Math.max(picture.width, picture.height))
  for (;;) {
    for (const quality of [0.75, 0.5]) {
      const small = await drawn(picture, side, quality)
      if (small.size <= mostPhoto) return small
    }
    side = Math.round(side * 0.7)
  }
}

function drawn(picture: ImageBitmap, side: number, quality: number): Promise<Blob> {
  const by = side / Math.max(picture.width, picture.height)
  const canvas = el('canvas', { width: Math.max(1, Math.round(picture.width * by)), height: Math.max(1, Math.round(picture.height * by)) })
  canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height)
  return new Promise((done, fail) => canvas.toBlob((b) => (b ? done(b) : fail(new Error('picture'))), 'image/jpeg', quality))
}

// Taker is the part of a sheet that takes photographs and voices.
export interface Taker {
  box: HTMLElement
  taken: Blob[]
  stop: () => Promise<void> // ends a voice that runs
}

export function taker(): Taker {
  const list = el('p', { class: 'quiet', role: 'status' })
  const taken: Blob[] = []
  const add = (b: Blob) => {
    if (taken.length < mostNotes) taken.push(b)
    list.textContent = taken.map((x) => `${x.type.startsWith('image') ? t('photo') : t('voice')} ✓ ${Math.ceil(x.size / 1000)} kB`).join(' · ')
  }
  const fail = (text: string) => (list.textContent = text)
  const camera = el('input', { type: 'file', accept: 'image/*', capture: 'environment', name: 'photo', hidden: true })
  camera.addEventListener('change', () => {
    const [file] = camera.files ?? []
    if (file) void scaled(file).then(add, () => fail(t('photo_unread')))
    camera.value = ''
  })
  const voice = recorder(add, fail)
  const box = el('div', {}, el('div', { class: 'two' }, button(t('take_photo'), '', () => camera.click(), 'take-photo'), voice.button), camera, list)
  return { box, taken, stop: voice.stop }
}

// recorder is a button that begins a voice and ends it, at the latest when it is
// long enough.
function recorder(add: (b: Blob) => void, fail: (text: string) => void): { button: HTMLElement; stop: () => Promise<void> } {
  let ended: Promise<void> | undefined
  let stop = () => {}
  const b = button(t('record'), '', () => (ended ? stop() : void begin()), 'record')
  async function begin(): Promise<void> {
    let stream: MediaStream
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: true })
    } catch {
      fail(t('no_microphone'))
      return
    }
    const r = new MediaRecorder(stream, { audioBitsPerSecond: 24_000 })
    const began = performance.now()
    const tick = setInterval(() => {
      const s = Math.floor((performance.now() - began) / 1000)
      b.textContent = t('recording', { s: mostVoice - s })
      if (s >= mostVoice) stop()
    }, 250)
    stop = () => r.state === 'recording' && r.stop()
    ended = new Promise((done) => {
      const parts: Blob[] = []
      r.ondataavailable = (e) => parts.push(e.data)
      r.onstop = () => {
        clearInterval(tick)
        for (const track of stream.getTracks()) track.stop()
        b.textContent = t('record')
        ended = undefined
        add(new Blob(parts, { type: r.mimeType }))
        done()
      }
    })
    r.start()
    b.textContent = t('recording', { s: mostVoice })
  }
  return {
    button: b,
    stop: async () => {
      const last = ended
      stop()
      await last
    },
  }
}

// keepNotes keeps what was taken at a visit whose record is kept; false when the
// phone is full.
export async function keepNotes(visit: string, taken: Blob[]): Promise<boolean> {
  try {
    for (const b of taken) {
      await putNote({ id: ulid(), visit, type: b.type, ...(await sealBytes(await b.arrayBuffer())) })
      held++
    }
    return true
  } catch {
    return false
  }
}

// sendNotes sends what waits, one after the other; what was sent leaves the phone.
export async function sendNotes(me: Me): Promise<'sent' | 'waits' | 'gone'> {
  for (let n = await nextNote(); n; n = await nextNote()) {
    let answer: Response
    try {
      answer = await call(me, `note?id=${n.id}&visit=${n.visit}`, { method: 'POST', headers: { 'Content-Type': n.type }, body: await unsealBytes(n) })
    } catch {
      return 'waits'
    }
    if (answer.status === 410) return 'gone'
    // What the server can never take must not lie on the phone for ever.
    const refused = !answer.ok && answer.status !== 401 && answer.status < 500
    if (!answer.ok && !refused) return 'waits'
    await dropNote(n.id)
    held = await countNotes()
  }
  return 'sent'
}

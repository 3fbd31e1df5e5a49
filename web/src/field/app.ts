// The app: signing in by the ward's code and a PIN, the duty of the day, and
// three pages that work without signal: doors, table, what waits.
import { button, el, field, value } from './dom'
import { doors } from './doors'
import { loadNotes, notesWaiting, sendNotes } from './notes'
import { alone, call, lastSent, lines, load, problems, send, trouble, waiting, type Me } from './outbox'
import { dueShown, watchTests } from './rapid'
import { countNotes, countUnsent, wipe } from './store'
import { table } from './table'
import type { Duty } from './types'
import { begin, close, forget, isLocked, keep, kept, open, triesLeft, unlock } from './vault'
import { language, speak, t } from './words'

export interface State {
  me: Me
  duty: Duty
  show: () => void // draws the page again
  redraw: () => boolean // draws it unless somebody types in it
  full: (e: unknown) => void // tells that nothing could be kept
  tell: (text: string) => void // in a line above the page
  sent: () => void // something was recorded: it may go
}

const root = () => document.getElementById('app') as HTMLElement
let state: State | undefined

export async function start(): Promise<void> {
  dress()
  speak(language())
  if ('serviceWorker' in navigator) void navigator.serviceWorker.register('/di/sw.js', { scope: '/di' })
  addEventListener('online', () => void sending())
  addEventListener('di-wiped', () => {
    close()
    state = undefined
    welcomePage(t('signed_out'))
  })
  setInterval(() => void sending(), 15_000)
  watchTests(() => (open() ? state : undefined))
  addEventListener('popstate', () => state?.show())
  addEventListener('hashchange', () => void arrive()) // a code scanned while the app is open
  await arrive()
}

// arrive opens the app: with a code, with what the phone holds already, or with
// neither.
async function arrive(): Promise<void> {
  const token = location.hash.slice(1)
  if (token && open()) banner(t('still_in_open'))
  else if (token && !(await isLocked())) enterPage(token)
  else if (await isLocked()) await lockPage(token ? t('still_in') : '')
  else welcomePage('')
}

// dress takes over size of type and contrast from the last time.
function dress(): void {
  const d = document.documentElement.dataset
  d.size = localStorage.getItem('di-size') ?? '1'
  d.sun = localStorage.getItem('di-sun') ?? ''
}

function page(...children: Parameters<typeof el>[2][]): void {
  root().replaceChildren(...children.filter((c): c is Node | string => !!c))
  root().querySelector<HTMLElement>('[autofocus]')?.focus()
}

// welcomePage is for a phone that holds nothing: no sheet with a name stays over it.
function welcomePage(text: string): void {
  for (const d of document.querySelectorAll('dialog')) d.remove()
  page(el('h1', {}, 'Pháo Đài'), text ? el('p', { class: 'notice', role: 'status' }, text) : undefined, el('p', {}, t('welcome')), tools())
}

// enterPage takes the duty of a code.
function enterPage(token: string): void {
  const form = el('form', {}, field(t('your_name'), { name: 'name', autocomplete: 'name', maxlength: 80, autofocus: true }), pinField('pin', t('pin_new')), pinField('again', t('pin_again')))
  const error = el('p', { class: 'error', role: 'alert' })
  form.append(error, el('button', { class: 'primary' }, t('take_duty')))
  form.addEventListener('submit', (e) => {
    e.preventDefault()
    void enter(token, form, error)
  })
  page(el('h1', {}, t('enter_title')), el('p', {}, t('enter_why')), form, tools())
}

const pinField = (name: string, label: string) => field(label, { name, type: 'password', inputmode: 'numeric', pattern: '[0-9]{6}', maxlength: 6, autocomplete: 'off' })

async function enter(token: string, form: HTMLFormElement, error: HTMLElement): Promise<void> {
  const pin = value(form, 'pin')
  if (!value(form, 'name')) error.textContent = t('name_missing')
  else if (!/^\d{6}$/.test(pin)) error.textContent = t('pin_form')
  else if (pin !== value(form, 'again')) error.textContent = t('pin_differs')
  else {
    error.textContent = t('asking')
    try {
      await begin(pin) // a phone that cannot keep anything does not use up the code
    } catch {
      error.textContent = t('full')
      return
    }
    try {
      const answer = await fetch('/di/api/enter', { method: 'POST', headers: { 'Content-Type': 'application/json', 'Accept-Language': language() }, body: JSON.stringify({ token, name: value(form, 'name') }) })
      if (!answer.ok) {
        error.textContent = ((await answer.json()) as { text: string }).text
        await wipe()
        return
      }
      const me = (await answer.json()) as Me
      me.ends = Date.now() + me.left // by this phone's own clock, however wrong
      await keep('me', me)
      history.replaceState(null, '', '/di')
      await sizePage(me)
    } catch {
      error.textContent = t('no_signal_enter')
      if (!(await kept('me'))) await wipe()
    }
  }
}

// sizePage says how much will come before it is taken.
async function sizePage(me: Me): Promise<void> {
  const answer = await call(me, 'duty?size=1')
  if (answer.status === 410) return void (await gone())
  if (!answer.ok) throw new Error(answer.statusText)
  const size = (await answer.json()) as { bytes: number; homes: number; people: number }
  const note = el('p', { class: 'error', role: 'alert' })
  page(
    el('h1', {}, me.title),
    el('p', {}, t('size', { kb: Math.max(1, Math.round(size.bytes / 1024)), homes: size.homes, people: size.people.toLocaleString(language()) })),
    note,
    button(t('download'), 'primary', async () => {
      const duty = await fetchDuty(me)
      if (duty) await enterDuty(me, duty)
      else note.textContent = t('no_signal_enter')
    }, 'download'),
  )
}

async function fetchDuty(me: Me): Promise<Duty | undefined> {
  try {
    const answer = await call(me, 'duty')
    if (answer.status === 410) return gone()
    if (!answer.ok) return undefined
    const duty = (await answer.json()) as Duty
    await keep('duty', duty)
    return duty
  } catch {
    return undefined
  }
}

async function gone(): Promise<undefined> {
  await wipe()
  close()
  state = undefined
  welcomePage(t('stopped'))
  return undefined
}

async function lockPage(text: string): Promise<void> {
  const left = await triesLeft()
  const form = el('form', {}, pinField('pin', t('pin')))
  const error = el('p', { class: 'error', role: 'alert' }, left < 10 ? t('tries', { n: left }) : '')
  form.append(error, el('button', { class: 'primary' }, t('unlock')))
  form.addEventListener('submit', (e) => {
    e.preventDefault()
    void tryPin(form, error)
  })
  page(el('h1', {}, t('locked')), text ? el('p', { class: 'notice' }, text) : undefined, form, tools())
  form.querySelector('input')?.focus()
}

async function tryPin(form: HTMLFormElement, error: HTMLElement): Promise<void> {
  error.textContent = t('opening')
  const answer = await unlock(value(form, 'pin'))
  if (answer === 'wiped') welcomePage(t('wiped'))
  else if (answer === 'wrong') await lockPage('')
  else {
    const [me, duty] = [await kept<Me>('me'), await kept<Duty>('duty')]
    if (!me) welcomePage(t('wiped'))
    else if (me.ends < Date.now()) await overPage(me)
    else if (duty) await enterDuty(me, duty)
    else await sizePage(me).catch(() => (error.textContent = t('no_signal_enter')))
  }
}

// overPage is for a duty whose day is over: names are not shown any more, what
// was recorded still goes.
async function overPage(me: Me): Promise<void> {
  await loadAll()
  await forget('duty')
  const answer = await sendAll(me)
  if (answer === 'gone') return void (await gone())
  if (waiting() + notesWaiting() === 0) {
    await wipe()
    close()
    welcomePage(t('over_sent'))
  } else page(el('h1', {}, t('over')), el('p', { class: 'notice' }, t('offline', { n: waiting() + notesWaiting() })), button(t('send_now'), 'primary', () => void overPage(me), 'send'))
}

async function loadAll(): Promise<void> {
  await load()
  await loadNotes()
}

// sendAll sends the records, and then what was photographed and said.
async function sendAll(me: Me): Promise<'sent' | 'waits' | 'gone'> {
  const answer = await send(me)
  if (answer !== 'sent') return answer
  const notes = await alone(() => sendNotes(me))
  if (notes === 'gone') await wipe()
  return notes
}

async function enterDuty(me: Me, duty: Duty): Promise<void> {
  await loadAll()
  state = { me, duty, show: draw, redraw, full: (e) => banner(e instanceof DOMException && e.name === 'QuotaExceededError' ? t('full') : t('not_kept')), tell: banner, sent: recorded }
  draw()
  void sending()
}

function draw(): void {
  const s = state
  if (!s || !open()) return
  let where = location.pathname.split('/')[2] ?? ''
  const has: Record<string, boolean> = { ho: s.duty.homes.length > 0, ban: s.duty.sessions.length > 0, 'cho-gui': true }
  if (!has[where]) where = Object.keys(has).find((k) => has[k]) ?? 'cho-gui'
  const body = where === 'ho' ? doors(s) : where === 'ban' ? table(s) : waitPage(s)
  page(...body, status(s), bar(where, s))
  repeat()
}

function redraw(): boolean {
  if (busy()) return false
  draw()
  return true
}

const go = (where: string) => {
  history.pushState(null, '', `/di/${where}`)
  state?.show()
  scrollTo(0, 0)
}

function bar(where: string, s: State): HTMLElement {
  const item = (to: string, text: string) => {
    const b = button(text, to === where ? 'here' : '', () => go(to), to)
    if (to === where) b.setAttribute('aria-current', 'page')
    return b
  }
  const due = dueShown(s)
  return el('nav', { class: 'bar' }, s.duty.homes.length > 0 && item('ho', t('homes')), s.duty.sessions.length > 0 && item('ban', due > 0 ? t('table_due', { n: due }) : t('table')), item('cho-gui', waiting() > 0 ? t('waiting_n', { n: waiting() }) : t('waiting')))
}

// status says in two lines whether anything is still on the phone alone.
function status(s: State): HTMLElement {
  const n = waiting()
  const text = lines.length === 0 ? t('none_yet') : n === 0 && notesWaiting() > 0 ? t('notes_wait', { n: notesWaiting() }) : n === 0 ? t('all_sent', { n: lines.length }) : trouble === 'offline' || !navigator.onLine ? t('offline', { n }) : trouble === 'unknown' ? t('unknown', { n, ward: s.duty.ward }) : t('sending', { n })
  return el('p', { class: n + notesWaiting() === 0 ? 'status' : 'status kept', role: 'status' }, text)
}

function waitPage(s: State): HTMLElement[] {
  const wrong = problems()
  const out = el('section', {}, el('h1', {}, t('waiting')), el('p', { class: 'big' }, t('waiting_count', { n: waiting(), all: lines.length })))
  if (lastSent) out.append(el('p', {}, t('last_sent', { at: new Date(lastSent).toLocaleTimeString('vi-VN', { hour: '2-digit', minute: '2-digit' }) })))
  out.append(button(t('send_now'), 'primary', () => void sending(), 'send'), button(t('fetch_again'), '', () => void again(s), 'again'))
  if (wrong.length > 0) {
    out.append(el('h2', {}, t('problems', { n: wrong.length })), el('ul', { class: 'problems' }, ...wrong.map((l) => el('li', {}, [who(s, l.rec.resident), l.rec.tube, l.text ?? l.status].filter(Boolean).join(' · ')))), el('p', {}, t('problems_ward')))
  }
  out.append(tools(), button(t('sign_out'), 'danger', () => void signOut(), 'out'))
  return [out]
}

// who is the name of somebody on this phone's lists.
function who(s: State, id?: string): string {
  const listed = [...s.duty.sessions, ...s.duty.homes].flatMap((x) => x.people).find((p) => p.id === id)
  return listed?.name ?? lines.find((l) => l.rec.id === id)?.rec.name ?? ''
}

// recorded says that something could be kept again.
function recorded(): void {
  said.at = -stays
  void sending()
}

async function again(s: State): Promise<void> {
  await sending()
  if (!state) return
  const duty = await fetchDuty(s.me)
  if (duty) [s.duty, said.at] = [duty, -stays]
  else if (state) banner(t('no_signal_enter'))
  state?.show()
}

async function signOut(): Promise<void> {
  const n = (await countUnsent()) + (await countNotes())
  if (!confirm(n > 0 ? t('out_waiting', { n }) : t('out_sure'))) return
  await wipe()
  close()
  state = undefined
  welcomePage(t('signed_out'))
}

async function sending(): Promise<void> {
  if (!state || !open()) return
  const before = waiting() + notesWaiting()
  const answer = await sendAll(state.me)
  if (answer === 'gone') return void (await gone())
  if (before > 0) redraw()
}

// busy is somebody who types: his field is not taken from under him.
const busy = () => document.activeElement instanceof HTMLInputElement && document.activeElement.value !== '' || document.querySelector('dialog[open]') !== null

const stays = 20_000 // milliseconds
let said = { text: '', at: -stays }

// banner tells what went wrong; a page that is drawn again soon shows it still.
function banner(text: string): void {
  said = { text, at: performance.now() }
  repeat()
}

function repeat(): void {
  if (performance.now() - said.at > stays) return
  document.querySelector('.banner')?.remove()
  root().prepend(el('p', { class: 'banner error', role: 'alert' }, said.text))
}

// tools are size of type, contrast in the sun, language.
function tools(): HTMLElement {
  const d = document.documentElement.dataset
  const redraw = () => (state ? state.show() : location.reload())
  return el(
    'p',
    { class: 'tools' },
    button('Aa+', '', () => localStorage.setItem('di-size', (d.size = String((Number(d.size) % 3) + 1))), 'larger'),
    button(t('sun'), '', () => localStorage.setItem('di-sun', (d.sun = d.sun ? '' : '1')), 'sun'),
    button(language() === 'vi' ? 'English' : 'Tiếng Việt', '', () => (speak(language() === 'vi' ? 'en' : 'vi'), redraw()), 'language'),
  )
}

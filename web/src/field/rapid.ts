// Rapid tests are read where they are taken: a quarter of an hour after the sample
// one press keeps what the test shows. None is forgotten, and nobody is positive
// by it.
import type { State } from './app'
import { asWhat, giver, keep, personOf, readings, single, standing } from './desk'
import { button, el } from './dom'
import { lines, takeOut } from './outbox'
import type { Line, Rec, Table } from './types'
import { t } from './words'

const wait = 15 * 60_000 // milliseconds from the sample to the result
const near = 3 // tests that wait and are shown at once
const rest = 500 // milliseconds in which a tap on what has only just come under the thumb is none

// Test is a tube of a rapid session.
interface Test {
  table: Table
  tube: string
  samples: Rec[]
  at: number // of its last sample
  full: boolean // nothing more goes into it
  read?: Line
}

let wanted = '' // tube that was scanned to be read
let open = false // all that wait are shown

// want shows a test first.
export const want = (tube: string) => (wanted = tube)

// testsOf are the tests of a table in the order of their first samples.
function testsOf(x: Table): Test[] {
  if (x.method !== 'rapid') return []
  const [mine, read, by] = [standing(x), readings(), new Map<string, Rec[]>()]
  for (const r of mine) if (r.kind === 'sample') by.set(r.tube ?? '', [...(by.get(r.tube ?? '') ?? []), r])
  const shut = new Set(lines.filter((l) => l.rec.kind === 'close_tube').map((l) => l.rec.tube))
  return [...by].map(([tube, samples]) => ({
    table: x,
    tube,
    samples,
    at: Math.max(...samples.map((r) => Date.parse(r.at))),
    full: samples.length >= x.pool_max || shut.has(tube),
    read: read.get(tube),
  }))
}

// left is how long a test must wait still. The clock of a phone may be set back.
const left = (x: Test) => Math.min(wait, x.at + wait - Date.now())
const due = (x: Test) => left(x) <= 0

// dueAt is how many results of a table are to be read now, dueTests of all tables.
export const dueAt = (x: Table) => testsOf(x).filter((y) => !y.read && y.full && due(y)).length
const dueTests = (s: State) => s.duty.sessions.reduce((n, x) => n + dueAt(x), 0)

export function tests(s: State, table: Table): HTMLElement[] {
  const all = testsOf(table).filter((x) => x.full || x.read)
  const unread = all.filter((x) => !x.read)
  const first = unread.filter((x) => x.tube === wanted)
  const now = unread.filter((x) => x.tube !== wanted && due(x))
  const later = unread.filter((x) => x.tube !== wanted && !due(x)).reverse()
  const out = [...first.map((x) => card(s, x))]
  if (now.length > 0) out.push(el('h2', { class: 'soon' }, t('tests_due', { n: now.length })), ...now.map((x) => card(s, x)))
  if (later.length > 0) out.push(el('h2', {}, t('tests_wait', { n: later.length })), ...later.slice(0, near).map((x) => card(s, x)), ...more(s, later.slice(near)))
  const read = all.filter((x) => x.read)
  const last = read.filter((x) => x.read?.rec.result === 'positive' || x.read?.sent === false || x.read?.status === 'rejected' || x.tube === wanted)
  if (read.length > 0) out.push(el('h2', {}, t('tests_read', { n: read.length })), el('ul', { class: 'recent' }, ...last.reverse().map((x) => shown(s, x))))
  return out
}

function more(s: State, rest: Test[]): HTMLElement[] {
  if (rest.length === 0) return []
  if (!open) return [button(t('tests_more', { n: rest.length }), '', () => ((open = true), s.show()), 'more')]
  return rest.map((x) => card(s, x))
}

const names = (x: Test) => x.samples.map((r) => personOf(x.table, r.resident)?.name ?? '').join(', ')
const title = (x: Test) => `${names(x)} · ${x.tube}`

// details are as which people gave their samples.
function details(x: Test): HTMLElement[] {
  const told = x.samples.filter((r) => asWhat(x.table, r))
  return told.map((r) => el('p', { class: 'quiet' }, x.samples.length > 1 ? giver(x.table, r) : asWhat(x.table, r)))
}

// card is a test that is to be read.
function card(s: State, x: Test): HTMLElement {
  const head = el('p', { class: 'name' }, el('span', {}, title(x)), el('span', { class: due(x) ? 'soon' : 'quiet', 'data-test': x.tube }, clock(x)))
  const choice = (result: string) => button(t(`result_${result}`), '', () => press(s, x, result), result)
  const undo = single(x.table) ? [button(t('undo'), 'small', () => void keep(s, [{ kind: 'take_back', of: x.samples[0].id }]), 'undo')] : []
  return el('section', { class: due(x) || x.tube === wanted ? 'test due' : 'test' }, head, ...details(x), el('div', { class: 'results' }, choice('negative'), choice('positive'), choice('invalid'), ...undo))
}

// clock is the time until a test is read, or since.
function clock(x: Test): string {
  const s = Math.ceil(left(x) / 1000)
  if (s <= 0) return t('wait_over', { m: Math.floor(-s / 60) })
  return t('wait_left', { left: `${Math.floor(s / 60)}:${String(s % 60).padStart(2, '0')}` })
}

function press(s: State, x: Test, result: string): void {
  if (performance.now() - moved < rest) return
  if (due(x)) void read(s, x, result)
  else early(s, x, result)
}

async function read(s: State, x: Test, result: string): Promise<void> {
  if (x.tube === wanted) wanted = ''
  if (!(await keep(s, [{ kind: 'reading', session: x.table.id, tube: x.tube, result }], false, rest))) return
  if (result === 'positive') positive(s, x)
}

// early asks once more before the time is over.
function early(s: State, x: Test, result: string): void {
  const said = t(`result_${result}`)
  const dialog: HTMLDialogElement = el(
    'dialog',
    {},
    el('h2', {}, title(x)),
    el('p', {}, t('early', { m: Math.floor((wait - left(x)) / 60_000) })),
    button(t('early_sure', { result: said }), '', () => (dialog.close(), void read(s, x, result)), 'sure'),
    button(t('early_wait'), 'primary', () => dialog.close(), 'wait'),
  )
  show(dialog)
}

function show(dialog: HTMLDialogElement): void {
  dialog.addEventListener('close', () => dialog.remove())
  document.body.append(dialog)
  dialog.showModal()
}

// positive tells what to do with who has a positive test, over the whole screen.
function positive(s: State, x: Test): void {
  const many = x.samples.length > 1
  const close = () => dialog.close()
  const dialog: HTMLDialogElement = el(
    'dialog',
    { class: 'whole' },
    el('h2', { class: 'error' }, t('positive')),
    el('p', { class: 'big' }, title(x)),
    el('ol', {}, el('li', {}, t(many ? 'positive_apart_many' : 'positive_apart')), el('li', {}, t(many ? 'positive_sample_many' : 'positive_sample')), el('li', {}, t('positive_station'), s.duty.hotline ? ` ${t('positive_call', { phone: s.duty.hotline })}` : '')),
    el('p', {}, t('positive_not')),
    button(t('understood'), 'primary', close, 'understood'),
    unsent(x) && button(t('slip'), '', () => (close(), void undo(s, x)), 'slip'),
  )
  show(dialog)
}

const unsent = (x: Test) => readings().get(x.tube)?.sent === false

async function undo(s: State, x: Test): Promise<void> {
  const done = await takeOut(readings().get(x.tube)?.rec.id)
  s.show()
  if (!done) s.tell(t('reading_sent'))
}

// shown is a test that was read: the positive ones stay, others until they are
// sent; what the server refused says why.
function shown(s: State, x: Test): HTMLElement {
  const result = x.read?.rec.result ?? ''
  const text = `${title(x)}: ${t(`result_${result}`)}`
  const line = result === 'positive' ? button(`${text}. ${t('positive_short')}`, 'line error', () => positive(s, x), 'message') : el('span', {}, text)
  const refused = x.read?.status === 'rejected' && el('span', { class: 'error' }, x.read.text ?? '')
  return el('li', {}, line, refused, unsent(x) && button(t('undo'), 'small', () => void undo(s, x), 'undo-reading'))
}

let drawn = 0 // results that were due when the page was drawn
let moved = -rest // when it was drawn for another number of them

// dueShown is how many results are due, for a page that is drawn now.
export const dueShown = (s: State) => (drawn = dueTests(s))

// watchTests lets the times run, and draws the page anew when a test is due.
export function watchTests(s: () => State | undefined): void {
  setInterval(() => {
    const now = s()
    if (!now) return
    if (dueTests(now) !== drawn && now.redraw()) moved = performance.now()
    const all = now.duty.sessions.flatMap(testsOf)
    for (const e of document.querySelectorAll<HTMLElement>('[data-test]')) {
      const x = all.find((y) => y.tube === e.dataset.test)
      if (x) e.textContent = clock(x)
    }
  }, 1000)
}

// At the table: one scan for the person, one for each tube. Everything is on the
// phone, so that no signal is needed.
import type { State } from './app'
import { closed, giver, invitedAs, keep as keepAll, readings, samplesOf, single, standing } from './desk'
import { button, el, field, value } from './dom'
import { lines, ulid, type Fresh } from './outbox'
import { dueAt, tests, want } from './rapid'
import { scan } from './scan'
import { agreed, supervised, supervisedSwitch } from './supervised'
import type { Person, Rec, Table } from './types'
import { fold, t } from './words'

let tube = '' // that is open at this table
let session = ''
let words = ''
let note = ''
let picked: Person | undefined // waits for its tube

const at = (s: State): Table => s.duty.sessions.find((x) => x.id === session) ?? s.duty.sessions[0]
const code = (text: string) => text.replace(/\s+/g, '').toUpperCase()

export function table(s: State): HTMLElement[] {
  const x = at(s)
  const mine = standing(x)
  const samples = mine.filter((r) => r.kind === 'sample')
  if (!tube && !single(x)) tube = [...samples].reverse().find((r) => r.tube && !closed(r.tube))?.tube ?? ''
  const inTube = samples.filter((r) => r.tube === tube).length
  const out = el('section', {}, el('h1', {}, `${s.duty.desk} · ${x.place}`))
  if (s.duty.sessions.length > 1) out.append(choose(s))
  if (dueAt(x) > 0) out.append(button(t('tests_due', { n: dueAt(x) }), 'jump', () => document.querySelector('.test.due')?.scrollIntoView({ block: 'center' }), 'due'))
  out.append(tube ? dots(x, inTube) : el('p', { class: 'soon big' }, t(single(x) ? 'scan_single' : 'scan_tube')))
  if (note) out.append(el('p', { class: 'error big', role: 'alert' }, note))
  if (picked) out.append(el('p', { class: 'notice' }, [t('picked', { name: picked.name }), invitedAs(picked)].filter(Boolean).join(' · ')))
  out.append(scanForm(s, x, inTube))
  if (words) out.append(found(s, x, mine))
  if (tube && inTube > 0 && !single(x)) out.append(button(t('close_tube'), '', () => void shut(s), 'close'))
  out.append(supervisedSwitch(s), ...recent(s, x, samples), ...tests(s, x), el('p', { class: 'counts' }, t('counts', { n: samples.length, absent: count(mine, 'absent'), refused: count(mine, 'refused') })))
  return [out]
}

const count = (mine: Rec[], outcome: string) => new Set(mine.filter((r) => r.kind === 'call' && r.outcome === outcome).map((r) => r.resident)).size

function choose(s: State): HTMLElement {
  return el('p', { class: 'tools' }, ...s.duty.sessions.map((x) => button(dueAt(x) > 0 ? `${x.place} (${dueAt(x)})` : x.place, x.id === at(s).id ? 'here' : '', () => ((session = x.id), (tube = ''), s.show()))))
}

function dots(x: Table, n: number): HTMLElement {
  return el('div', { class: 'tube' }, el('p', {}, el('span', {}, `${t('tube')} ${tube}`), el('strong', {}, `${n}/${x.pool_max}`)), el('p', { class: 'dots', 'aria-hidden': 'true' }, ...Array.from({ length: x.pool_max }, (_, i) => el('span', { class: i < n ? 'full' : '' }))))
}

// scanForm takes what a hand scanner types, what is typed, and the camera.
function scanForm(s: State, x: Table, n: number): HTMLElement {
  const form = el('form', { class: 'scan' }, field(t(tube || !picked ? 'scan_any' : 'scan_tube'), { name: 'scan', autocomplete: 'off', autofocus: true, enterkeyhint: 'done' }))
  form.addEventListener('submit', (e) => {
    e.preventDefault()
    const text = value(form, 'scan')
    if (text) void scanned(s, x, n, text)
  })
  form.append(button(t('camera'), 'huge primary', () => void scan(t('cancel')).then((text) => (text ? scanned(s, x, n, text) : undefined)), 'camera'), el('div', { class: 'two' }, el('button', { name: 'find' }, t('find')), button(t('no_papers'), '', () => stranger(s, x, {}), 'stranger')))
  return form
}

// scanned decides what a code is: a person of the list, a citizen card, a tube,
// or words of a name.
async function scanned(s: State, x: Table, n: number, text: string): Promise<void> {
  note = ''
  words = ''
  const card = text.split('|')
  if (card.length >= 6) return cardScanned(s, x, n, card)
  const person = x.people.find((p) => p.id === text.trim().toLowerCase())
  if (person) return take(s, x, person)
  const bare = text.trim()
  // A slip of another list, or the number of a card: a person, never a tube.
  if (/^[0-9a-hjkmnp-tv-z]{26}$/i.test(bare)) {
    note = t('not_listed')
    return s.show()
  }
  if (/^(\d{9}|\d{12})$/.test(bare)) return stranger(s, x, { number: bare })
  if (/^0\d{9}$/.test(bare)) {
    note = t('not_tube')
    return s.show()
  }
  if (/\d/.test(bare) && !/\s/.test(bare)) return tubeScanned(s, x, code(bare))
  words = text
  s.show()
}

async function cardScanned(s: State, x: Table, n: number, card: string[]): Promise<void> {
  const [number, , name, born] = card
  const year = born.slice(-4)
  const same = x.people.filter((p) => fold(p.name) === fold(name) && (!p.birth || p.birth === year))
  if (same.length === 1) return take(s, x, same[0])
  if (same.length > 1) {
    words = name
    note = t('several', { name })
    return s.show()
  }
  stranger(s, x, { number, name, birth: `${born.slice(0, 2)}/${born.slice(2, 4)}/${year}` })
}

async function tubeScanned(s: State, x: Table, c: string): Promise<void> {
  const back = new Set(lines.filter((l) => l.rec.kind === 'take_back').map((l) => l.rec.of))
  const other = lines.find((l) => l.rec.kind === 'sample' && l.rec.tube === c && l.rec.session !== x.id && !back.has(l.rec.id))
  const used = standing(x).some((r) => r.kind === 'sample' && r.tube === c)
  if (used && !picked && x.method === 'rapid' && (single(x) || closed(c))) want(c)
  else if (closed(c)) note = t('tube_closed', { tube: c })
  else if (used && single(x)) note = t('tube_used', { tube: c })
  else if (other) note = t('tube_elsewhere', { tube: c })
  else {
    tube = c
    if (picked) return take(s, x, picked)
  }
  s.show()
}

// take records a sample of a person in the open tube; without one it waits for
// the tube.
async function take(s: State, x: Table, p: Person): Promise<void> {
  const [samples, read] = [samplesOf(x), readings()]
  words = ''
  // Whose test showed nothing gives another sample.
  if (samples.some((r) => r.resident === p.id && read.get(r.tube ?? '')?.rec.result !== 'invalid')) {
    note = t('twice', { name: p.name })
  } else if (!tube) {
    picked = p
  } else if (samples.filter((r) => r.tube === tube).length >= x.pool_max) {
    note = t('tube_full', { n: x.pool_max })
    picked = p
    tube = ''
  } else {
    const [c, waited] = [tube, picked]
    picked = undefined
    if (single(x)) tube = ''
    if (!(await keep(s, { kind: 'sample', session: x.id, resident: p.id, tube: c, ...supervised(s) }))) [tube, picked] = [c, waited]
    else agreed()
    return
  }
  s.show()
}

async function keep(s: State, ...records: Fresh[]): Promise<boolean> {
  const before = note
  note = ''
  const kept = await keepAll(s, records)
  if (!kept) note = before
  return kept
}

async function shut(s: State): Promise<void> {
  const c = tube
  tube = ''
  await keep(s, { kind: 'close_tube', tube: c })
}

// found are people of the list whose names have the words.
function found(s: State, x: Table, mine: Rec[]): HTMLElement {
  const parts = fold(words).split(' ')
  const people = x.people.filter((p) => parts.every((w) => fold(`${p.name} ${p.where ?? ''}`).includes(w))).slice(0, 20)
  if (people.length === 0) return el('p', { class: 'notice' }, t('none_found', { words }))
  const done = (p: Person) => mine.find((r) => r.resident === p.id)
  return el(
    'ul',
    { class: 'people' },
    ...people.map((p) =>
      el(
        'li',
        {},
        button(`${p.name} · ${p.birth ?? ''}`, 'line', () => void take(s, x, p), 'person'),
        el('span', { class: 'quiet' }, p.where),
        p.number ? el('span', { class: 'invited' }, invitedAs(p)) : undefined,
        done(p) ? el('span', { class: 'found' }, t(done(p)?.kind === 'sample' ? 'done_sample' : `outcome_${done(p)?.outcome ?? ''}`)) : el('span', { class: 'two' }, button(t('outcome_absent'), 'small', () => call(s, x, p, 'absent')), button(t('outcome_refused'), 'small', () => call(s, x, p, 'refused'))),
      ),
    ),
  )
}

function call(s: State, x: Table, p: Person, outcome: string): void {
  words = ''
  void keep(s, { kind: 'call', session: x.id, resident: p.id, outcome })
}

// recent are the last samples, each to be undone. Rapid tests are shown with what
// is read of them.
function recent(s: State, x: Table, samples: Rec[]): HTMLElement[] {
  if (x.method === 'rapid' && single(x)) return []
  const last = samples.slice(-3).reverse()
  const undo = (r: Rec) => !readings().has(r.tube ?? '') && button(t('undo'), 'small', () => void keep(s, { kind: 'take_back', of: r.id }), 'undo')
  return [el('ul', { class: 'recent' }, ...last.map((r, i) => el('li', {}, el('span', {}, `✓ ${samples.length - i}. ${giver(x, r)} · ${r.tube ?? ''}`), undo(r))))]
}

// stranger is somebody who is not on the list: he is recorded, and the ward
// enters him into the registry later.
function stranger(s: State, x: Table, known: { number?: string; name?: string; birth?: string }): void {
  const error = el('p', { class: 'error', role: 'alert' })
  const form: HTMLFormElement = el('form', {}, el('h2', {}, t('stranger')), el('p', {}, t('stranger_why')), field(t('name'), { name: 'name', value: known.name ?? '', maxlength: 100 }), field(t('birth'), { name: 'birth', value: known.birth ?? '', maxlength: 10 }), field(t('number'), { name: 'number', value: known.number ?? '', inputmode: 'numeric', maxlength: 20 }), field(t('phone'), { name: 'phone', inputmode: 'tel', maxlength: 15 }), field(t('place'), { name: 'place', maxlength: 200 }), error, el('button', { class: 'primary', name: 'save' }, t('save')), button(t('cancel'), '', () => dialog.close()))
  const dialog: HTMLDialogElement = el('dialog', {}, form)
  form.addEventListener('submit', (e) => {
    e.preventDefault()
    const name = value(form, 'name')
    if (!name) {
      error.textContent = t('name_missing')
      return
    }
    const id = ulid()
    dialog.close()
    const fresh: Fresh = { id, kind: 'newcomer', session: x.id, name, birth: value(form, 'birth'), number: value(form, 'number'), phone: value(form, 'phone'), place: value(form, 'place') }
    const room = tube && samplesOf(x).filter((r) => r.tube === tube).length < x.pool_max
    void keep(s, fresh, ...(room ? [{ kind: 'sample', session: x.id, resident: id, tube, ...supervised(s) }] : [])).then((kept) => {
      if (kept && room) agreed()
      if (kept && room && single(x)) tube = ''
      if (kept && !room) picked = { id, name }
      s.show()
    })
  })
  dialog.addEventListener('close', () => dialog.remove())
  document.body.append(dialog)
  dialog.showModal()
}

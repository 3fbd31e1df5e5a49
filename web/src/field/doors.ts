// From door to door: the household in front in large, one tap when all are well.
import type { State } from './app'
import { button, el, field, value } from './dom'
import { keepNotes, taker, type Taker } from './notes'
import { lines, once, record, ulid, type Fresh } from './outbox'
import type { Home } from './types'
import { language, t } from './words'

let all = false // the whole list is shown
let chosen = '' // household that was opened out of turn

// visited is the last visit of a household that was not taken back.
function visits(): Map<string, { id: string; found: string }> {
  const back = new Set(lines.filter((l) => l.rec.kind === 'take_back_visit').map((l) => l.rec.of))
  const out = new Map<string, { id: string; found: string }>()
  for (const l of lines) if (l.rec.kind === 'visit' && l.rec.household && !back.has(l.rec.id)) out.set(l.rec.household, { id: l.rec.id, found: l.rec.found ?? '' })
  return out
}

const door = (h: Home) => [h.address, h.lane].filter(Boolean).join(', ') || h.code || h.where

export function doors(s: State): HTMLElement[] {
  const seen = visits()
  const homes = s.duty.homes
  const now = homes.find((h) => h.id === chosen) ?? homes.find((h) => !seen.has(h.id))
  const head = el('section', { class: 'head' }, el('h1', {}, `${t('homes_title')} · ${homes[0]?.where ?? ''}`), el('p', {}, t('today', { n: seen.size, all: homes.length }), el('progress', { max: homes.length, value: seen.size, 'aria-label': t('homes_title') })))
  const at = now ? homes.indexOf(now) : homes.length - 1
  const absent = homes.filter((h) => seen.get(h.id)?.found === 'nobody')
  const near = now ? homes.slice(Math.max(0, at - 4), at + 9) : absent.length > 0 ? absent : homes.slice(-5)
  const rows = all ? homes : near
  const list = el('ol', { class: 'homes' }, ...rows.map((h) => row(s, h, seen.get(h.id))))
  const more = button(t(all ? 'see_near' : 'see_all', { n: homes.length }), '', () => ((all = !all), s.show()), 'all')
  return [head, now ? card(s, now) : done(absent.length), list, ...(homes.length > rows.length || all ? [more] : [])]
}

// done says that every door was seen, and how many must be seen again.
function done(absent: number): HTMLElement {
  return el('section', {}, el('p', { class: 'big done' }, t('round_done')), absent > 0 && el('p', { class: 'soon' }, t('round_absent', { n: absent })))
}

function card(s: State, h: Home): HTMLElement {
  const box = el('section', { class: 'card' }, el('h2', {}, `${h.no} · ${door(h)} · ${t('people_n', { n: h.people.length })}`))
  if (h.last && h.last !== 'well') box.append(el('p', { class: 'soon' }, t('last_time', { what: t(`found_${h.last}`) })))
  box.append(
    el('p', { class: 'quiet' }, t('keep_away')),
    button(t('all_well'), 'huge primary', () => void visit(s, h, 'well'), 'well'),
    el('div', { class: 'two' }, button(t('ill'), '', () => ill(s, h), 'ill'), button(t('arrived'), '', () => arrived(s, h), 'arrived'), button(t('help'), '', () => help(s, h), 'help'), button(t('nobody'), '', () => void visit(s, h, 'nobody'), 'nobody')),
  )
  return box
}

function row(s: State, h: Home, seen?: { id: string; found: string }): HTMLElement {
  const open = button(`${h.no} · ${door(h)} · ${t('people_n', { n: h.people.length })}`, 'line', () => {
    chosen = h.id
    s.show()
    scrollTo(0, 0)
  })
  return el('li', {}, open, seen && el('span', { class: 'found' }, `✓ ${t(`found_${seen.found}`)}`), seen && button(t('undo'), 'small', () => void undo(s, seen.id)))
}

async function keep(s: State, ...records: Fresh[]): Promise<boolean> {
  try {
    if (!(await once(() => record(...records), 350))) return false
  } catch (e) {
    s.full(e)
    return false
  }
  chosen = ''
  s.show()
  s.sent()
  return true
}

const visit = (s: State, h: Home, found: string, more: object = {}) => keep(s, { kind: 'visit', household: h.id, found, ...more })

// noted keeps a visit and then what was photographed and said there: when the
// phone is full, the record is kept all the same.
async function noted(s: State, h: Home, found: string, notes: Taker, more: object, ...others: Fresh[]): Promise<boolean> {
  const id = ulid()
  await notes.stop()
  if (!(await keep(s, { id, kind: 'visit', household: h.id, found, ...more }, ...others))) return false
  if (!(await keepNotes(id, notes.taken))) s.tell(t('note_full'))
  else if (notes.taken.length > 0) s.sent()
  return true
}

// undo takes back a visit with all that was recorded with it.
function undo(s: State, of: string): Promise<boolean> {
  const at = lines.find((l) => l.rec.id === of)?.rec.at
  const more = lines.filter((l) => l.rec.at === at && (l.rec.kind === 'symptoms' || l.rec.kind === 'newcomer'))
  return keep(s, { kind: 'take_back_visit', of }, ...more.map((l) => ({ kind: 'take_back', of: l.rec.id })))
}

// sheet asks for more about a door.
function sheet(title: string, body: HTMLElement, save: (form: HTMLFormElement) => Promise<boolean | string>): void {
  const error = el('p', { class: 'error', role: 'alert' })
  const form: HTMLFormElement = el('form', {}, el('h2', {}, title), body, error, el('button', { class: 'primary', name: 'save' }, t('save')), button(t('cancel'), '', () => dialog.close()))
  const dialog: HTMLDialogElement = el('dialog', {}, form)
  form.addEventListener('submit', (e) => {
    e.preventDefault()
    void save(form).then((done) => {
      if (typeof done === 'string') error.textContent = done
      else {
        dialog.close()
      }
    })
  })
  dialog.addEventListener('close', () => dialog.remove())
  document.body.append(dialog)
  dialog.showModal()
}

const checks = (name: string, all: { value: string; text: string }[]) => el('fieldset', {}, ...all.map((x) => el('label', { class: 'check' }, el('input', { type: 'checkbox', name, value: x.value }), x.text)))
const ticked = (form: ParentNode, name: string) => [...form.querySelectorAll<HTMLInputElement>(`[name="${name}"]:checked`)].map((i) => i.value)

function ill(s: State, h: Home): void {
  const notes = taker()
  const body = el('div', {}, el('p', {}, t('who_ill')), checks('who', h.people.map((p) => ({ value: p.id, text: `${p.name} · ${p.birth ?? ''}` }))), field(t('ill_other'), { name: 'other', maxlength: 100 }), el('p', {}, t('which_signs')), checks('sign', ['cough', 'fever', 'breathless', 'other'].map((v) => ({ value: v, text: t(`sign_${v}`) }))), field(t('note'), { name: 'note', maxlength: 500 }), notes.box)
  sheet(t('ill'), body, async (form) => {
    const [who, signs, other] = [ticked(form, 'who'), ticked(form, 'sign'), value(form, 'other')]
    if ((who.length === 0 && !other) || signs.length === 0) return t('ill_missing')
    const signed = (resident: string) => ({ kind: 'symptoms', resident, symptoms: signs, source: 'door' })
    const stranger = ulid()
    const others: Fresh[] = other ? [{ id: stranger, kind: 'newcomer', name: other, place: door(h) }, signed(stranger)] : []
    return noted(s, h, 'ill', notes, { persons: who, note: [other, value(form, 'note')].filter(Boolean).join(': ') }, ...who.map(signed), ...others)
  })
}

function arrived(s: State, h: Home): void {
  const body = el('div', {}, field(t('name'), { name: 'name', maxlength: 100 }), field(t('birth'), { name: 'birth', maxlength: 10, placeholder: '1990' }), field(t('phone'), { name: 'phone', inputmode: 'tel', maxlength: 15 }), field(t('from_place'), { name: 'note', maxlength: 300 }), foreign())
  sheet(t('arrived'), body, async (form) => {
    const name = value(form, 'name')
    if (!name) return t('name_missing')
    return keep(s, { kind: 'visit', household: h.id, found: 'arrived', note: value(form, 'note') }, { kind: 'newcomer', name, birth: value(form, 'birth'), phone: value(form, 'phone'), place: `${door(h)}; ${value(form, 'note')}`, ...papers(form) })
  })
}

// countries from which people come most; others are given by their papers.
const countries = ['CN', 'KR', 'JP', 'TW', 'LA', 'KH', 'TH', 'IN', 'US', 'RU', 'FR', 'GB', 'DE', 'AU']

// foreign asks what the police alone sees again.
function foreign(): HTMLElement {
  const names = 'DisplayNames' in Intl ? new Intl.DisplayNames([language()], { type: 'region' }) : undefined
  const choice = el('select', { name: 'nationality' }, ...['', ...countries].map((c) => el('option', { value: c }, c === '' ? t('other_country') : (names?.of(c) ?? c))))
  const more = el('div', { hidden: true }, el('label', { class: 'field' }, t('nationality'), choice), field(t('papers'), { name: 'papers', maxlength: 60, autocomplete: 'off' }), el('p', { class: 'quiet' }, t('police_only')))
  const box = el('input', { type: 'checkbox', name: 'foreign', onchange: () => (more.hidden = !box.checked) })
  return el('div', {}, el('label', { class: 'check' }, box, t('foreigner')), more)
}

function papers(form: ParentNode): { nationality?: string; papers?: string } {
  if (ticked(form, 'foreign').length === 0) return {}
  return { nationality: form.querySelector<HTMLSelectElement>('[name=nationality]')?.value, papers: value(form, 'papers') || t('papers_unseen') }
}

function help(s: State, h: Home): void {
  const notes = taker()
  sheet(t('help'), el('div', {}, field(t('help_what'), { name: 'note', maxlength: 500 }), notes.box), async (form) => {
    await notes.stop()
    if (!value(form, 'note') && notes.taken.length === 0) return t('help_missing')
    return noted(s, h, 'help', notes, { note: value(form, 'note') })
  })
}

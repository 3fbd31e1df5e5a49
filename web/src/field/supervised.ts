// Samples that people take themselves while somebody watches: a switch for the
// next ones, and who watches.
import type { State } from './app'
import { el, field } from './dom'
import type { Rec } from './types'
import { t } from './words'

let on = false
let by = '' // who watches; '' is who holds the phone

const watcher = (s: State) => by || s.duty.name

// supervised is what a sample says of it.
export const supervised = (s: State): { self?: true; supervisor?: string } => (on ? { self: true, supervisor: watcher(s) } : {})

export function supervisedSwitch(s: State): HTMLElement {
  const box = el('input', { type: 'checkbox', name: 'self', checked: on, onchange: () => ((on = box.checked), s.show()) })
  const out = el('div', { class: on ? 'notice' : '' }, el('label', { class: 'check' }, box, t('self')))
  if (on) out.append(watcherField(s))
  return out
}

function watcherField(s: State): HTMLElement {
  const label = field(t('supervisor'), { name: 'supervisor', value: watcher(s), maxlength: 80, autocomplete: 'off' })
  const input = label.querySelector('input') as HTMLInputElement
  input.addEventListener('input', () => (by = input.value.trim()))
  input.addEventListener('change', () => (input.value = watcher(s)))
  return label
}

export const supervisedText = (r: Rec) => (r.self ? t('self_of', { name: r.supervisor ?? '' }) : '')

// What stands beside a sample: that people take it themselves while somebody
// watches, a switch for the next ones; and who agreed in the place of a child,
// for the next one alone.
import type { State } from './app'
import { el, field } from './dom'
import type { Rec } from './types'
import { t } from './words'

let on = false
let by = '' // who watches; '' is who holds the phone

let child = false
let consent = '' // who agreed

const watcher = (s: State) => by || s.duty.name

// supervised is what a sample says of it.
export const supervised = (s: State): { self?: true; supervisor?: string; consent?: string } => ({ ...(on ? { self: true, supervisor: watcher(s) } : {}), ...(child && consent ? { consent } : {}) })

// agreed forgets who agreed when the sample is kept: the next giver is another.
export function agreed(): void {
  child = false
  consent = ''
}

export function supervisedSwitch(s: State): HTMLElement {
  const box = el('input', { type: 'checkbox', name: 'self', checked: on, onchange: () => ((on = box.checked), s.show()) })
  const out = el('div', { class: on ? 'notice' : '' }, el('label', { class: 'check' }, box, t('self')))
  if (on) out.append(watcherField(s))
  out.append(consentSwitch(s))
  return out
}

function consentSwitch(s: State): HTMLElement {
  const box = el('input', { type: 'checkbox', name: 'child', checked: child, onchange: () => ((child = box.checked), s.show()) })
  const out = el('div', {}, el('label', { class: 'check' }, box, t('consent')))
  if (!child) return out
  const label = field(t('consent_by'), { name: 'consent', value: consent, maxlength: 80, autocomplete: 'off' })
  const input = label.querySelector('input') as HTMLInputElement
  input.addEventListener('input', () => (consent = input.value.trim()))
  out.append(label)
  return out
}

function watcherField(s: State): HTMLElement {
  const label = field(t('supervisor'), { name: 'supervisor', value: watcher(s), maxlength: 80, autocomplete: 'off' })
  const input = label.querySelector('input') as HTMLInputElement
  input.addEventListener('input', () => (by = input.value.trim()))
  input.addEventListener('change', () => (input.value = watcher(s)))
  return label
}

export const supervisedText = (r: Rec) => [r.self ? t('self_of', { name: r.supervisor ?? '' }) : '', r.consent ? t('consent_of', { name: r.consent }) : ''].filter(Boolean).join(' · ')

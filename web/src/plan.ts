// The plan of a ward: a line that was saved comes back alone. What is wrong with
// it comes back too, so that the line says so and keeps what was typed.
import { arrived } from './draft'
import { say } from './words'

const correctable = [409, 422, 428]

export function startPlans(): void {
  document.body.addEventListener('htmx:beforeSwap', (e) => {
    const { detail } = e as CustomEvent
    if (!(detail.target as Element).matches('[data-line]')) return
    if (correctable.includes(detail.xhr.status)) {
      detail.shouldSwap = true
      detail.isError = false
    }
  })
  document.body.addEventListener('htmx:afterSwap', (e) => {
    const line = (e.target as Element).closest('[data-line]')
    if (!line || line.querySelector('.problem')) return
    const form = line.querySelector('form')
    if (form) arrived(form.getAttribute('action') ?? '')
    const mark = line.querySelector<HTMLElement>('.saved')
    if (mark) mark.hidden = false
    say(line.closest<HTMLElement>('[data-saved]')?.dataset.saved ?? '')
  })
}

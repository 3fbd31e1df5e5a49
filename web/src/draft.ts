// Work is never lost: what is typed into texts is kept in the browser under the
// address of the page until its form was sent and answered with another page.
import { say, word } from './words'

const prefix = 'draft:'

function key(field: HTMLTextAreaElement | HTMLInputElement): string {
  const action = field.form?.getAttribute('action') ?? location.pathname
  return `${prefix}${action}:${field.name}`
}

// sent remembers which forms went out; the next page without their messages of
// error is the proof that they arrived.
const sent = 'draft-sent'

function settle(): void {
  const action = sessionStorage.getItem(sent)
  if (!action) return
  sessionStorage.removeItem(sent)
  if (document.querySelector('.problems')) return
  for (const k of Object.keys(localStorage)) {
    if (k.startsWith(`${prefix}${action}:`)) localStorage.removeItem(k)
  }
}

export function startDrafts(): void {
  try {
    settle()
    restore()
  } catch {
    return // a browser that keeps nothing
  }
  document.addEventListener('input', (e) => {
    const field = e.target as HTMLTextAreaElement
    if (!field.matches('[data-draft]')) return
    if (field.value) localStorage.setItem(key(field), field.value)
    else localStorage.removeItem(key(field))
  })
  document.addEventListener('submit', (e) => {
    const form = e.target as HTMLFormElement
    if (form.method === 'post') sessionStorage.setItem(sent, form.getAttribute('action') ?? location.pathname)
  })
}

function restore(): void {
  let found = false
  for (const field of document.querySelectorAll<HTMLTextAreaElement>('[data-draft]')) {
    const text = localStorage.getItem(key(field))
    if (text && !field.value) {
      field.value = text
      const fold = field.closest('details')
      if (fold) fold.open = true
      found = true
    }
  }
  if (found) say(word('draft'))
}

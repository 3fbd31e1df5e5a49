// Quick lock: after ten minutes without a key or touch, or by the button, a
// dialog covers the page until the PIN is right. What was being written stays.
import { post } from './words'

const patience = 10 * 60 * 1000

export function startLock(): void {
  const dialog = document.getElementById('lock') as HTMLDialogElement | null
  const form = dialog?.querySelector('form')
  const field = dialog?.querySelector<HTMLInputElement>('input[name=pin]')
  const problem = dialog?.querySelector<HTMLElement>('.problem')
  if (!dialog || !form || !field || !problem) return

  let last = Date.now()
  for (const kind of ['pointerdown', 'keydown', 'scroll', 'touchstart']) {
    addEventListener(kind, () => (last = Date.now()), { passive: true })
  }
  const lock = () => {
    if (dialog.open) return
    dialog.showModal()
    field.value = ''
    field.focus()
    void post('/khoa', {}).catch(() => undefined)
  }
  setInterval(() => {
    if (Date.now() - last > patience) lock()
  }, 5000)
  dialog.addEventListener('cancel', (e) => e.preventDefault())
  document.querySelector<HTMLFormElement>('form[data-lock-now]')?.addEventListener('submit', (e) => {
    e.preventDefault()
    lock()
  })
  form.addEventListener('submit', async (e) => {
    e.preventDefault()
    try {
      const answer = await post('/mo-khoa', { pin: field.value })
      if (answer.ok) {
        problem.hidden = true
        last = Date.now()
        dialog.close()
        document.body.dispatchEvent(new CustomEvent('live-all'))
        return
      }
      problem.textContent = await answer.text()
    } catch {
      problem.textContent = document.getElementById('words')?.dataset.offline ?? ''
    }
    problem.hidden = false
    field.value = ''
    field.focus()
  })
}

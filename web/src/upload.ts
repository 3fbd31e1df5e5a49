// Files: a photo shows before it is sent, a file over the limit is named before
// the network carries it.
import { word } from './words'

export function startUploads(): void {
  document.addEventListener('change', (e) => {
    const field = e.target as HTMLInputElement
    if (field.type !== 'file' || !field.files) return
    field.parentElement?.querySelectorAll('.preview, .problem.size').forEach((p) => p.remove())
    const limit = Number(field.form?.dataset.limit ?? 0)
    let total = 0
    for (const file of field.files) {
      total += file.size
      if (file.type.startsWith('image/')) {
        const img = document.createElement('img')
        img.className = 'preview'
        img.alt = file.name
        img.width = 128
        img.src = URL.createObjectURL(file)
        field.after(img)
      }
    }
    if (limit && total > limit) {
      const p = document.createElement('p')
      p.className = 'problem size'
      p.setAttribute('role', 'alert')
      p.textContent = word('big', Math.ceil(total / 1048576), Math.floor(limit / 1048576))
      field.before(p)
    }
  })
}

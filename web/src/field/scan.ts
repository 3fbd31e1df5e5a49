// The camera as a scanner of QR codes and Code 128, by WebAssembly that lies on
// the phone with the app.
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader'
import { button, el } from './dom'

let ready = false

function prepare(): void {
  if (ready) return
  ready = true
  prepareZXingModule({ overrides: { locateFile: (name: string) => (name.endsWith('.wasm') ? (document.body.dataset.wasm ?? name) : name) } })
}

// read finds the first code in a picture.
export async function read(picture: ImageData): Promise<string> {
  prepare()
  const [first] = await readBarcodes(picture, { formats: ['QRCode', 'Code128'], tryHarder: true, maxNumberOfSymbols: 1 })
  return first?.text ?? ''
}

// scan shows the camera until it sees a code; '' when it was closed or there is
// no camera.
export async function scan(close: string): Promise<string> {
  const video = el('video', { playsinline: true, muted: true })
  const dialog: HTMLDialogElement = el('dialog', { class: 'camera' }, video, button(close, 'huge', () => dialog.close()))
  let stream: MediaStream
  try {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } })
  } catch {
    return ''
  }
  document.body.append(dialog)
  dialog.showModal()
  video.srcObject = stream
  await video.play()
  const text = await watch(video, dialog)
  for (const track of stream.getTracks()) track.stop()
  dialog.close()
  dialog.remove()
  return text
}

async function watch(video: HTMLVideoElement, dialog: HTMLDialogElement): Promise<string> {
  const canvas = document.createElement('canvas')
  const pen = canvas.getContext('2d', { willReadFrequently: true })
  while (dialog.open && pen) {
    canvas.width = video.videoWidth
    canvas.height = video.videoHeight
    if (canvas.width > 0) {
      pen.drawImage(video, 0, 0)
      const text = await read(pen.getImageData(0, 0, canvas.width, canvas.height))
      if (text) return text
    }
    await new Promise((done) => setTimeout(done, 120))
  }
  return ''
}

// Pictures of the live map: the same patterns, letters and badges as on the map
// that the server draws (internal/zonemap/style.go).

export interface Look {
  key: string // layer and class: "district_area.A02"
  fill: string
  pattern: string // plain, dots, diagonal, cross, double, broken
  badge: string
  letter: string // where the badge has no room
  shape: string // square, circle, pill, block
}

export interface Picture {
  width: number
  height: number
  data: Uint8ClampedArray
}

const ink = '#16202A'
export const density = 2 // pixels of a picture for one of the page

function draw(width: number, height: number, how: (pen: CanvasRenderingContext2D) => void): Picture {
  const canvas = document.createElement('canvas')
  canvas.width = Math.ceil(width) * density
  canvas.height = Math.ceil(height) * density
  const pen = canvas.getContext('2d')
  if (!pen) throw new Error('no canvas')
  pen.scale(density, density)
  how(pen)
  return { width: canvas.width, height: canvas.height, data: pen.getImageData(0, 0, canvas.width, canvas.height).data }
}

function lines(pen: CanvasRenderingContext2D, all: number[][]): void {
  pen.strokeStyle = ink
  pen.globalAlpha = 0.6
  pen.beginPath()
  for (const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] of all) {
    pen.moveTo(x0, y0)
    pen.lineTo(x1, y1)
  }
  pen.stroke()
}

const rising = [[-2, 12, 12, -2], [-2, 2, 2, -2], [8, 12, 12, 8]]
const falling = [[-2, -2, 12, 12], [-2, 8, 2, 12], [8, -2, 12, 2]]

// pattern is a tile of 10 pixels.
export function pattern(look: Look): Picture {
  return draw(10, 10, (pen) => {
    pen.fillStyle = look.fill
    pen.fillRect(0, 0, 10, 10)
    if (look.pattern === 'diagonal') lines(pen, rising)
    if (look.pattern === 'cross') lines(pen, [...rising, ...falling])
    if (look.pattern !== 'dots') return
    pen.fillStyle = ink
    pen.globalAlpha = 0.75
    for (const [x, y] of [[2.5, 2.5], [7.5, 7.5]] as const) {
      pen.beginPath()
      pen.arc(x, y, 1.1, 0, 7)
      pen.fill()
    }
  })
}

const font = (size: number) => `600 ${size}px system-ui, "Noto Sans", sans-serif`

// badge is the sign of a class; its shape names the layer.
export function badge(look: Look): Picture {
  const high = 20
  const pen = document.createElement('canvas').getContext('2d')
  if (pen) pen.font = font(12)
  const wide = Math.max(high, Math.ceil(pen?.measureText(look.badge).width ?? 0) + 10)
  const round = { circle: 10, pill: 6 }[look.shape] ?? 0
  return draw(wide, high, (p) => {
    p.fillStyle = '#FFFFFF'
    p.strokeStyle = ink
    p.lineWidth = 1.5
    p.beginPath()
    box(p, 1, 1, wide - 2, high - 2, Math.min(round, 9))
    p.fill()
    p.stroke()
    p.font = font(12)
    p.fillStyle = ink
    p.textAlign = 'center'
    p.fillText(look.badge, wide / 2, 14.4)
  })
}

// box is a rectangle with round corners.
function box(pen: CanvasRenderingContext2D, x: number, y: number, w: number, h: number, r: number): void {
  pen.moveTo(x + r, y)
  pen.arcTo(x + w, y, x + w, y + h, r)
  pen.arcTo(x + w, y + h, x, y + h, r)
  pen.arcTo(x, y + h, x, y, r)
  pen.arcTo(x, y, x + w, y, r)
  pen.closePath()
}

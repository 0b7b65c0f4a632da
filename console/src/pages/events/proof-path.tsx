import type { ReactElement } from 'react'
import { toHex } from '../../proof/bytes.ts'
import type { Path } from '../../proof/verify-event.ts'

const ROW = 54
const BOX = { width: 108, height: 26 }
const CENTRE = 180
const SIDE = { left: 56, right: 304 }

/** The way from the leaf at the bottom to the root at the top: at each level the hash below and its sibling make the one above. */
export function ProofPath({ path, holds }: { path: Path; holds: boolean }): ReactElement {
  const { steps, leaf, seq, checkpoint } = path
  const height = steps.length * ROW + BOX.height + 32
  // Level 0 is the leaf, at the bottom.
  const top = (level: number) => (steps.length - level) * ROW + 14
  const ink = holds ? 'stroke-good' : 'stroke-bad'
  return (
    <svg
      viewBox={`0 0 360 ${height}`}
      role="img"
      aria-label={`Event ${seq} of ${checkpoint.size}: ${steps.length} hashes lead from its leaf to the root.`}
      className="w-full max-w-100 font-mono text-[11px]"
    >
      {steps.map(({ side }, level) => (
        <g key={level} fill="none" strokeWidth="1.5">
          <path className={ink} d={`M${CENTRE} ${top(level)}V${top(level + 1) + BOX.height}`} />
          <path
            className="stroke-line-strong"
            d={`M${SIDE[side]} ${top(level)}V${top(level) - 8}H${CENTRE}`}
            strokeDasharray="3 3"
          />
        </g>
      ))}
      {steps.map(({ side, sibling, covers }, level) => (
        <g key={level}>
          <Hash x={SIDE[side]} y={top(level)} hash={sibling} look="stroke-line fill-sunken" />
          <text x={SIDE[side]} y={top(level) + BOX.height + 11} textAnchor="middle" className="fill-muted text-[9px]">
            {rangeOf(covers.start + 1, covers.end)}
          </text>
        </g>
      ))}
      <Hash x={CENTRE} y={top(0)} hash={leaf} look={`${ink} fill-accent-soft`} />
      <text x={CENTRE} y={top(0) + BOX.height + 11} textAnchor="middle" className="fill-ink text-[10px]">
        {`event ${seq.toLocaleString('en-GB')}`}
      </text>
      {steps.map(({ parent }, level) => (
        <Hash key={level} x={CENTRE} y={top(level + 1)} hash={parent} look={`${ink} fill-surface`} />
      ))}
      <text x={CENTRE} y={9} textAnchor="middle" className={`text-[10px] ${holds ? 'fill-ink' : 'fill-bad'}`}>
        {holds ? `root of ${checkpoint.size.toLocaleString('en-GB')} events` : `signed is ${short(checkpoint.root)}`}
      </text>
    </svg>
  )
}

interface HashProps {
  readonly x: number
  readonly y: number
  readonly hash: Uint8Array
  readonly look: string
}

function Hash({ x, y, hash, look }: HashProps): ReactElement {
  const text = toHex(hash)
  return (
    <g>
      <title>{text}</title>
      <rect
        x={x - BOX.width / 2}
        y={y}
        width={BOX.width}
        height={BOX.height}
        rx="3"
        strokeWidth="1.5"
        className={look}
      />
      <text x={x} y={y + 17} textAnchor="middle" className="fill-ink">
        {short(hash)}
      </text>
    </g>
  )
}

function short(hash: Uint8Array): string {
  const text = toHex(hash)
  return `${text.slice(0, 8)}…${text.slice(-4)}`
}

function rangeOf(from: number, to: number): string {
  const [first, last] = [from.toLocaleString('en-GB'), to.toLocaleString('en-GB')]
  return from === to ? `event ${first}` : `events ${first} to ${last}`
}

import { type ReactElement, useState } from 'react'
import { Button } from '../../ui/button.tsx'
import { Checkbox } from '../../ui/checkbox.tsx'
import { SecretOnce } from '../../ui/secret-once.tsx'

interface HandOutProps {
  readonly shares: readonly string[]
  readonly threshold: number
  readonly onDone: () => void
  readonly onStop: () => void
}

/** Shows each share by itself, to the one person who keeps it; there is no way back to one that was shown. */
export function HandOut({ shares, threshold, onDone, onStop }: HandOutProps): ReactElement {
  const [at, setAt] = useState(0)
  const [kept, setKept] = useState(false)
  const last = at === shares.length - 1
  return (
    <div className="flex flex-col gap-4">
      <p className="text-muted">
        {`Each of the ${shares.length} shares is for another person, who alone looks at the screen while it stands here. Any ${threshold} of them open the seal together; fewer say nothing about the key. Nothing has changed until ${threshold} were typed back.`}
      </p>
      <h3 className="text-base font-semibold">{`Share ${at + 1} of ${shares.length}`}</h3>
      <SecretOnce
        key={at}
        secret={grouped(shares[at] ?? '')}
        label="Copy share"
        what="Shown now and never again. Write it down, or keep it in the password manager of its holder. Blanks do not matter."
      />
      <Checkbox
        checked={kept}
        onChange={setKept}
        label={`The holder of share ${at + 1} has written it down, and compared it`}
      />
      <div className="flex flex-wrap gap-2">
        <Button
          look="primary"
          disabled={!kept}
          onClick={() => {
            setKept(false)
            if (last) onDone()
            else setAt(at + 1)
          }}
        >
          {last ? 'All shares are handed out' : `Next: share ${at + 2}`}
        </Button>
        <Button onClick={onStop}>Stop, and change nothing</Button>
      </div>
    </div>
  )
}

/** In groups of four, on lines of eight: what is copied by hand is compared group by group. */
function grouped(share: string): string {
  const groups = share.match(/.{1,4}/gu) ?? []
  const lines = Array.from({ length: Math.ceil(groups.length / 8) }, (_, line) => groups.slice(line * 8, line * 8 + 8))
  return lines.map((line) => line.join(' ')).join('\n')
}

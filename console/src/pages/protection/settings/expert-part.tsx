import { type ReactElement, useState } from 'react'
import type { Protection } from '../../../api/types.ts'
import { parseObject } from '../../../lib/json.ts'
import { sameJson, withMissing } from '../../../lib/protection-changes.ts'
import { JsonEditor } from '../../../ui/json-editor.tsx'

interface ExpertPartProps {
  readonly settings: Protection
  readonly onChange: (settings: Protection) => void
  readonly errors: readonly { readonly path: string; readonly message: string }[]
  readonly disabled: boolean
}

/** The whole document as it is stored and sent. */
export function ExpertPart({ settings, onChange, errors, disabled }: ExpertPartProps): ReactElement {
  const [typed, setTyped] = useState(() => ({ text: JSON.stringify(settings, null, 2), settings }))
  // Changed by other means than typing: discarded, or somebody's version taken.
  const text = sameJson(typed.settings, settings) ? typed.text : JSON.stringify(settings, null, 2)
  return (
    <>
      <p className="max-w-prose text-muted">
        The whole document, as <code className="font-mono text-xs">holdfast protection show</code> prints it. A setting
        that is left out stays as it is.
      </p>
      <JsonEditor
        label="Protection as JSON"
        value={text}
        onChange={
          disabled
            ? undefined
            : (next) => {
                const read = parseObject(next)
                const own = read.ok ? withMissing(settings, read.value) : settings
                setTyped({ text: next, settings: own })
                onChange(own)
              }
        }
        problems={errors.map(({ path, message }) => ({
          at: path === '' ? '' : `/${path.replaceAll('.', '/')}`,
          message,
          severity: 'error' as const,
        }))}
      />
    </>
  )
}

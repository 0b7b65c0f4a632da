import { useMutation } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import { keys } from '../../api/keys.ts'
import { Button } from '../../ui/button.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Field, Input } from '../../ui/input.tsx'

interface ConfirmSharesProps {
  readonly threshold: number
  readonly onConfirmed: (kind: string) => void
}

/** Takes back as many shares as are needed to open the seal, and only then changes it. */
export function ConfirmShares({ threshold, onConfirmed }: ConfirmSharesProps): ReactElement {
  const [shares, setShares] = useState<readonly string[]>(() => Array.from({ length: threshold }, () => ''))
  const confirm = useMutation({
    mutationFn: async () => await keys.confirmSeal(shares.map((share) => share.replace(/\s+/gu, ''))),
    onSuccess: ({ kind }) => onConfirmed(kind),
  })
  return (
    <form
      noValidate
      autoComplete="off"
      className="flex flex-col gap-3"
      onSubmit={(event) => {
        event.preventDefault()
        confirm.mutate()
      }}
    >
      {shares.map((share, at) => (
        <Field key={at} label={at === 0 ? 'A share' : `Another share (${at + 1} of ${threshold})`}>
          <Input
            value={share}
            onChange={(text) => setShares(shares.with(at, text))}
            spellCheck={false}
            autoCapitalize="off"
            placeholder="hfu_…"
            className="font-mono text-xs!"
          />
        </Field>
      ))}
      <ErrorNote error={confirm.error} />
      <div>
        <Button
          look="primary"
          type="submit"
          busy={confirm.isPending}
          disabled={shares.some((share) => share.trim() === '')}
        >
          Seal it by these shares
        </Button>
      </div>
    </form>
  )
}

import { useMutation } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import { fieldError } from '../../api/errors.ts'
import { ledger } from '../../api/ledger.ts'
import type { Head } from '../../api/types.ts'
import { download } from '../../lib/download.ts'
import { count } from '../../lib/words.ts'
import { Box, BoxBody } from '../../ui/box.tsx'
import { Button } from '../../ui/button.tsx'
import { CopyLine } from '../../ui/copy.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Field, Input } from '../../ui/input.tsx'
import { Notice } from '../../ui/notice.tsx'

/** A pack has about a kilobyte for each event. */
const MANY = 100_000

/** A part of the log as one file, verified by whoever has it without the server. */
export function PackBox({ head }: { head: Head }): ReactElement {
  const [from, setFrom] = useState('1')
  const [to, setTo] = useState(() => String(head.size))
  const first = wholeOf(from)
  const last = wholeOf(to)
  const fits = first !== undefined && last !== undefined && first >= 1 && first <= last && last <= head.size
  const file = `log-${from}-${to}.pack`
  const fetchPack = useMutation({
    mutationFn: async () => await ledger.pack(first ?? 1, last ?? head.size),
    onSuccess: (pack) => download(file, pack),
  })
  return (
    <Box title="Take a part with you">
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          if (fits) fetchPack.mutate()
        }}
      >
        <BoxBody>
          <p className="text-muted">
            A pack has the events of a range with all that is needed to verify them offline. It holds what the events
            say: whoever gets it can read the personal data in it. That you took it is recorded.
          </p>
          <div className="flex flex-wrap items-end gap-3">
            <Field label="From number" error={fieldError(fetchPack.error, 'from')}>
              <Input value={from} onChange={setFrom} inputMode="numeric" className="w-32" />
            </Field>
            <Field label="To number" error={fieldError(fetchPack.error, 'to')}>
              <Input value={to} onChange={setTo} inputMode="numeric" className="w-32" />
            </Field>
            <Button type="submit" icon="download" busy={fetchPack.isPending} disabled={!fits}>
              {fits ? `Download ${count(last - first + 1, 'event')}` : 'Download'}
            </Button>
          </div>
          {fits || head.size === 0 ? null : (
            <p className="text-xs text-bad">{`Numbers go from 1 to ${head.size.toLocaleString('en-GB')}.`}</p>
          )}
          {fits && last - first >= MANY ? (
            <Notice>
              {'So many are better written to a file by the command line than held by a browser: '}
              <code className="font-mono text-xs">{`npx holdfast log pack --from ${first} --to ${last} --out ${file}`}</code>
            </Notice>
          ) : null}
          <ErrorNote error={fetchPack.error} />
          <CopyLine text={`npx holdfast log verify --offline ${file} --vkey '${head.vkey}'`} />
        </BoxBody>
      </form>
    </Box>
  )
}

function wholeOf(text: string): number | undefined {
  return /^\d{1,15}$/u.test(text.trim()) ? Number(text) : undefined
}

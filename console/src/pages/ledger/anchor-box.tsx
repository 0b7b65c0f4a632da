import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import { fieldError } from '../../api/errors.ts'
import { ledger } from '../../api/ledger.ts'
import { anchorsQuery } from '../../api/queries.ts'
import type { Anchors } from '../../api/types.ts'
import { count } from '../../lib/words.ts'
import { Status } from '../../ui/badge.tsx'
import { Box, BoxBody } from '../../ui/box.tsx'
import { CopyLine } from '../../ui/copy.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Field, TextArea } from '../../ui/input.tsx'
import { Answer } from '../../ui/loading.tsx'
import { Notice } from '../../ui/notice.tsx'
import { RelativeTime } from '../../ui/relative-time.tsx'
import { TypedConfirm } from '../../ui/typed-confirm.tsx'

type Anchor = Anchors['anchors'][number]

const example = `ledger:
  anchors:
    - file: /mnt/other-machine/holdfast.anchors`

/** The checkpoints that the server keeps where its own database cannot change them, and how the log does against them. */
export function AnchorBox(): ReactElement {
  const anchors = useQuery(anchorsQuery)
  return (
    <Box title="Anchors">
      <BoxBody>
        <Answer query={anchors}>
          {({ halted, anchors: all }) => (
            <>
              {halted ? <Halted /> : null}
              <ul className="-my-2 flex flex-col">
                {all.map((anchor) => (
                  <li key={anchor.name} className="flex flex-col gap-1 border-b border-line py-2 last:border-b-0">
                    <OneAnchor anchor={anchor} />
                  </li>
                ))}
              </ul>
              {all.length > 1 ? null : (
                <div>
                  <p className="mb-1 text-muted">
                    No checkpoint is kept where the database cannot change it: whoever puts back an old database, and
                    starts the server anew, is not noticed here. Name a file on another machine, or another database, in
                    the configuration:
                  </p>
                  <CopyLine text={example} />
                </div>
              )}
            </>
          )}
        </Answer>
      </BoxBody>
    </Box>
  )
}

function OneAnchor({ anchor: { name, verdict, size, seenAt, trouble } }: { anchor: Anchor }): ReactElement {
  return (
    <>
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1">
        <span className="font-mono text-xs break-all">{name}</span>
        <Verdict verdict={verdict} />
      </div>
      <p className="text-xs text-muted">
        {size === null ? 'Nothing is kept there yet' : `Keeps a checkpoint of ${count(size, 'event')}`}, compared{' '}
        <RelativeTime at={seenAt} />
      </p>
      {trouble === null ? null : <p className="text-xs wrap-anywhere text-bad">{trouble}</p>}
    </>
  )
}

function Verdict({ verdict }: { verdict: Anchor['verdict'] }): ReactElement {
  if (verdict === 'ok') return <Status tone="good">The log continues it</Status>
  if (verdict === 'rolled_back') return <Status tone="bad">The log was longer once</Status>
  if (verdict === 'forked') return <Status tone="bad">Another history</Status>
  if (verdict === 'foreign') return <Status tone="bad">Of another log</Status>
  return <Status tone="unknown">Not compared</Status>
}

/** The log is not the one that was anchored: nothing is taken into it before somebody has looked, and says why it is right. */
function Halted(): ReactElement {
  const [reason, setReason] = useState('')
  const queries = useQueryClient()
  const accept = useMutation({
    mutationFn: async () => await ledger.acknowledge(reason.trim()),
    onSuccess: async () => await queries.invalidateQueries({ queryKey: ['ledger'] }),
  })
  return (
    <div className="flex flex-col gap-3">
      <Notice tone="bad">
        The log does not continue what was anchored, so no event gets a place in it: they wait. After a restore from a
        backup that is to be expected. Else find out first who could write to the database, and keep a copy of it.
      </Notice>
      <Field
        label="Why the log is right as it is"
        hint="Recorded, with what each anchor said."
        error={fieldError(accept.error, 'reason')}
      >
        <TextArea value={reason} onChange={setReason} maxLength={500} />
      </Field>
      <TypedConfirm
        label="Go on with this log"
        busy={accept.isPending}
        disabled={reason.trim() === ''}
        consequence="Events are taken into the log again, from where it stands. What was anchored and is not in it stays lost, and everybody who verified it will see that."
        word="go on"
        confirm="Go on with this log"
        onConfirm={() => accept.mutate()}
      />
      <ErrorNote error={accept.error} />
    </div>
  )
}

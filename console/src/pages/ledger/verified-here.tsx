import { useQuery } from '@tanstack/react-query'
import { type ReactElement, useState } from 'react'
import type { Head } from '../../api/types.ts'
import { absoluteTime } from '../../lib/time.ts'
import { askConsistency, canVerify, forget, remember, remembered } from '../../proof/browser.ts'
import { allHold } from '../../proof/check.ts'
import { verifyLog } from '../../proof/log.ts'
import { parseCheckpoint } from '../../proof/note.ts'
import { Status } from '../../ui/badge.tsx'
import { Box, BoxBody } from '../../ui/box.tsx'
import { Checks } from '../../ui/checks.tsx'
import { CopyId, CopyLine } from '../../ui/copy.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Facts } from '../../ui/facts.tsx'
import { Notice } from '../../ui/notice.tsx'
import { TypedConfirm } from '../../ui/typed-confirm.tsx'

/** What this browser computes for itself about the log, against what it remembers of it. */
export function VerifiedHere({ head }: { head: Head }): ReactElement {
  const [round, setRound] = useState(0)
  const { vkey, checkpoint } = head
  const able = canVerify()
  const verdict = useQuery({
    queryKey: ['ledger', 'verified', vkey, checkpoint, round],
    queryFn: async () => {
      const before = remembered()
      const note = checkpoint ?? ''
      const found = await verifyLog({ vkey, note, remembered: before, askConsistency, now: new Date().toISOString() })
      const kept = found.remember === null || remember(found.remember)
      return { ...found, before, kept }
    },
    enabled: able && checkpoint !== null,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    placeholderData: (previous) => previous,
  })
  const found = verdict.data
  const changed = found?.before !== undefined && found.before !== null && found.before.vkey !== vkey
  return (
    <Box
      title="Verified in this browser"
      aside={
        found === undefined ? null : allHold(found.checks) ? (
          <Status tone="good">Holds</Status>
        ) : found.checks.some(({ holds }) => holds === false) ? (
          <Status tone="bad">Does not hold</Status>
        ) : (
          <Status tone="unknown">Not known</Status>
        )
      }
    >
      <BoxBody>
        {able ? null : (
          <Notice tone="warn">
            This page did not come over https, so the browser offers no cryptography here, and nothing can be verified
            in it. The command below can.
          </Notice>
        )}
        {found === undefined ? null : <Checks checks={found.checks} />}
        {found?.kept === false ? (
          <Notice tone="warn">
            This browser keeps nothing of pages (its storage is closed to them), so each visit is a first one.
          </Notice>
        ) : null}
        <ErrorNote error={verdict.error} />
        {changed ? (
          <KeyChanged
            known={found?.before?.vkey ?? ''}
            since={found?.before?.since ?? ''}
            shown={vkey}
            onForget={() => {
              forget()
              setRound(round + 1)
            }}
          />
        ) : found === undefined || allHold(found.checks) ? null : (
          <HistoryLost
            checkpoint={found.before?.checkpoint ?? null}
            onForget={() => {
              forget()
              setRound(round + 1)
            }}
          />
        )}
        <div>
          <p className="mb-1 text-muted">
            Every entry and every hash, on a machine that the server’s administrators cannot write to:
          </p>
          <CopyLine text={`npx holdfast log verify --url ${location.origin}`} />
        </div>
      </BoxBody>
    </Box>
  )
}

interface KeyChangedProps {
  readonly known: string
  readonly since: string
  readonly shown: string
  readonly onForget: () => void
}

function KeyChanged({ known, since, shown, onForget }: KeyChangedProps): ReactElement {
  return (
    <div className="flex flex-col gap-3">
      <Facts
        items={[
          [`Known since ${absoluteTime(since)}`, <CopyId key="known" id={known} />],
          ['Shown now', <CopyId key="shown" id={shown} />],
        ]}
      />
      <Notice tone="bad">
        A log keeps its key for life. Another key is another log: this installation was set up anew, or something stands
        between it and you. Ask whoever runs it, by another way than this page, which key is right.
      </Notice>
      <TypedConfirm
        label="Take the new key"
        consequence="This browser forgets the key and the checkpoint that it knew, and takes what it is shown now for the log. What was proven under the old key can no longer be compared here."
        word="new log"
        confirm="Forget the old key"
        onConfirm={onForget}
      />
    </div>
  )
}

function HistoryLost({
  checkpoint,
  onForget,
}: {
  checkpoint: string | null
  onForget: () => void
}): ReactElement | null {
  if (checkpoint === null) return null
  const { size } = parseCheckpoint(checkpoint)
  return (
    <div className="flex flex-col gap-3">
      <p className="text-muted">{`The checkpoint of ${size.toLocaleString('en-GB')} events that this browser saw. Keep it: it is the evidence.`}</p>
      <CopyLine text={checkpoint} />
      <TypedConfirm
        label="Begin anew"
        consequence="After a restore from a backup this is what one sees, and it is the truth: events that were there are not. This browser forgets the checkpoint that it knew and begins with the one it is shown now."
        word="begin anew"
        confirm="Forget the old checkpoint"
        onConfirm={onForget}
      />
    </div>
  )
}

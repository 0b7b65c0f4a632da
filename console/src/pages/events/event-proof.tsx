import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactElement } from 'react'
import { ApiError } from '../../api/errors.ts'
import { ledger } from '../../api/ledger.ts'
import type { EventInFull } from '../../api/types.ts'
import { download } from '../../lib/download.ts'
import { askConsistency, canVerify, remember, remembered } from '../../proof/browser.ts'
import { toHex } from '../../proof/bytes.ts'
import { allHold } from '../../proof/check.ts'
import { verifyEvent } from '../../proof/verify-event.ts'
import { Status } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { Checks } from '../../ui/checks.tsx'
import { CopyId, CopyLine } from '../../ui/copy.tsx'
import { Facts, Section } from '../../ui/facts.tsx'
import { Answer } from '../../ui/loading.tsx'
import { Notice } from '../../ui/notice.tsx'
import { ProofPath } from './proof-path.tsx'

/** The proof of an event, fetched and computed here: the server's word is taken for nothing. */
async function prove({ event, ocsf }: EventInFull) {
  const text = await ledger.proof(event.id)
  const verdict = await verifyEvent({
    text,
    shown: { id: event.id, document: ocsf },
    remembered: remembered(),
    askConsistency,
    now: new Date().toISOString(),
  })
  if (verdict.remember !== null) remember(verdict.remember)
  return { text, verdict }
}

type Proven = Awaited<ReturnType<typeof prove>>

export function EventProof({ found }: { found: EventInFull }): ReactElement {
  const { id } = found.event
  const able = canVerify()
  const proof = useQuery({
    queryKey: ['proof', id],
    queryFn: async () => await prove(found),
    enabled: able,
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
    // Placed, and the checkpoint over it a moment behind.
    retry: (failures, error) => failures < 5 && error instanceof ApiError && error.problem.code === 'event_not_placed',
    retryDelay: 1000,
  })
  if (!able) {
    return (
      <div className="flex flex-col gap-3 p-4">
        <Notice tone="warn">
          This page did not come over https, so the browser offers no cryptography here, and nothing can be verified in
          it. The command line can:
        </Notice>
        <CopyLine text={`npx holdfast log prove ${id} --out ${id}.tlog-proof`} />
      </div>
    )
  }
  return (
    <Answer query={proof}>
      {(proven) => <Verdict proven={proven} id={id} busy={proof.isFetching} onAgain={() => void proof.refetch()} />}
    </Answer>
  )
}

interface VerdictProps {
  readonly proven: Proven
  readonly id: string
  readonly busy: boolean
  readonly onAgain: () => void
}

function Verdict({ proven: { text, verdict }, id, busy, onAgain }: VerdictProps): ReactElement {
  const { checks, path } = verdict
  const holds = allHold(checks)
  const file = `${id}.tlog-proof`
  const keyChanged = checks.some((check) => check.name === 'Key' && check.holds === false)
  const inTree = checks.some((check) => check.name === 'Place' && check.holds === true)
  return (
    <>
      <div className="flex flex-col gap-4 p-4">
        <div role="status" className="text-base font-semibold">
          {holds ? (
            <Status tone="good">Verified in this browser</Status>
          ) : checks.some((check) => check.holds === false) ? (
            <Status tone="bad">Not what was recorded</Status>
          ) : (
            <Status tone="unknown">Not verified</Status>
          )}
        </div>
        <Checks checks={checks} />
        {keyChanged ? (
          <Notice tone="bad">
            Ask whoever runs this installation, by another way than this page. Was it set up anew?{' '}
            <Link to="/ledger" className="text-accent underline">
              Compare the keys
            </Link>
          </Notice>
        ) : null}
        <div className="flex flex-wrap gap-2">
          <Button busy={busy} onClick={onAgain}>
            Verify again
          </Button>
          <Button icon="download" onClick={() => download(file, text)}>
            Download proof
          </Button>
        </div>
      </div>
      {path === undefined ? null : (
        <Section title="Way to the root">
          <ProofPath path={path} holds={inTree} />
          <p className="mt-2 text-xs text-muted">
            The leaf at the bottom is the hash of this event’s entry. Each hash above is made of the two below it; only
            the ones at the sides came from the server.
          </p>
        </Section>
      )}
      {path === undefined ? null : (
        <Section title="In full">
          <Facts
            items={[
              ['Number', path.seq.toLocaleString('en-GB')],
              ['Leaf hash', <CopyId key="leaf" id={toHex(path.leaf)} />],
              ['Commitment', <CopyId key="commitment" id={toHex(path.commitment)} />],
              ['Root', <CopyId key="root" id={toHex(path.checkpoint.root)} />],
              ['Log', path.checkpoint.origin],
            ]}
          />
          <p className="mt-3 mb-1 text-muted">Checkpoint, as it was signed:</p>
          <CopyLine text={path.checkpoint.note} />
          <p className="mt-3 mb-1 text-muted">Without this browser and without the server, on the downloaded file:</p>
          <CopyLine text={`npx holdfast log verify --offline ${file} --vkey '${path.vkey}'`} />
        </Section>
      )}
    </>
  )
}

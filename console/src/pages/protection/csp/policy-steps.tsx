import { Link } from '@tanstack/react-router'
import type { ReactElement, ReactNode } from 'react'
import { protection } from '../../../api/protection.ts'
import type { CspProposal, CspReport, Protection, StoredProtection } from '../../../api/types.ts'
import { count } from '../../../lib/words.ts'
import { Status } from '../../../ui/badge.tsx'
import { Box } from '../../../ui/box.tsx'
import { ConfirmInline } from '../../../ui/confirm-inline.tsx'
import { ErrorNote } from '../../../ui/error-note.tsx'
import { useAct } from '../../../ui/use-act.ts'

interface PolicyStepsProps {
  readonly app: string
  readonly stored: StoredProtection
  readonly reports: readonly CspReport[]
  readonly proposal: CspProposal
  readonly may: boolean
}

const states = {
  off: { tone: 'quiet', words: 'No policy is sent' },
  report: { tone: 'warn', words: 'Browsers only report' },
  block: { tone: 'good', words: 'Browsers enforce it' },
} as const

/** The way from no policy to one that is enforced, with the act of each step where it stands. */
export function PolicySteps({ app, stored, reports, proposal, may }: PolicyStepsProps): ReactElement {
  const { csp } = stored.settings
  const save = useAct(
    async (patch: Partial<Protection['csp']>) =>
      await protection.save(app, { ...stored.settings, csp: { ...csp, ...patch } }, stored.version),
    { done: ({ version }) => `Policy saved, version ${version}`, refresh: [['protection', app]] },
  )
  const { tone, words } = states[csp.mode]
  const total = reports.reduce((sum, report) => sum + report.count, 0)
  const clean = reports.length === 0
  const added = proposal.added.length
  return (
    <Box title="Content security policy" aside={<Status tone={tone}>{words}</Status>}>
      <ol className="divide-y divide-line">
        <Step
          number={1}
          title="Browsers report"
          done={csp.mode !== 'off' && csp.reports}
          says="The policy is sent, and nothing is blocked: browsers tell what they would block. A week of ordinary use shows most of it."
        >
          {may && csp.mode === 'off' ? (
            <ConfirmInline
              safe
              label="Send the policy, report only"
              busy={save.isPending}
              consequence="Pages go on as they are; browsers report to the gateway."
              confirm="Send it"
              onConfirm={() => save.mutate({ mode: 'report', reports: true })}
            />
          ) : null}
        </Step>
        <Step
          number={2}
          title="Take the proposal over"
          done={csp.mode !== 'off' && added === 0 && !clean}
          says={
            clean
              ? 'Nothing was reported: there is nothing to add.'
              : added === 0
                ? 'All that can be allowed is allowed.'
                : `${count(added, 'origin')} would be added. What runs as code without a name never is.`
          }
        >
          {may && added > 0 ? (
            <ConfirmInline
              safe={csp.mode !== 'block'}
              label={csp.mode === 'block' ? 'Take it over' : 'Take it over, report only'}
              busy={save.isPending}
              consequence={
                <>
                  Pages may load from{' '}
                  {proposal.added.map(({ directive, source }) => `${source} (${directive})`).join(', ')}.{' '}
                  {csp.mode === 'block' ? 'Browsers enforce it at once.' : 'Browsers still only report.'}
                </>
              }
              confirm={`Add ${count(added, 'origin')}`}
              onConfirm={() =>
                save.mutate({
                  directives: proposal.directives,
                  ...(csp.mode === 'off' ? { mode: 'report' as const } : {}),
                })
              }
            />
          ) : null}
        </Step>
        <Step
          number={3}
          title="Look anew, then enforce"
          done={csp.mode === 'block'}
          says={
            csp.mode === 'block'
              ? 'What the policy does not allow is neither loaded nor run.'
              : clean
                ? 'Nothing was reported since the reports were thrown away last.'
                : 'Throw the reports away below and look again: what comes now would be blocked.'
          }
        >
          {!may ? null : csp.mode === 'report' ? (
            <ConfirmInline
              safe={clean}
              label="Enforce the policy"
              busy={save.isPending}
              consequence={
                clean
                  ? 'From now on browsers block what the policy does not allow. Nothing was reported that would be.'
                  : `From now on browsers block what the policy does not allow. ${count(total, 'report')} of ${count(reports.length, 'kind')} tell of what would be blocked, unless the proposal above has allowed it since.`
              }
              confirm="Enforce it"
              onConfirm={() => save.mutate({ mode: 'block' })}
            />
          ) : csp.mode === 'block' ? (
            <ConfirmInline
              label="Back to report only"
              busy={save.isPending}
              consequence="Browsers stop blocking what the policy does not allow, and only report it."
              confirm="Report only"
              onConfirm={() => save.mutate({ mode: 'report' })}
            />
          ) : null}
        </Step>
      </ol>
      <div className="flex flex-col gap-2 border-t border-line px-4 py-2">
        <ErrorNote error={save.error} />
        <p className="text-xs">
          <Link
            to="/protection/settings/{-$app}"
            params={{ app }}
            search={{ part: 'csp' }}
            className="text-accent hover:underline"
          >
            Nonce, hashes, Trusted Types, single directives
          </Link>
        </p>
      </div>
    </Box>
  )
}

interface StepProps {
  readonly number: number
  readonly title: string
  readonly done: boolean
  readonly says: string
  readonly children: ReactNode
}

function Step({ number, title, done, says, children }: StepProps): ReactElement {
  return (
    <li className="flex flex-col gap-2 px-4 py-3">
      <div className="flex flex-wrap items-center gap-x-2">
        <span className="font-semibold">
          {number}. {title}
        </span>
        {done ? <Status tone="good">done</Status> : null}
        <span className="min-w-0 text-muted">{says}</span>
      </div>
      {children}
    </li>
  )
}

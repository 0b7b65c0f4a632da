import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { ReactElement } from 'react'
import { access } from '../../api/access.ts'
import type { CandidateReport } from '../../api/types.ts'
import { count } from '../../lib/words.ts'
import { Box, BoxBody } from '../../ui/box.tsx'
import { ConfirmInline } from '../../ui/confirm-inline.tsx'
import { CopyId } from '../../ui/copy.tsx'
import { ErrorNote } from '../../ui/error-note.tsx'
import { Facts } from '../../ui/facts.tsx'
import { Notice } from '../../ui/notice.tsx'
import { RelativeTime } from '../../ui/relative-time.tsx'
import { Subject } from '../../ui/subject.tsx'
import { useToast } from '../../ui/toast.tsx'
import { useMay } from '../../ui/use-may.ts'

/** The state of the candidate, and what can be done with it: it becomes live, or goes. */
export function CandidateSteps({
  application,
  report,
}: {
  application: string
  report: CandidateReport
}): ReactElement {
  const { candidate, compared, skipped, byKind } = report
  const queries = useQueryClient()
  const toast = useToast()
  const may = useMay(application)
  const whole = useQuery({
    queryKey: ['access', application, 'candidate', candidate.id],
    queryFn: async () => await access.candidate(application),
  })
  const refresh = async () => {
    await Promise.all([
      queries.invalidateQueries({ queryKey: ['access', application] }),
      queries.invalidateQueries({ queryKey: ['policies', application] }),
      queries.invalidateQueries({ queryKey: ['applications'] }),
    ])
  }
  const promote = useMutation({
    mutationFn: async () => await access.promote(application, { candidate: candidate.id, live: candidate.live }),
    onSuccess: async ({ written, deleted }) => {
      toast(`Live now: ${count(written.length, 'policy', 'policies')} written, ${deleted.length} deleted`)
      await refresh()
    },
  })
  const stop = useMutation({
    mutationFn: async () => await access.stopCandidate(application),
    onSuccess: async () => {
      toast('The candidate is gone')
      await refresh()
    },
  })
  const turned = (byKind['would_allow'] ?? 0) + (byKind['would_deny'] ?? 0)
  return (
    <Box title="Candidate">
      <BoxBody>
        <Facts
          items={[
            ['Started', <RelativeTime key="at" at={candidate.startedAt} />],
            ['By', <Subject key="by" uid={candidate.startedBy} />],
            ['Policies', whole.data === undefined ? '' : count(whole.data.policies.length, 'policy', 'policies')],
            ['Compared', count(compared, 'decision')],
            ['Skipped', skipped === 0 ? 'none' : `${count(skipped, 'decision')}, for want of time`],
            ['Last compared', <RelativeTime key="last" at={report.lastComparedAt} />],
            ['Id', <CopyId key="id" id={candidate.id} />],
          ]}
        />
        {candidate.liveChanged ? (
          <Notice tone="warn">
            Live policies changed since this candidate was started. Promoting it would undo what changed there.
          </Notice>
        ) : null}
        {candidate.forgotten ? (
          <Notice tone="warn">
            It is older than 30 days, and still costs every decision time: promote or stop it.
          </Notice>
        ) : null}
        <div className="flex flex-wrap gap-2">
          {may('promoteCandidate') ? (
            <ConfirmInline
              safe
              label="Promote"
              busy={promote.isPending}
              consequence={`The candidate becomes what decides, in one step, at every edge within seconds; live policies that are not in it are deleted. ${turned === 0 ? 'No decision that it was asked about would have turned out differently' : `Of ${count(compared, 'compared decision')}, ${turned} would have turned out differently`}.`}
              confirm="Make it live"
              onConfirm={() => promote.mutate()}
            />
          ) : null}
          {may('writeCandidate') ? (
            <ConfirmInline
              label="Stop"
              busy={stop.isPending}
              consequence="The candidate and its report go. What is live stays as it is."
              confirm="Stop it"
              onConfirm={() => stop.mutate()}
            />
          ) : null}
        </div>
        <ErrorNote error={promote.error ?? stop.error} />
      </BoxBody>
    </Box>
  )
}

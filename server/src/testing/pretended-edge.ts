import type { SyncResponse } from '@holdfast/bundle'

type Call = (path: string, body: object, key: string) => Promise<{ readonly status: number; readonly json: unknown }>

/** An edge that asks only when it is told to, and says what it is told to say. */
export interface PretendedEdge {
  readonly instance: string
  /** What it has taken over. */
  readonly held: { readonly epoch: number; readonly cursor: number }
  /** Asks, and takes the answer over. */
  sync(waitSeconds?: number): Promise<SyncResponse>
  /** Asks, and takes nothing over. @param said what it says that it holds */
  say(said: object): Promise<{ readonly status: number; readonly json: Record<string, unknown> }>
  leave(): Promise<number>
}

export function pretendedEdge(
  call: Call,
  {
    key,
    application,
    instance,
  }: { readonly key: string; readonly application: string | undefined; readonly instance: string },
): PretendedEdge {
  let held = { epoch: 0, cursor: 0 }
  const edge = { kind: application === undefined ? 'gateway' : 'sdk', version: '1', id: instance }
  const say = async (said: object) => {
    const body = { application, ...held, waitSeconds: 0, edge, ...said }
    return (await call('/api/v1/edge/sync', body, key)) as { status: number; json: Record<string, unknown> }
  }
  return {
    instance,
    get held() {
      return held
    },
    say,
    async sync(waitSeconds = 0) {
      const { status, json } = await say({ waitSeconds })
      if (status !== 200) throw new Error(`the edge was answered ${status}`)
      const answer = json as unknown as SyncResponse
      held = { epoch: answer.epoch, cursor: answer.cursor }
      return answer
    },
    leave: async () => (await call('/api/v1/edge/leave', { edge }, key)).status,
  }
}

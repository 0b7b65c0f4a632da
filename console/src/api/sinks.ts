import { at } from './client.ts'
import { get, send } from './connection.ts'
import type { Answer, MadeSink, NewSink, Sink, SinkChange, SinkSecret, SinkTest } from './types.ts'

/** The ways out of the log. */
export const sinks = {
  list: async () => await get<Answer<'GET /api/v1/sinks'>>('/sinks'),
  create: async (sink: NewSink) => await send<MadeSink>('POST', '/sinks', sink),
  change: async (id: string, change: SinkChange) => await send<Sink>('PATCH', at`/sinks/${id}`, change),
  remove: async (id: string) => await send<void>('DELETE', at`/sinks/${id}`),
  test: async (id: string) => await send<SinkTest>('POST', at`/sinks/${id}/test`),
  pause: async (id: string) => await send<Sink>('POST', at`/sinks/${id}/pause`),
  resume: async (id: string) => await send<Sink>('POST', at`/sinks/${id}/resume`),
  rewind: async (id: string, seq: number) => await send<Sink>('POST', at`/sinks/${id}/rewind`, { seq }),
  rotate: async (id: string, overlapHours: number) =>
    await send<SinkSecret>('POST', at`/sinks/${id}/rotate`, { overlapHours }),
}

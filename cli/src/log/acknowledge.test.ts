import { afterEach, describe, expect, it } from 'vitest'
import { holdfast, scripted, type Scripted } from '../testing/run.ts'

let server: Scripted | undefined
afterEach(async () => server?.close())

const env = { HOLDFAST_TOKEN: 'hfk_test' }

describe('log acknowledge', () => {
  it('shows what the anchors say, and changes nothing', async () => {
    server = await scripted(({ method }) => ({
      status: method === 'GET' ? 200 : 500,
      body: {
        halted: true,
        anchors: [
          { name: 'the file /mnt/log', verdict: 'rolled_back', size: 7, trouble: null },
          { name: 'the database other/anchors', verdict: null, size: null, trouble: 'connection refused' },
        ],
      },
    }))
    const { code, out } = await holdfast(['log', 'acknowledge', '--url', server.url], { env })
    expect(code).toBe(0)
    expect(out).toMatch(/the file \/mnt\/log +7 +the log is shorter than it was/)
    expect(out).toContain('connection refused')
    expect(out).toContain('Nothing is appended to the log.')
    expect(server.asked.map(({ method }) => method)).toEqual(['GET'])
  })

  it('accepts the log as it is, with the reason', async () => {
    server = await scripted(() => ({ body: { id: '01930000-0000-7000-8000-000000000001' } }))
    const words = ['log', 'acknowledge', '--reason', 'restored from the backup', '--url', server.url]
    expect(await holdfast(words, { env })).toMatchObject({ code: 0, error: '' })
    expect(server.asked).toMatchObject([
      { method: 'POST', path: '/api/v1/ledger/anchors/acknowledge', body: { reason: 'restored from the backup' } },
    ])
  })
})

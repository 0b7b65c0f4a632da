import { startChild } from './processes/child.ts'

/** Two processes that want the same. @returns how often each won */
export async function raceInTwoProcesses(
  url: string,
  tenant: string,
  what: 'code' | 'setup' | 'operator' | 'claim' | 'totp' | 'passkey' | 'link' | 'visit' | 'invitation',
  which: 'right' | 'twin',
  given: readonly [string, string],
): Promise<readonly number[]> {
  const racers = given.map((own) => startChild('consuming.ts', [url, tenant, what, which, own]))
  await Promise.all(racers.map((racer) => racer.line('ready')))
  for (const racer of racers) racer.process.stdin?.end()
  const won = await Promise.all(racers.map((racer) => racer.line('won ')))
  await Promise.all(racers.map((racer) => racer.ended))
  return won.map(Number)
}
